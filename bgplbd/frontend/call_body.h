/*
 * The members of a plugin call's body, for plugin_call.c and ipam_call.c.  Each
 * function gives 0, or -1 with a sentence that names the member.
 */
#ifndef BGPLBD_FRONTEND_CALL_BODY_H
#define BGPLBD_FRONTEND_CALL_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include "bgplbd/frontend/json.h"
#include "bgplbd/frontend/sentence.h"
#include "bgplbd/messages/object_id.h"

/*
 * Longer texts are refused where an address is wanted; room for what a user may
 * type.
 */
#define CALL_TEXT_MAX	112

/* A text member; null counts as missing, and a missing optional one is "". */
int	call_text(struct json_value object, const char *key, bool required,
	    char *buf, size_t size, struct sentence *)
	    __attribute__((warn_unused_result));

/* "NetworkID" and "EndpointID". */
int	call_network_id(struct json_value body, struct object_id *,
	    struct sentence *) __attribute__((warn_unused_result));
int	call_endpoint_id(struct json_value body, struct object_id *,
	    struct sentence *) __attribute__((warn_unused_result));

/* A member that must be of the type if it is there; null counts as missing. */
int	call_optional(struct json_value object, const char *key,
	    enum json_type wanted, struct json_value *out, struct sentence *)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_FRONTEND_CALL_BODY_H */
