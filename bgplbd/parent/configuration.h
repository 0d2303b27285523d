/*
 * Where settings come from: bgplbd.conf(5), or the environment under the names
 * that users of docker-bgp-lb know.  Called by the parent before it forks.
 */
#ifndef BGPLBD_PARENT_CONFIGURATION_H
#define BGPLBD_PARENT_CONFIGURATION_H

#include <stdio.h>

#include "bgplbd/settings.h"

/*
 * Reads the file into settings, which settings_init() need not have seen.  Each
 * mistake is one line to errors: "FILE:LINE:COLUMN: what is wrong, what to write".
 * A file that others may write is refused (file_guard.h), and one with a password that
 * others may read.
 * 0, or -1 if there was any; settings then hold nothing to be freed or used.
 */
int	configuration_from_file(const char *path, struct settings *, FILE *errors)
	    __attribute__((warn_unused_result));

/*
 * The same from text of len bytes, which need not be terminated; name is FILE in
 * mistakes.
 */
int	configuration_from_text(const char *name, const char *text, size_t len,
	    struct settings *, FILE *errors)
	    __attribute__((warn_unused_result));

/*
 * The same from ROUTER_ID, ROUTER_PORT, LOCAL_AS, PEER_ADDRESS, PEER_AS,
 * PEER_PASSWORD, SIGUSR2_HANDLER, SIGUSR2_ACTION and GLOBAL_SCOPE, as docker-bgp-lb
 * has them, DOCKER_HOST of Docker's tools, and NEXTHOP, RISE and ALLOWED_PREFIXES.  A mistake is
 * "NAME=VALUE: what is wrong, what to write"; the password's value is never shown.
 */
int	configuration_from_environment(struct settings *, FILE *errors)
	    __attribute__((warn_unused_result));

/*
 * Wipes PEER_PASSWORD from the environment, each time that it is there, in the memory
 * that /proc/PID/environ shows.  Also where a file is read; before anything copies the
 * environment, as setproctitle(3) does.
 */
void	configuration_wipe_environment(void);

/*
 * What holds across settings, once they are all known: router id and paths; one
 * neighbor of the list by its index; and all of it.  Each mistake is one line
 * "WHERE: ..." to errors.  0, or -1 if there was any.
 */
int	configuration_check_globals(const struct settings *, const char *where,
	    FILE *errors) __attribute__((warn_unused_result));
int	configuration_check_neighbor(const struct settings *, size_t i,
	    const char *where, FILE *errors)
	    __attribute__((warn_unused_result));
int	configuration_check(const struct settings *, const char *where,
	    FILE *errors) __attribute__((warn_unused_result));

/*
 * A further neighbor with defaults, or NULL if there are SETTINGS_NEIGHBORS_MAX.
 * The list and the place of its password never move.
 */
struct neighbor_settings *configuration_add_neighbor(struct settings *);

/* NULL, or why it cannot be one more of those that may be announced. */
const char *configuration_add_allowed(struct settings *,
	    const struct allowed_prefix *);

/* Prints settings as a bgplbd.conf that gives the same; passwords as "***". */
void	configuration_print(const struct settings *, FILE *);

/* Frees what the readers allocated. */
void	configuration_free(struct settings *);

#endif /* BGPLBD_PARENT_CONFIGURATION_H */
