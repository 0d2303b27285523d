/*
 * Whether an endpoint may have a MAC address on its network's bridge.  A bridge sends
 * all frames for one address to one port, so two containers with the same one share
 * nothing: one of them gets the traffic of both, fit for it or not.  Pure.
 */
#ifndef BGPLBD_RDE_MAC_CONFLICT_H
#define BGPLBD_RDE_MAC_CONFLICT_H

#include <stdint.h>

#include "bgplbd/rde/tables.h"

enum mac_conflict {
	MAC_FREE,
	MAC_OF_HOST,		/* that of the bridge, or of an endpoint's host end */
	MAC_OF_ENDPOINT		/* *owner has it */
};

/* endpoint: the one that is to have it, which may be in the network already. */
enum mac_conflict mac_conflict(const struct network *,
	    const struct object_id *endpoint, const uint8_t mac[MAC_SIZE],
	    const struct endpoint **owner);

/* "02:42:0a:00:00:65"; buf holds MAC_STRLEN bytes, and is returned. */
#define MAC_STRLEN	18
const char *mac_format(const uint8_t mac[MAC_SIZE], char *buf);

#endif /* BGPLBD_RDE_MAC_CONFLICT_H */
