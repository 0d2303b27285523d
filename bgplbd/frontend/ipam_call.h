/*
 * The bodies of the IPAM driver's calls, as libnetwork's docs/ipam.md describes
 * them, for the table of plugin_call.c.  Pure.
 *
 * A call about a host prefix is answered by ipam.h's rules alone, one about a pool
 * by the rde, which knows what is in use.
 */
#ifndef BGPLBD_FRONTEND_IPAM_CALL_H
#define BGPLBD_FRONTEND_IPAM_CALL_H

#include "bgplbd/frontend/ipam.h"
#include "bgplbd/frontend/json.h"
#include "bgplbd/frontend/sentence.h"
#include "bgplbd/messages/frontend_rde.h"

struct ipam_call {
	struct ipam_pool	pool;
	struct address		address;	/* the answer, if the rde is not asked */
	bool			names_v6subnet;	/* by --ipam-opt, of a local network */
	uint32_t		type;		/* asks the rde; 0: nobody */
};

/*
 * One for each of RequestPool, ReleasePool, RequestAddress and ReleaseAddress: 0,
 * with the message for the rde if it is asked, or -1 with the sentence.
 */
int	ipam_call_request_pool(struct json_value body, struct ipam_call *,
	    struct plugin_address *message, struct sentence *)
	    __attribute__((warn_unused_result));
int	ipam_call_release_pool(struct json_value body, struct ipam_call *,
	    struct sentence *) __attribute__((warn_unused_result));
int	ipam_call_request_address(struct json_value body, struct ipam_call *,
	    struct plugin_address *message, struct sentence *)
	    __attribute__((warn_unused_result));
int	ipam_call_release_address(struct json_value body, struct ipam_call *,
	    struct plugin_address *message, struct sentence *)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_FRONTEND_IPAM_CALL_H */
