#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/parent/community.h"
#include "bgplbd/parent/configuration.h"
#include "bgplbd/parent/configuration_file.h"
#include "bgplbd/parent/file_guard.h"
#include "bgplbd/parent/passwords.h"
#include "bgplbd/parent/value.h"
#include "bgplbd/parent/whole_file.h"
#include "common/log.h"
#include "common/utf8.h"

#define FILE_MAX_BYTES	(1024 * 1024)
#define MISTAKE_MAX	2048

static const char *const global_names[GLOBALS] = {
	[GLOBAL_AS] = "AS",
	[GLOBAL_ROUTER_ID] = "router-id",
	[GLOBAL_LISTEN_ADDRESS] = "listen on",
	[GLOBAL_LISTEN_PORT] = "listen port",
	[GLOBAL_NEXTHOP4] = "IPv4 nexthop",
	[GLOBAL_NEXTHOP6] = "IPv6 nexthop",
	[GLOBAL_LABEL] = "advertise label",
	[GLOBAL_PLUGIN_SOCKET] = "plugin socket",
	[GLOBAL_CONTROL_SOCKET] = "control socket",
	[GLOBAL_DOCKER_SOCKET] = "docker socket",
	[GLOBAL_STATE_FILE] = "state file",
	[GLOBAL_SCOPE] = "scope",
	[GLOBAL_DRAIN_ON_SIGUSR2] = "drain on sigusr2",
	[GLOBAL_DRAIN_DELAY] = "drain delay",
	[GLOBAL_DRAIN_ACTION] = "drain action",
	[GLOBAL_DRAIN_GRACEFUL] = "drain graceful-shutdown",
	[GLOBAL_GRACEFUL_RESTART] = "graceful-restart",
	[GLOBAL_RESTART_TIME] = "restart-time",
	[GLOBAL_RISE] = "rise",
};

static const char *const option_names[OPTIONS] = {
	[OPTION_REMOTE_AS] = "remote-as",
	[OPTION_DESCRIPTION] = "descr",
	[OPTION_PASSWORD] = "password",
	[OPTION_LOCAL_ADDRESS] = "local-address",
	[OPTION_PORT] = "port",
	[OPTION_HOLD_TIME] = "holdtime",
	[OPTION_CONNECT_RETRY] = "connect-retry",
	[OPTION_PASSIVE] = "passive",
	[OPTION_FAMILIES] = "families",
	[OPTION_MULTIHOP] = "multihop",
	[OPTION_TTL_SECURITY] = "ttl-security",
	[OPTION_COMMUNITIES] = "communities",
	[OPTION_LARGE_COMMUNITIES] = "large-communities",
	[OPTION_MED] = "med",
	[OPTION_LOCAL_PREF] = "localpref",
	[OPTION_PREPEND] = "prepend-self",
	[OPTION_MAX_PREFIX] = "max-prefix",
	[OPTION_MAX_PREFIX_RESTART] = "restart",
	[OPTION_LINK_BANDWIDTH] = "link-bandwidth",
	[OPTION_ROLE] = "role",
	[OPTION_MAX] = "max",
	[OPTION_DELAY_OPEN] = "delay-open",
};

void
file_mistake(struct file_reader *r, struct lexer_place place, const char *fmt,
    ...)
{
	char raw[MISTAKE_MAX], text[MISTAKE_MAX];
	va_list ap;

	r->mistakes++;
	if (r->mistakes == FILE_MISTAKES_MAX + 1)
		fprintf(r->errors, "%s: there are more mistakes: correct "
		    "these first\n", r->name);
	if (r->mistakes > FILE_MISTAKES_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	(void)utf8_copy(text, sizeof(text), raw, strlen(raw));
	fprintf(r->errors, "%s:%u:%u: %s\n", r->name, place.line,
	    place.column, text);
}

static const char *
parse_global(struct settings *s, enum file_global global, const char *value)
{
	const char *wrong = NULL;
	uint16_t port;

	switch (global) {
	case GLOBAL_AS:
		return value_as(value, &s->as);
	case GLOBAL_ROUTER_ID:
		return value_router_id(value, &s->router_id);
	case GLOBAL_LISTEN_ADDRESS:
		return value_listen_address(value, &s->listen_address);
	case GLOBAL_LISTEN_PORT:
		if ((wrong = value_port(value, &port)) == NULL)
			s->listen_port = port;
		return wrong;
	case GLOBAL_NEXTHOP4:
		return value_nexthop(value, &s->nexthop4);
	case GLOBAL_NEXTHOP6:
		return value_nexthop(value, &s->nexthop6);
	case GLOBAL_LABEL:
		return value_label(value, s->label);
	case GLOBAL_PLUGIN_SOCKET:
		return value_socket_path(value, s->plugin_socket);
	case GLOBAL_CONTROL_SOCKET:
		return value_socket_path(value, s->control_socket);
	case GLOBAL_DOCKER_SOCKET:
		return value_socket_path(value, s->docker_socket);
	case GLOBAL_STATE_FILE:
		return value_file_path(value, s->state_file);
	case GLOBAL_SCOPE:
		return value_scope(value, &s->global_scope);
	case GLOBAL_DRAIN_ON_SIGUSR2:
		return value_yes_no(value, &s->drain_on_sigusr2);
	case GLOBAL_DRAIN_DELAY:
		return value_drain_delay(value, &s->drain_delay_ms);
	case GLOBAL_DRAIN_ACTION:
		return value_drain_action(value, &s->drain_action);
	case GLOBAL_DRAIN_GRACEFUL:
		return value_drain_delay(value, &s->drain_graceful_ms);
	case GLOBAL_GRACEFUL_RESTART:
		return value_graceful_restart(value, &s->graceful_restart);
	case GLOBAL_RESTART_TIME:
		return value_restart_time(value, &s->restart_time);
	case GLOBAL_RISE:
		s->has_rise = true;
		return value_drain_delay(value, &s->rise_ms);
	}
	return wrong;
}

void
file_set_global(struct file_reader *r, enum file_global global,
    struct lexer_place place, struct lexer_place value_place,
    const char *value)
{
	const char *name = global_names[global], *wrong;

	if (r->given[global] != 0) {
		file_mistake(r, place, "%s is there twice, first on line %u: "
		    "write it once", name, r->given[global]);
		return;
	}
	r->given[global] = place.line;
	wrong = parse_global(r->settings, global, value);
	if (wrong != NULL)
		file_mistake(r, value_place, "%s \"%.64s\": %s", name, value,
		    wrong);
}

/* The family tells which of the two it is; what has none is told as one of them. */
void
file_set_nexthop(struct file_reader *r, struct lexer_place place,
    struct lexer_place value_place, const char *value)
{
	struct address addr;

	if (address_parse(value, &addr) == 0 && addr.afi == AFI_IPV6)
		file_set_global(r, GLOBAL_NEXTHOP6, place, value_place, value);
	else
		file_set_global(r, GLOBAL_NEXTHOP4, place, value_place, value);
}

void
file_allow(struct file_reader *r, struct lexer_place prefix_place,
    const char *prefix, struct lexer_place longest_place, const char *longest)
{
	struct allowed_prefix allowed;
	const char *wrong = value_allowed_prefix(prefix, &allowed);

	if (wrong == NULL && longest != NULL &&
	    (wrong = value_allowed_longest(longest, &allowed)) != NULL) {
		file_mistake(r, longest_place, "le \"%.64s\": %s", longest,
		    wrong);
		return;
	}
	if (wrong == NULL)
		wrong = configuration_add_allowed(r->settings, &allowed);
	if (wrong != NULL)
		file_mistake(r, prefix_place, "allow prefix \"%.64s\": %s",
		    prefix, wrong);
}

static struct file_neighbor *
add_neighbor(struct file_reader *r, struct lexer_place place)
{
	struct neighbor_settings *settings;
	struct file_neighbor *n;
	char *password = r->excess_password;

	settings = configuration_add_neighbor(r->settings);
	if (settings != NULL) {
		n = &r->neighbors[r->settings->nneighbors - 1];
		password = passwords_of(r->settings->passwords,
		    r->settings->nneighbors - 1);
	} else {
		n = &r->excess;
		if (n->settings == NULL)
			file_mistake(r, place, "more than %d neighbors: write "
			    "fewer", SETTINGS_NEIGHBORS_MAX);
		memset(n, 0, sizeof(*n));
		settings = &r->excess_settings;
	}
	n->settings = settings;
	n->password = password;
	n->place = place;
	n->wrong = r->skipping > 0;
	return n;
}

void
file_begin_neighbor(struct file_reader *r, struct lexer_place place,
    const char *address)
{
	struct file_neighbor *n = add_neighbor(r, place);
	struct neighbor_settings *s = n->settings;
	const char *wrong;

	s->dynamic = s->passive = strchr(address, '/') != NULL &&
	    strchr(address, '%') == NULL;
	wrong = s->dynamic ?
	    value_neighbor_prefix(address, &s->addr, &s->length) :
	    value_neighbor(address, &s->addr, s->interface);
	if (wrong != NULL) {
		file_mistake(r, place, "neighbor \"%.64s\": %s", address,
		    wrong);
		n->wrong = true;
	}
	r->current = n;
}

void
file_end_neighbor(struct file_reader *r)
{
	r->current = r->in_group ? &r->group : NULL;
}

void
file_begin_skipped(struct file_reader *r)
{
	r->skipping++;
}

void
file_end_skipped(struct file_reader *r)
{
	r->skipping--;
}

static const char too_many[] = "more than 16 of them: write fewer";
static const char repeated[] = "it is there twice: write it once";

static const char *
add_community(struct neighbor_settings *n, const char *value)
{
	uint32_t community, i;
	const char *wrong = community_parse(value, &community);

	if (wrong != NULL)
		return wrong;
	for (i = 0; i < n->ncommunities; i++)
		if (n->communities[i] == community)
			return repeated;
	if (n->ncommunities == SETTINGS_COMMUNITIES_MAX)
		return too_many;
	n->communities[n->ncommunities++] = community;
	return NULL;
}

static const char *
add_large_community(struct neighbor_settings *n, const char *value)
{
	struct large_community community;
	const char *wrong = community_parse_large(value, &community);
	uint32_t i;

	if (wrong != NULL)
		return wrong;
	for (i = 0; i < n->nlarge_communities; i++)
		if (memcmp(&n->large_communities[i], &community,
		    sizeof(community)) == 0)
			return repeated;
	if (n->nlarge_communities == SETTINGS_COMMUNITIES_MAX)
		return too_many;
	n->large_communities[n->nlarge_communities++] = community;
	return NULL;
}

static const char *
parse_password(struct file_neighbor *n, const char *value)
{
	const char *wrong = value_password(value, n->password);

	n->settings->has_password = wrong == NULL;
	return wrong;
}

static const char *
parse_option(struct file_neighbor *fn, enum file_option option,
    const char *value)
{
	struct neighbor_settings *n = fn->settings;

	switch (option) {
	case OPTION_REMOTE_AS:
		return value_remote_as(value, &n->remote_as, &n->external);
	case OPTION_DESCRIPTION:
		return value_description(value, n->description);
	case OPTION_PASSWORD:
		return parse_password(fn, value);
	case OPTION_LOCAL_ADDRESS:
		return value_unicast(value, &n->local_address);
	case OPTION_PORT:
		return value_port(value, &n->port);
	case OPTION_HOLD_TIME:
		return value_hold_time(value, &n->hold_time);
	case OPTION_CONNECT_RETRY:
		return value_connect_retry(value, &n->connect_retry);
	case OPTION_PASSIVE:
		n->passive = true;
		break;
	case OPTION_FAMILIES:
		return value_families(value, &n->families);
	case OPTION_MULTIHOP:
		return value_multihop(value, &n->multihop);
	case OPTION_TTL_SECURITY:
		return value_yes_no(value, &n->ttl_security);
	case OPTION_COMMUNITIES:
		return add_community(n, value);
	case OPTION_LARGE_COMMUNITIES:
		return add_large_community(n, value);
	case OPTION_MED:
		n->has_med = true;
		return value_metric(value, &n->med);
	case OPTION_LOCAL_PREF:
		return value_metric(value, &n->local_pref);
	case OPTION_PREPEND:
		return value_prepend(value, &n->prepend);
	case OPTION_MAX_PREFIX:
		return value_max_prefix(value, &n->max_prefix);
	case OPTION_MAX_PREFIX_RESTART:
		return value_restart(value, &n->max_prefix_restart);
	case OPTION_LINK_BANDWIDTH:
		return value_bandwidth(value, &n->link_bandwidth);
	case OPTION_ROLE:
		return value_role(value, &n->role);
	case OPTION_MAX:
		return value_dynamic_max(value, &n->max);
	case OPTION_DELAY_OPEN:
		return value_delay_open(value, &n->delay_open);
	}
	return NULL;
}

/* False if it is not to be taken: it means nothing here, or was given before. */
static bool
begin_option(struct file_reader *r, enum file_option option,
    struct lexer_place place)
{
	struct file_neighbor *n = r->current;

	if (n == NULL || r->skipping > 0)
		return false;
	if (n->given[option] != 0) {
		file_mistake(r, place, "%s is there twice, first on line %u: "
		    "write it once", option_names[option], n->given[option]);
		return false;
	}
	if (n != &r->group && !file_has_use_for(n->settings, option)) {
		file_mistake(r, place, n->settings->dynamic ?
		    "%s is for neighbors to connect to, but those of a prefix "
		    "connect by themselves: leave it out" :
		    "%s is for neighbors of a prefix: leave it out",
		    option_names[option]);
		return false;
	}
	n->given[option] = place.line;
	return true;
}

static void
take_value(struct file_reader *r, enum file_option option,
    struct lexer_place place, const char *value)
{
	const char *wrong = parse_option(r->current, option, value);

	if (wrong == NULL)
		return;
	r->current->wrong = true;
	file_mistake(r, place, "%s \"%.64s\": %s", option_names[option],
	    option == OPTION_PASSWORD ? "***" : value, wrong);
}

void
file_set_option(struct file_reader *r, enum file_option option,
    struct lexer_place place, struct lexer_place value_place,
    const char *value)
{
	if (begin_option(r, option, place))
		take_value(r, option, value_place, value);
}

void
file_begin_list(struct file_reader *r, enum file_option option,
    struct lexer_place place)
{
	r->list = option;
	r->list_ignored = !begin_option(r, option, place);
}

void
file_add_to_list(struct file_reader *r, struct lexer_place value_place,
    const char *value)
{
	if (!r->list_ignored)
		take_value(r, r->list, value_place, value);
}

/* What no single statement shows. */
static void
check_all(struct file_reader *r)
{
	char where[PATH_MAX + 32];
	size_t i;

	if (r->settings->listen_port < 0 &&
	    (r->given[GLOBAL_LISTEN_ADDRESS] != 0 ||
	    r->given[GLOBAL_LISTEN_PORT] != 0))
		r->settings->listen_port = BGP_PORT;
	if ((r->mistakes == 0 || r->given[GLOBAL_ROUTER_ID] == 0) &&
	    configuration_check_globals(r->settings, r->name, r->errors) == -1)
		r->mistakes++;
	for (i = 0; i < r->settings->nneighbors; i++) {
		if (r->neighbors[i].wrong)
			continue;
		snprintf(where, sizeof(where), "%s:%u:%u", r->name,
		    r->neighbors[i].place.line, r->neighbors[i].place.column);
		if (configuration_check_neighbor(r->settings, i, where,
		    r->errors) == -1)
			r->mistakes++;
	}
}

static void
forget_strings(struct file_reader *r)
{
	struct file_string *s;

	while ((s = SLIST_FIRST(&r->strings)) != NULL) {
		SLIST_REMOVE_HEAD(&r->strings, entry);
		explicit_bzero(s->text, strlen(s->text));
		free(s);
	}
}

int
configuration_from_text(const char *name, const char *text, size_t len,
    struct settings *s, FILE *errors)
{
	struct file_reader *r = xcalloc(1, sizeof(*r));
	unsigned int mistakes;

	settings_init(s);
	r->settings = s;
	r->name = name;
	r->errors = errors;
	SLIST_INIT(&r->strings);
	lexer_init(&r->lexer, text, len);
	file_parse(r);
	check_all(r);
	forget_strings(r);
	mistakes = r->mistakes;
	freezero(r, sizeof(*r));
	if (mistakes == 0)
		return 0;
	configuration_free(s);
	return -1;
}

static bool
has_password(const struct settings *s)
{
	size_t i;

	for (i = 0; i < s->nneighbors; i++)
		if (s->neighbors[i].has_password)
			return true;
	return false;
}

static int
read_open_file(int fd, const char *path, struct settings *s, FILE *errors)
{
	char *buf = xmalloc(FILE_MAX_BYTES + 1);
	struct stat st;
	ssize_t n;
	int rc;

	n = whole_file_read(fd, buf, FILE_MAX_BYTES + 1);
	if (n > FILE_MAX_BYTES) {
		n = -1;
		errno = EFBIG;
	}
	if (n == -1 || fstat(fd, &st) == -1) {
		fprintf(errors, "%s: cannot read it: %s\n", path,
		    strerror(errno));
		freezero(buf, FILE_MAX_BYTES + 1);
		return -1;
	}
	rc = configuration_from_text(path, buf, (size_t)n, s, errors);
	freezero(buf, FILE_MAX_BYTES + 1);
	if (rc == 0 && S_ISREG(st.st_mode) && (st.st_mode & S_IRWXO) != 0 &&
	    has_password(s)) {
		fprintf(errors, "%s: it has a password, but everyone may read "
		    "it: chmod o= %s\n", path, path);
		configuration_free(s);
		return -1;
	}
	return rc;
}

int
configuration_from_file(const char *path, struct settings *s, FILE *errors)
{
	char why[FILE_GUARD_TEXT_MAX];
	int fd, rc;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		fprintf(errors, "%s: cannot open it: %s\n", path,
		    strerror(errno));
		return -1;
	}
	rc = file_guard_check(fd, path, why);
	if (rc == 0)
		rc = read_open_file(fd, path, s, errors);
	else
		fprintf(errors, "%s: %s\n", path, why);
	close(fd);
	return rc;
}
