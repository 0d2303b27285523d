/*
 * The id of a Docker object (container, network, endpoint): 64 hexadecimal digits
 * in lower case.  Everything else is refused where it enters.
 */
#ifndef BGPLBD_MESSAGES_OBJECT_ID_H
#define BGPLBD_MESSAGES_OBJECT_ID_H

#include <stdbool.h>
#include <stddef.h>

#define OBJECT_ID_DIGITS	64

struct object_id {
	char	hex[OBJECT_ID_DIGITS + 1];
};

/* From text of len bytes, not necessarily terminated.  0, or -1 with errno EINVAL. */
int	object_id_parse(const char *text, size_t len, struct object_id *out)
	    __attribute__((warn_unused_result));
bool	object_id_is_valid(const struct object_id *);
bool	object_id_equal(const struct object_id *, const struct object_id *);

/* For "%.12s" in log lines: the digits that Docker's own tools show. */
#define OBJECT_ID_SHORT	12

#endif /* BGPLBD_MESSAGES_OBJECT_ID_H */
