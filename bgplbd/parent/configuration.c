#include <stdlib.h>
#include <string.h>

#include "bgplbd/parent/configuration.h"
#include "bgplbd/parent/passwords.h"
#include "common/log.h"

/* An earlier neighbor of the list with the same address, or NULL. */
static const struct neighbor_settings *
find_repeated(const struct settings *s, size_t i)
{
	const struct neighbor_settings *list = s->neighbors;
	size_t j;

	for (j = 0; j < i; j++)
		if (address_cmp(&list[j].addr, &list[i].addr) == 0 &&
		    list[j].dynamic == list[i].dynamic &&
		    list[j].length == list[i].length)
			return &list[j];
	return NULL;
}

/* Connections, and keys of TCP MD5 in the kernel, are told apart by address alone. */
static int
check_address(const struct settings *s, size_t i, const char *where,
    const char *text, FILE *errors)
{
	const struct neighbor_settings *first = find_repeated(s, i);
	char other[NEIGHBOR_TEXT_MAX];

	if (first == NULL)
		return 0;
	if (strcmp(first->interface, s->neighbors[i].interface) == 0)
		fprintf(errors, "%s: neighbor %s is there twice: write it "
		    "once\n", where, text);
	else
		fprintf(errors, "%s: neighbor %s has the address of neighbor "
		    "%s, and neighbors are told apart by address alone, "
		    "whatever the interface: give one of the routers another "
		    "link-local address\n", where, text,
		    neighbor_settings_name(first, other));
	return -1;
}

/* What would have no effect on a neighbor of this kind. */
static int
check_path_options(const struct settings *s, const struct neighbor_settings *n,
    const char *where, const char *text, FILE *errors)
{
	int rc = 0;

	if (n->remote_as != s->as && n->local_pref != DEFAULT_LOCAL_PREF) {
		fprintf(errors, "%s: neighbor %s is of another AS, which gets "
		    "no local preference: leave localpref out\n", where,
		    text);
		rc = -1;
	}
	if (n->remote_as == s->as && n->role != ROLE_NONE) {
		fprintf(errors, "%s: neighbor %s is of our AS, in which there "
		    "are no roles: leave role out\n", where, text);
		rc = -1;
	}
	if (n->remote_as == s->as && n->prepend > 0) {
		fprintf(errors, "%s: neighbor %s is of our AS, to which the "
		    "path is empty: leave prepend-self out\n", where, text);
		rc = -1;
	}
	return rc;
}

static int
check_local_address(const struct neighbor_settings *n, const char *where,
    const char *text, FILE *errors)
{
	if (!address_is_set(&n->local_address))
		return 0;
	if (n->interface[0] != '\0') {
		fprintf(errors, "%s: neighbor %s is link-local, and so is our "
		    "address: leave local-address out\n", where, text);
		return -1;
	}
	if (n->local_address.afi != n->addr.afi) {
		fprintf(errors, "%s: neighbor %s has a local address of "
		    "another family: write an %s address\n", where, text,
		    n->addr.afi == AFI_IPV4 ? "IPv4" : "IPv6");
		return -1;
	}
	if (address_cmp(&n->local_address, &n->addr) == 0) {
		fprintf(errors, "%s: neighbor %s has its own address as local "
		    "address: write one of this host\n", where, text);
		return -1;
	}
	return 0;
}

/* The kernel takes the key of a prefix for all that have none of their own. */
static int
check_password(const struct settings *s, size_t i, const char *where,
    const char *text, FILE *errors)
{
	const struct neighbor_settings *other, *n = &s->neighbors[i];
	char prefix[NEIGHBOR_TEXT_MAX];
	size_t j;

	for (j = 0; j < s->nneighbors && !n->has_password; j++) {
		other = &s->neighbors[j];
		if (!other->has_password ||
		    !neighbor_settings_cover(other, &n->addr) ||
		    (n->dynamic && n->length <= other->length))
			continue;
		fprintf(errors, "%s: neighbor %s has no password, but lies in "
		    "%s, which has one: write a password\n", where, text,
		    neighbor_settings_name(other, prefix));
		return -1;
	}
	return 0;
}

/* Tells it of the neighbor with which there are too many. */
static int
check_dynamic_max(const struct settings *s, size_t i, const char *where,
    const char *text, FILE *errors)
{
	unsigned int before, sum = 0;
	size_t j;

	for (j = 0; j <= i; j++) {
		before = sum;
		if (s->neighbors[j].dynamic)
			sum += s->neighbors[j].max;
	}
	if (sum <= SETTINGS_DYNAMIC_MAX || before > SETTINGS_DYNAMIC_MAX ||
	    !s->neighbors[i].dynamic)
		return 0;
	fprintf(errors, "%s: with neighbor %s the prefixes have more than %d "
	    "neighbors in all: write a lesser max\n", where, text,
	    SETTINGS_DYNAMIC_MAX);
	return -1;
}

static int
check_listening(const struct settings *s, const struct neighbor_settings *n,
    const char *where, const char *text, FILE *errors)
{
	if (!n->passive || s->listen_port >= 0)
		return 0;
	if (n->dynamic)
		fprintf(errors, "%s: neighbors of %s connect to bgplbd, which "
		    "does not listen: write \"listen port 179\"\n", where,
		    text);
	else
		fprintf(errors, "%s: neighbor %s is passive, but bgplbd does "
		    "not listen: write \"listen port 179\", or leave passive "
		    "out\n", where, text);
	return -1;
}

int
configuration_check_neighbor(const struct settings *s, size_t i,
    const char *where, FILE *errors)
{
	const struct neighbor_settings *n = &s->neighbors[i];
	char text[NEIGHBOR_TEXT_MAX];
	int rc = 0;

	neighbor_settings_name(n, text);
	if (check_address(s, i, where, text, errors) == -1)
		rc = -1;
	if (n->remote_as == 0 && !n->external) {
		fprintf(errors, "%s: neighbor %s has no AS number: write "
		    "remote-as and its number\n", where, text);
		rc = -1;
	}
	if (check_path_options(s, n, where, text, errors) == -1)
		rc = -1;
	if (check_local_address(n, where, text, errors) == -1)
		rc = -1;
	if (check_password(s, i, where, text, errors) == -1)
		rc = -1;
	if (check_dynamic_max(s, i, where, text, errors) == -1)
		rc = -1;
	if (check_listening(s, n, where, text, errors) == -1)
		rc = -1;
	return rc;
}

static int
check_paths(const struct settings *s, const char *where, FILE *errors)
{
	const char *paths[] = { s->plugin_socket, s->control_socket,
	    s->docker_socket, s->state_file };
	const size_t n = sizeof(paths) / sizeof(paths[0]);
	size_t i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < i; j++)
			if (strcmp(paths[i], paths[j]) == 0) {
				fprintf(errors, "%s: two of plugin socket, "
				    "control socket, docker socket and state "
				    "file are %s: write a path of its own "
				    "for each\n", where, paths[i]);
				return -1;
			}
	return 0;
}

int
configuration_check_globals(const struct settings *s, const char *where,
    FILE *errors)
{
	int rc = 0;

	if (!address_is_set(&s->router_id)) {
		fprintf(errors, "%s: the router id is missing: write router-id "
		    "and an IPv4 address of this host\n", where);
		rc = -1;
	}
	if (check_paths(s, where, errors) == -1)
		rc = -1;
	return rc;
}

int
configuration_check(const struct settings *s, const char *where, FILE *errors)
{
	int rc = configuration_check_globals(s, where, errors);
	size_t i;

	for (i = 0; i < s->nneighbors; i++)
		if (configuration_check_neighbor(s, i, where, errors) == -1)
			rc = -1;
	return rc;
}

struct neighbor_settings *
configuration_add_neighbor(struct settings *s)
{
	struct neighbor_settings *n;

	if (s->nneighbors == SETTINGS_NEIGHBORS_MAX)
		return NULL;
	if (s->neighbors == NULL) {
		s->neighbors = xcalloc(SETTINGS_NEIGHBORS_MAX,
		    sizeof(*s->neighbors));
		s->passwords = passwords_new();
	}
	n = &s->neighbors[s->nneighbors++];
	neighbor_settings_init(n);
	return n;
}

const char *
configuration_add_allowed(struct settings *s, const struct allowed_prefix *a)
{
	size_t i;

	for (i = 0; i < s->nallowed; i++)
		if (prefix_cmp(&s->allowed[i].prefix, &a->prefix) == 0)
			return "it is there twice: write it once, with the "
			    "longer le";
	if (s->nallowed == SETTINGS_ALLOWED_MAX)
		return "more than 256 prefixes: write fewer";
	s->allowed[s->nallowed++] = *a;
	return NULL;
}

void
configuration_free(struct settings *s)
{
	passwords_free(s->passwords);
	s->passwords = NULL;
	free(s->neighbors);
	s->neighbors = NULL;
	s->nneighbors = 0;
}
