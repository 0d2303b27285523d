/*
 * Docker's plugin calls, from request to message and from reply to answer: one
 * table, a row a call.  The remote driver protocols of libnetwork
 * (docs/remote.md and docs/ipam.md there) name the calls and their fields;
 * which of them engines 20.10 and 26.1 really send is recorded in
 * regress/unit/frontend.
 *
 * Pure: no sockets, no rde.  plugin_server.h is what Docker talks to.
 */
#ifndef BGPLBD_FRONTEND_PLUGIN_CALL_H
#define BGPLBD_FRONTEND_PLUGIN_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "bgplbd/frontend/ipam_call.h"
#include "bgplbd/frontend/sentence.h"
#include "bgplbd/frontend/v6subnet_memo.h"
#include "bgplbd/messages/frontend_rde.h"

struct plugin_row;

struct plugin_call {
	const struct plugin_row	*row;
	struct v6subnet_memo	*memo;	/* only while it is parsed */
	union {				/* for the rde, if it is asked */
		struct plugin_network	network;
		struct plugin_endpoint	endpoint;
		struct plugin_address	address;
	} message;
	struct ipam_call	 ipam;	/* what an IPAM call is about */
};

enum plugin_outcome {
	PLUGIN_REFUSED,		/* the sentence says why */
	PLUGIN_ANSWERED,	/* plugin_call_answer() can be called at once */
	PLUGIN_ASK_RDE		/* it wants the rde's reply to plugin_call_message() */
};

/*
 * path is the URL's, such as "/NetworkDriver.Join"; body, as plugin_body.h leaves it,
 * may be NULL if len is 0.  The memo is what is known of earlier calls, and is changed by this one.
 */
enum plugin_outcome plugin_call_parse(const char *path, const char *body,
	    size_t len, struct v6subnet_memo *, struct plugin_call *,
	    struct sentence *);

/*
 * The message of a call that asks the rde: its type, and its payload of *len
 * bytes.
 */
uint32_t plugin_call_type(const struct plugin_call *);
/* As Docker names it: "/NetworkDriver.Join". */
const char *plugin_call_path(const struct plugin_call *);
const void *plugin_call_message(const struct plugin_call *, size_t *len);

/*
 * What undoes a call that the rde has carried out though Docker was told that it
 * failed: what Docker asked to be made would be nobody's, and in the way of the next.
 */
struct plugin_undo {
	uint32_t	type;
	size_t		len;
	union {
		struct plugin_network	network;
		struct plugin_endpoint	endpoint;
		struct plugin_address	address;
	} message;
};
/* False if there is nothing to undo: it deleted or only asked. */
bool	plugin_call_undo(const struct plugin_call *, const struct plugin_reply *,
	    struct plugin_undo *);
/* Whether both want the same of one network, or endpoint, or address. */
bool	plugin_call_is_same(const struct plugin_call *,
	    const struct plugin_call *);

/* The network that the message is about; not for those of the IPAM driver. */
const struct object_id *plugin_call_network(const struct plugin_call *);

/*
 * Writes the JSON text of the answer.  reply is the rde's, without error, or
 * NULL for a call that asks nobody.
 */
void	plugin_call_answer(const struct plugin_call *,
	    const struct plugin_reply *reply, bool global_scope, FILE *out);
/* {"Err":"sentence"}, which goes with status 500. */
void	plugin_call_answer_error(const char *sentence, FILE *out);

#endif /* BGPLBD_FRONTEND_PLUGIN_CALL_H */
