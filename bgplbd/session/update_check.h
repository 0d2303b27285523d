/*
 * Reading an UPDATE that a neighbor sent (RFC 4271 section 6.3 as revised by RFC
 * 7606, RFC 4760).  bgplbd has no use for routes: they are checked, counted and
 * forgotten.  An UPDATE costs no memory, whatever is in it.
 *
 * Nothing here does I/O or allocates.
 */
#ifndef BGPLBD_SESSION_UPDATE_CHECK_H
#define BGPLBD_SESSION_UPDATE_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/session/attribute.h"
#include "bgplbd/session/notification.h"
#include "bgplbd/session/wire.h"

#define UPDATE_COMPLAINT_MAX	96

struct update_summary {
	uint32_t	announced;	/* prefixes, of all families */
	uint32_t	withdrawn;	/* with those that were treated so */
	/* The worst of its attributes: never ATTRIBUTE_RESET. */
	enum attribute_verdict verdict;
	char		complaint[UPDATE_COMPLAINT_MAX]; /* "" if there is none */
};

/*
 * body: what follows the header.  0 and *out, or -1 and the NOTIFICATION that
 * ends the session.
 */
int	update_check(struct wire_reader body, const struct attribute_context *,
	    struct update_summary *out, struct notification *error)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_SESSION_UPDATE_CHECK_H */
