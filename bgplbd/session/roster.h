/*
 * All neighbors of the engine: those of the settings, in their order, and after them
 * those that connected from a prefix of the settings, which are made and forgotten
 * as they come and go.
 *
 * A neighbor that has its own settings is never one of a prefix; of several
 * prefixes the longest counts.  Each prefix has a limit, see settings.h.
 */
#ifndef BGPLBD_SESSION_ROSTER_H
#define BGPLBD_SESSION_ROSTER_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "bgplbd/session/departed.h"
#include "bgplbd/session/log_quota.h"
#include "common/prefix.h"

struct engine;
struct neighbor;
struct neighbor_settings;

struct roster {
	struct neighbor	**list;		/* may be walked; owns them */
	size_t		 count;
	uint32_t	 numbers;	/* given so far; none is used twice */
	time_t		 reported;	/* the last line about a full prefix */
	struct departed	 departed;	/* of prefixes */
	struct log_quota *quotas;	/* of each of the settings' neighbors */
};

/* With the neighbors of the engine's settings. */
void	roster_init(struct engine *);
void	roster_clear(struct engine *);

enum roster_found {
	ROSTER_ONE,
	ROSTER_NONE,
	ROSTER_SEVERAL		/* on several links: an interface has to be named */
};
/* *out is set for ROSTER_ONE; interface: of a link-local address, or "". */
enum roster_found roster_at(const struct engine *, const struct address *,
	    const char *interface, struct neighbor **out)
	    __attribute__((warn_unused_result));
/* The one of these settings, which are the engine's and not of a prefix; or NULL. */
struct neighbor *roster_by_settings(const struct engine *,
	    const struct neighbor_settings *);
/* The same, by what neighbor_number() says. */
struct neighbor *roster_by_number(const struct engine *, uint32_t);

/* prefix: one of the engine's settings. */
struct log_quota *roster_quota(struct engine *,
	    const struct neighbor_settings *prefix);

enum roster_answer {
	ROSTER_KNOWN,
	ROSTER_STRANGER,
	ROSTER_FULL		/* its prefix has its neighbors already */
};

/*
 * Who connects from there by fd, which may be a new neighbor; scope: the interface's
 * index if the address is link-local.  *out is set for ROSTER_KNOWN.
 */
enum roster_answer roster_welcome(struct engine *, int fd,
	    const struct address *, uint32_t scope, struct neighbor **out)
	    __attribute__((warn_unused_result));
/* Frees a neighbor of a prefix. */
void	roster_forget(struct engine *, struct neighbor *);

#endif /* BGPLBD_SESSION_ROSTER_H */
