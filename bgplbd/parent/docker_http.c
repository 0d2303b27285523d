#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include <event2/buffer.h>

#include "bgplbd/parent/docker_http.h"
#include "bgplbd/parent/docker_scope.h"

#define NS_PER_SECOND	1000000000

#define GET_END		" HTTP/1.0\r\nHost: docker\r\nUser-Agent: bgplbd\r\n\r\n"
#define POST_END	" HTTP/1.1\r\nHost: docker\r\nUser-Agent: bgplbd\r\n" \
			"Content-Length: 0\r\nConnection: close\r\n\r\n"

/*
 * {"type":["container","network"],"event":["start","die","kill","pause",
 * "unpause","health_status","create","destroy","connect","disconnect"]}
 * Without it each run of a health check would add three exec_* events.  A network is
 * nothing that events of containers can be filtered by.
 */
#define EVENT_FILTERS \
	"%7B%22type%22%3A%5B%22container%22%2C%22network%22%5D%2C" \
	"%22event%22%3A%5B%22start%22%2C%22die%22%2C%22kill%22" \
	"%2C%22pause%22%2C%22unpause%22%2C%22health_status%22%2C" \
	"%22create%22%2C%22destroy%22%2C%22connect%22%2C" \
	"%22disconnect%22%5D%7D"

/* A set of values: {"a":true,"b":true}; ',' stands between its members. */
#define SET_BEGIN	"%7B"
#define SET_END		"%7D"
#define COMMA		"%2C"
#define IS_TRUE		"%22%3Atrue"
/* The beginnings of filters: {"driver":{  {"network":{  {"status":{...},"network":{ */
#define DRIVER_FILTER	"%7B%22driver%22%3A" SET_BEGIN
#define NETWORK_FILTER	"%22network%22%3A" SET_BEGIN
#define STOPPED_FILTER	"%22status%22%3A%7B%22created%22%3Atrue%2C" \
			"%22exited%22%3Atrue%7D%2C"
/* No network has it: without any of ours, the filter must not be empty. */
#define NO_NETWORK	"0000000000000000000000000000000000000000" \
			"000000000000000000000000"

/* Of all names together; so much is left of what engines read. */
#define NAMES_MAX	(256 * 1024)

static void
add(struct evbuffer *b, const char *text)
{
	evbuffer_add(b, text, strlen(text));
}

/* In a JSON string, in a URL.  Driver names come from the settings or are learnable. */
static void
add_encoded(struct evbuffer *b, const char *text)
{
	for (; *text != '\0'; text++) {
		if (isalnum((unsigned char)*text) || strchr("._-", *text))
			evbuffer_add(b, text, 1);
		else {
			if (*text == '"' || *text == '\\')
				add(b, "%5C");
			evbuffer_add_printf(b, "%%%02X",
			    (unsigned int)(unsigned char)*text);
		}
	}
}

static void
add_member(struct evbuffer *b, const char *text)
{
	add(b, COMMA "%22");
	add(b, text);
	add(b, IS_TRUE);
}

/*
 * Of a container that never ran Docker knows the networks only by what its user called
 * them.
 */
static void
add_networks(struct evbuffer *b, const struct docker_scope *scope,
    bool with_names)
{
	size_t room = with_names ? NAMES_MAX : 0, len;
	const struct id_set_entry *e;

	add(b, NETWORK_FILTER "%22" NO_NETWORK IS_TRUE);
	for (e = id_set_first(&scope->networks); e != NULL;
	    e = id_set_next(e)) {
		add_member(b, e->id.hex);
		len = strlen(COMMA "%22" IS_TRUE) + strlen(e->name);
		if (e->name[0] == '\0' || len > room)
			continue;
		room -= len;
		add_member(b, e->name);
	}
	add(b, SET_END "%7D");
}

static void
add_events(struct evbuffer *b, int64_t since)
{
	add(b, "GET /events?filters=" EVENT_FILTERS "&since=");
	if (since != 0)		/* else from now */
		evbuffer_add_printf(b, "%" PRId64 ".%09" PRId64,
		    since / NS_PER_SECOND, since % NS_PER_SECOND);
	add(b, GET_END);
}

static void
add_list(struct evbuffer *b, const struct docker_scope *scope, bool stopped)
{
	add(b, "GET /containers/json?filters=%7B");
	if (stopped)
		add(b, STOPPED_FILTER);
	add_networks(b, scope, stopped);
	add(b, GET_END);
}

int
docker_http_request(struct evbuffer *b, const struct docker_request *r,
    const struct docker_scope *scope)
{
	if (!docker_request_is_valid(r, sizeof(*r)))
		return -1;
	switch (r->kind) {
	case DOCKER_EVENTS:
		add_events(b, r->since);
		return 0;
	case DOCKER_LIST_NETWORKS:
		add(b, "GET /networks" GET_END);
		return 0;
	case DOCKER_INSPECT_NETWORK:
		evbuffer_add_printf(b, "GET /networks/%s" GET_END, r->id.hex);
		return 0;
	case DOCKER_LIST_CONTAINERS:
	case DOCKER_LIST_STOPPED:
		add_list(b, scope, r->kind == DOCKER_LIST_STOPPED);
		return 0;
	case DOCKER_INSPECT_CONTAINER:
	case DOCKER_INSPECT_STOPPED:
	case DOCKER_INSPECT_CONNECTED:
		evbuffer_add_printf(b, "GET /containers/%s/json" GET_END,
		    r->id.hex);
		return 0;
	case DOCKER_STOP_CONTAINER:
		evbuffer_add_printf(b, "POST /containers/%s/kill?signal=%d"
		    POST_END, r->id.hex, (int)r->signal);
		return 0;
	default:
		return -1;
	}
}

void
docker_http_own_networks(struct evbuffer *b, const struct docker_scope *scope)
{
	const char *comma = "";
	size_t i;

	add(b, "GET /networks?filters=" DRIVER_FILTER);
	for (i = 0; i < scope->drivers.count; i++) {
		add(b, comma);
		add(b, "%22");
		add_encoded(b, scope->drivers.name[i]);
		add(b, IS_TRUE);
		comma = COMMA;
	}
	add(b, SET_END "%7D" GET_END);
}

void
docker_http_own_container(struct evbuffer *b, const struct docker_scope *scope,
    const struct object_id *id)
{
	evbuffer_add_printf(b, "GET /containers/json?filters=%%7B%%22id%%22%%3A"
	    "%%7B%%22%s%%22%%3Atrue%%7D%%2C", id->hex);
	add_networks(b, scope, false);
	add(b, GET_END);
}
