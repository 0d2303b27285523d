#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/parent/configuration.h"
#include "bgplbd/parent/passwords.h"
#include "bgplbd/parent/value.h"
#include "common/log.h"
#include "common/utf8.h"

#define SEPARATORS	", \t"
#define VALUE_SHOWN_MAX	1024

struct reader {
	struct settings	*settings;
	FILE		*errors;
	bool		 failed;
};

/* The variable's value, or NULL if it is unset or empty. */
static const char *
get(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

static void
mistake(struct reader *r, const char *name, const char *value,
    const char *sentence)
{
	char shown[VALUE_SHOWN_MAX] = "";

	r->failed = true;
	if (value != NULL)
		(void)utf8_copy(shown, sizeof(shown), value, strlen(value));
	fprintf(r->errors, "%s=%s: %s\n", name, shown, sentence);
}

/* Reports what one of value.h's functions said about the variable. */
static void
check(struct reader *r, const char *name, const char *sentence)
{
	if (sentence != NULL)
		mistake(r, name, get(name), sentence);
}

static void
read_router_port(struct reader *r)
{
	const char *value = get("ROUTER_PORT");
	uint16_t port;

	if (value == NULL || strcmp(value, "-1") == 0)
		return;
	if (value_port(value, &port) != NULL)
		mistake(r, "ROUTER_PORT", value, "not a port: write 1 to "
		    "65535, or -1 for not listening");
	else
		r->settings->listen_port = port;
}

/* "true" and "false" as docker-bgp-lb takes them; unset is false. */
static bool
read_bool(struct reader *r, const char *name)
{
	const char *value = get(name);

	if (value == NULL || strcmp(value, "false") == 0)
		return false;
	if (strcmp(value, "true") != 0)
		mistake(r, name, value, "neither true nor false: write one of "
		    "them");
	return true;
}

/*
 * Docker's own tools take the same variable.  Only a socket of this host makes
 * sense here.
 */
static void
read_docker_host(struct reader *r)
{
	static const char scheme[] = "unix://";
	const char *value = get("DOCKER_HOST");

	if (value == NULL)
		return;
	if (strncmp(value, scheme, strlen(scheme)) != 0 ||
	    value_socket_path(value + strlen(scheme),
	    r->settings->docker_socket) != NULL)
		mistake(r, "DOCKER_HOST", value, "not a socket of this host: "
		    "write unix:///var/run/docker.sock or another path of at "
		    "most 107 bytes");
}

/*
 * Splits a copy of the variable's value.  Returns how many words there are, at
 * most max; *copy is the caller's to free.
 */
static size_t
split(const char *name, char **copy, char **words, size_t max)
{
	const char *value = get(name);
	char *next, *word;
	size_t n = 0;

	*copy = next = xstrdup(value != NULL ? value : "");
	while (n < max && (word = strsep(&next, SEPARATORS)) != NULL)
		if (word[0] != '\0')
			words[n++] = word;
	return n;
}

static void
add_neighbor(struct reader *r, const char *address, const char *as)
{
	struct neighbor_settings *n = configuration_add_neighbor(r->settings);
	const char *password = get("PEER_PASSWORD");
	const char *sentence;

	if ((sentence = value_unicast(address, &n->addr)) != NULL)
		mistake(r, "PEER_ADDRESS", address, sentence);
	if ((sentence = value_as(as, &n->remote_as)) != NULL)
		mistake(r, "PEER_AS", as, sentence);
	if (password == NULL)
		return;
	n->has_password = true;
	strlcpy(passwords_of(r->settings->passwords, r->settings->nneighbors -
	    1), password, SETTINGS_PASSWORD_MAX + 1);
}

static void
read_neighbors(struct reader *r)
{
	char *addresses[SETTINGS_NEIGHBORS_MAX + 1];
	char *numbers[SETTINGS_NEIGHBORS_MAX + 1];
	char *address_copy, *number_copy;
	size_t i, naddresses, nnumbers;

	naddresses = split("PEER_ADDRESS", &address_copy, addresses,
	    SETTINGS_NEIGHBORS_MAX + 1);
	nnumbers = split("PEER_AS", &number_copy, numbers,
	    SETTINGS_NEIGHBORS_MAX + 1);
	if (naddresses > SETTINGS_NEIGHBORS_MAX)
		mistake(r, "PEER_ADDRESS", "...", "more than 256 addresses: "
		    "write fewer");
	else if (naddresses > 0 && nnumbers == 0)
		mistake(r, "PEER_AS", NULL, "the AS number of PEER_ADDRESS is "
		    "missing: write it");
	else if (naddresses == 0 && nnumbers > 0)
		mistake(r, "PEER_ADDRESS", NULL, "the address of the router in "
		    "PEER_AS is missing: write it");
	else if (nnumbers > 1 && nnumbers != naddresses)
		mistake(r, "PEER_AS", get("PEER_AS"), "not as many AS numbers "
		    "as addresses: write one for all, or one for each");
	else
		for (i = 0; i < naddresses; i++)
			add_neighbor(r, addresses[i],
			    numbers[nnumbers > 1 ? i : 0]);
	free(address_copy);
	free(number_copy);
}

/* One of each family at most. */
static void
read_nexthops(struct reader *r)
{
	char *words[3], *copy;
	struct address addr, *to;
	const char *sentence;
	size_t i, n;

	n = split("NEXTHOP", &copy, words, 3);
	for (i = 0; i < n; i++) {
		sentence = value_nexthop(words[i], &addr);
		if (sentence != NULL) {
			mistake(r, "NEXTHOP", words[i], sentence);
			continue;
		}
		to = addr.afi == AFI_IPV4 ? &r->settings->nexthop4 :
		    &r->settings->nexthop6;
		if (address_is_set(to))
			mistake(r, "NEXTHOP", get("NEXTHOP"), "two addresses "
			    "of one family: write an IPv4 address, an IPv6 "
			    "address, or one of each");
		else
			*to = addr;
	}
	free(copy);
}

/* Takes "PREFIX", or "PREFIX le LENGTH", from n words.  Returns how many it was. */
static size_t
read_allowed(struct reader *r, char **words, size_t n)
{
	bool has_longest = n > 1 && strcmp(words[1], "le") == 0;
	const char *sentence, *longest = n > 2 ? words[2] : "";
	struct allowed_prefix allowed;

	sentence = value_allowed_prefix(words[0], &allowed);
	if (sentence == NULL && has_longest &&
	    (sentence = value_allowed_longest(longest, &allowed)) != NULL) {
		mistake(r, "ALLOWED_PREFIXES", longest, sentence);
		return n > 2 ? 3 : 2;
	}
	if (sentence == NULL)
		sentence = configuration_add_allowed(r->settings, &allowed);
	if (sentence != NULL)
		mistake(r, "ALLOWED_PREFIXES", words[0], sentence);
	return !has_longest ? 1 : n > 2 ? 3 : 2;
}

/* The first mistake ends it, for the words behind it may be a part of it. */
static void
read_all_allowed(struct reader *r)
{
	char *words[3 * SETTINGS_ALLOWED_MAX + 1], *copy;
	bool failed = r->failed;
	size_t i, n;

	n = split("ALLOWED_PREFIXES", &copy, words,
	    3 * SETTINGS_ALLOWED_MAX + 1);
	r->failed = false;
	for (i = 0; i < n && !r->failed;)
		i += read_allowed(r, words + i, n - i);
	r->failed |= failed;
	free(copy);
}

void
configuration_wipe_environment(void)
{
	static const char name[] = "PEER_PASSWORD=";
	char **variable;

	for (variable = environ; variable != NULL && *variable != NULL;
	    variable++)
		if (strncmp(*variable, name, strlen(name)) == 0)
			explicit_bzero(*variable + strlen(name),
			    strlen(*variable + strlen(name)));
}

static void
read_password(struct reader *r)
{
	const char *value = get("PEER_PASSWORD"), *sentence;
	char password[SETTINGS_PASSWORD_MAX + 1];

	if (value == NULL)
		return;
	if ((sentence = value_password(value, password)) != NULL)
		mistake(r, "PEER_PASSWORD", "***", sentence);
	explicit_bzero(password, sizeof(password));
}

int
configuration_from_environment(struct settings *s, FILE *errors)
{
	struct reader r = { .settings = s, .errors = errors };
	const char *value;

	settings_init(s);
	if ((value = get("ROUTER_ID")) == NULL)
		mistake(&r, "ROUTER_ID", NULL, "the router id is missing: "
		    "write an IPv4 address of this host such as 192.0.2.10, or "
		    "make " DEFAULT_CONF_FILE);
	else
		check(&r, "ROUTER_ID", value_router_id(value, &s->router_id));
	if ((value = get("LOCAL_AS")) != NULL)
		check(&r, "LOCAL_AS", value_as(value, &s->as));
	if ((value = get("RISE")) != NULL) {
		s->has_rise = true;
		check(&r, "RISE", value_drain_delay(value, &s->rise_ms));
	}
	/* As docker-bgp-lb has it: what is not "stop", also nothing, is no stop. */
	if ((value = getenv("SIGUSR2_ACTION")) != NULL)
		s->drain_action = strcmp(value, "stop") == 0 ? DRAIN_STOP :
		    DRAIN_NONE;
	s->drain_on_sigusr2 = read_bool(&r, "SIGUSR2_HANDLER");
	s->global_scope = read_bool(&r, "GLOBAL_SCOPE");
	read_router_port(&r);
	read_docker_host(&r);
	read_password(&r);
	read_neighbors(&r);
	read_nexthops(&r);
	read_all_allowed(&r);
	if (!r.failed && configuration_check(s, "environment", errors) == -1)
		r.failed = true;
	if (!r.failed)
		return 0;
	configuration_free(s);
	return -1;
}
