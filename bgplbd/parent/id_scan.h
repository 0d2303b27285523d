/*
 * Reads from an answer of Docker the ids of the objects that it lists, and nothing
 * else: whether the status is 200, and of each object of the array the strings "Id"
 * and "Name".  Labels, variables and whatever else others have written is passed over
 * as nested values and strings, of which neither the length nor the content has a
 * meaning here.
 *
 * Pure: takes the bytes as they come, in pieces of any size, and keeps the string
 * that is being read, in a buffer of fixed size.
 */
#ifndef BGPLBD_PARENT_ID_SCAN_H
#define BGPLBD_PARENT_ID_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "bgplbd/messages/object_id.h"

#define ID_SCAN_NAME_MAX	64	/* with its NUL; longer names are not told */

/*
 * An object of the list.  name is made of letters, digits and "_.-", or "" if it has
 * none such.  One without a valid id (network_id_parse()) is not told.
 */
typedef void id_scan_fn(const struct object_id *, const char *name, void *arg);

enum id_scan_part {
	ID_SCAN_STATUS,
	ID_SCAN_HEADER,
	ID_SCAN_BODY,
	ID_SCAN_FAILED
};

enum id_scan_field {
	ID_SCAN_OTHER,
	ID_SCAN_ID,
	ID_SCAN_NAME
};

struct id_scan {
	id_scan_fn		*fn;
	void			*arg;
	enum id_scan_part	 part;
	size_t			 line;		/* bytes of it, in the header */
	size_t			 depth;		/* of arrays and objects */
	bool			 in_object;	/* of the array, at depth 2 */
	bool			 in_string;
	bool			 escaped;	/* the next byte is */
	bool			 is_value;	/* the next string, at depth 2 */
	bool			 ended;		/* the array has */
	enum id_scan_field	 field;
	bool			 cut;		/* text is not the whole string */
	size_t			 len;		/* of text */
	char			 text[OBJECT_ID_DIGITS + 1];
	struct object_id	 id;
	char			 name[ID_SCAN_NAME_MAX];
};

void	id_scan_init(struct id_scan *, id_scan_fn *, void *arg);
/* The next bytes of the answer, from its first on; calls back for each object. */
void	id_scan_feed(struct id_scan *, const char *data, size_t len);
/* The whole list has been read. */
bool	id_scan_is_complete(const struct id_scan *);

#endif /* BGPLBD_PARENT_ID_SCAN_H */
