/*
 * The id of a Docker object: 64 hexadecimal digits in lower case, or, for a network
 * of a swarm, 25 digits of base 36 (0-9, a-z).  A container or an endpoint never has
 * the latter, a network either.  Everything else is refused where it enters.
 */
#ifndef BGPLBD_MESSAGES_OBJECT_ID_H
#define BGPLBD_MESSAGES_OBJECT_ID_H

#include <stdbool.h>
#include <stddef.h>

#define OBJECT_ID_DIGITS	64
#define SWARM_ID_DIGITS		25

struct object_id {
	char	hex[OBJECT_ID_DIGITS + 1];	/* the digits, the rest is NUL */
};

/*
 * From text of len bytes, not necessarily terminated.  0, or -1 with errno EINVAL.
 * The first takes only hexadecimal ids, the second those of networks, a swarm's too.
 */
int	object_id_parse(const char *text, size_t len, struct object_id *out)
	    __attribute__((warn_unused_result));
int	network_id_parse(const char *text, size_t len, struct object_id *out)
	    __attribute__((warn_unused_result));

/* What comes from another process: would the parser have made it? */
bool	object_id_is_valid(const struct object_id *);
bool	network_id_is_valid(const struct object_id *);

/* Whether it is one of a swarm's network. */
bool	network_id_is_swarm(const struct object_id *);

bool	object_id_equal(const struct object_id *, const struct object_id *);

/* For "%.12s" in log lines: the digits that Docker's own tools show. */
#define OBJECT_ID_SHORT	12

#endif /* BGPLBD_MESSAGES_OBJECT_ID_H */
