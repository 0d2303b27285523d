#include <errno.h>
#include <string.h>

#include "bgplbd/frontend/docker_event.h"
#include "bgplbd/frontend/docker_parse.h"
#include "bgplbd/frontend/json.h"
#include "bgplbd/frontend/signal_name.h"

#define HEALTH_ACTION	"health_status: "
#define ACTION_MAX	32	/* longer ones are of no interest */

static const struct {
	const char		*type;
	const char		*action;
	enum docker_event_kind	 kind;
} actions[] = {
	{ "container", "start",		EVENT_CONTAINER_START },
	{ "container", "die",		EVENT_CONTAINER_DIE },
	{ "container", "kill",		EVENT_CONTAINER_KILL },
	{ "container", "pause",		EVENT_CONTAINER_PAUSE },
	{ "container", "unpause",	EVENT_CONTAINER_UNPAUSE },
	{ "container", "destroy",	EVENT_CONTAINER_DESTROY },
	{ "network", "create",		EVENT_NETWORK_CREATE },
	{ "network", "destroy",		EVENT_NETWORK_DESTROY },
	{ "network", "connect",		EVENT_NETWORK_CONNECT },
	{ "network", "disconnect",	EVENT_NETWORK_DISCONNECT },
};

static enum docker_event_kind
find_kind(struct json_value type, const char *action)
{
	size_t i;

	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (json_equals(type, actions[i].type) &&
		    strcmp(action, actions[i].action) == 0)
			return actions[i].kind;
	return EVENT_OTHER;
}

/*
 * A state that is none of Docker's three ("running": a probe begins) is no
 * news.
 */
static void
classify(struct json_value root, struct docker_event *event)
{
	struct json_value type = json_member(root, "Type");
	char action[ACTION_MAX];

	if (json_get_string(json_member(root, "Action"), action,
	    sizeof(action)) == -1)
		return;
	if (strncmp(action, HEALTH_ACTION, strlen(HEALTH_ACTION)) != 0) {
		event->kind = find_kind(type, action);
		return;
	}
	if (json_equals(type, "container") &&
	    docker_health_parse(action + strlen(HEALTH_ACTION),
	    &event->health) == 0 && event->health != HEALTH_NONE)
		event->kind = EVENT_CONTAINER_HEALTH;
}

static int
parse_signal(struct json_value attributes, struct docker_event *event)
{
	char text[16];

	if (json_get_string(json_member(attributes, "signal"), text,
	    sizeof(text)) == -1)
		return -1;
	event->signal = signal_parse(text);
	return event->signal == -1 ? -1 : 0;
}

/*
 * Some texts where an id should be are Docker's way: the sandbox of a swarm's
 * ingress network is called a container.
 */
static int
pass_over(struct json_value id, struct docker_event *event)
{
	event->kind = EVENT_OTHER;
	return json_type(id) == JSON_STRING ? 0 : -1;
}

static int
parse_network(struct json_value id, struct json_value attributes,
    struct docker_event *event)
{
	struct json_value driver = json_member(attributes, "type");
	struct json_value container = json_member(attributes, "container");

	if (docker_network_id_parse(id, &event->network) == -1)
		return pass_over(id, event);
	if (json_get_string(driver, event->driver,
	    sizeof(event->driver)) == -1)
		event->driver[0] = '\0';
	if (event->kind == EVENT_NETWORK_CREATE ||
	    event->kind == EVENT_NETWORK_DESTROY)
		return 0;
	if (docker_id_parse(container, &event->container) == -1)
		return pass_over(container, event);
	return 0;
}

static int
parse_fields(struct json_value root, struct docker_event *event)
{
	struct json_value actor = json_member(root, "Actor");
	struct json_value id = json_member(actor, "ID");
	struct json_value attributes = json_member(actor, "Attributes");

	switch (event->kind) {
	case EVENT_OTHER:
		return 0;
	case EVENT_NETWORK_CREATE:
	case EVENT_NETWORK_DESTROY:
	case EVENT_NETWORK_CONNECT:
	case EVENT_NETWORK_DISCONNECT:
		return parse_network(id, attributes, event);
	case EVENT_CONTAINER_KILL:
		if (parse_signal(attributes, event) == -1)
			return -1;
		break;
	default:
		break;
	}
	return docker_id_parse(id, &event->container);
}

int
docker_event_parse(const char *line, size_t len, struct docker_event *event)
{
	struct json *doc = json_parse(line, len);
	int result = -1;

	memset(event, 0, sizeof(*event));
	if (doc != NULL && json_type(json_root(doc)) == JSON_OBJECT) {
		if (json_get_int(json_member(json_root(doc), "timeNano"), 0,
		    INT64_MAX, &event->time_ns) == -1)
			event->time_ns = 0;
		classify(json_root(doc), event);
		result = parse_fields(json_root(doc), event);
	}
	json_free(doc);
	if (result == -1)
		errno = EINVAL;
	return result;
}
