/*
 * What bgplbd's links are called, and the MAC addresses they get: all derived from
 * Docker's ids, so that nothing of it needs to be stored.
 */
#ifndef BGPLBD_RDE_LINK_NAMES_H
#define BGPLBD_RDE_LINK_NAMES_H

#include <net/if.h>

#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/object_id.h"

enum link_role {
	ROLE_BRIDGE,		/* of a network */
	ROLE_HOST_END,		/* of an endpoint's veth pair */
	ROLE_CONTAINER_END
};

/* Returns buf, which must hold IFNAMSIZ bytes. */
const char *link_name(enum link_role, const struct object_id *, char *buf);
bool	link_has_name(const char *name, enum link_role,
	    const struct object_id *);

/* Whether bgplbd gives links such names, and then in which role. */
bool	link_name_parse(const char *name, enum link_role *);

/*
 * 40 bits of the id behind 02, or behind 06 for the host end, whose other end has
 * the same id: unicast and locally administered (IEEE 802, section 8.2).  They are
 * the first ten hexadecimal digits, or the low 40 bits of a swarm's first eight.
 */
void	link_mac(enum link_role, const struct object_id *,
	    uint8_t mac[MAC_SIZE]);
/*
 * Whether a bridge or host end of this name may have got the MAC address when it was
 * made: the name has nine digits of the id, so four bits of it are not told by that.
 */
bool	link_mac_fits(const char *name, const uint8_t mac[MAC_SIZE]);

#endif /* BGPLBD_RDE_LINK_NAMES_H */
