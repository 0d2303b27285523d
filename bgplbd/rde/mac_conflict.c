#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "bgplbd/rde/link_names.h"
#include "bgplbd/rde/mac_conflict.h"

static bool
is_of_link(enum link_role role, const struct object_id *id,
    const uint8_t mac[MAC_SIZE])
{
	uint8_t link[MAC_SIZE];

	link_mac(role, id, link);
	return memcmp(link, mac, MAC_SIZE) == 0;
}

enum mac_conflict
mac_conflict(const struct network *n, const struct object_id *endpoint,
    const uint8_t mac[MAC_SIZE], const struct endpoint **owner)
{
	const struct endpoint *e;

	*owner = NULL;
	if (is_of_link(ROLE_BRIDGE, &n->id, mac) ||
	    is_of_link(ROLE_HOST_END, endpoint, mac))
		return MAC_OF_HOST;
	LIST_FOREACH(e, &n->endpoints, of_network) {
		if (object_id_equal(&e->id, endpoint))
			continue;
		if (is_of_link(ROLE_HOST_END, &e->id, mac))
			return MAC_OF_HOST;
		if (memcmp(e->mac, mac, MAC_SIZE) == 0) {
			*owner = e;
			return MAC_OF_ENDPOINT;
		}
	}
	return MAC_FREE;
}

const char *
mac_format(const uint8_t mac[MAC_SIZE], char *buf)
{
	snprintf(buf, MAC_STRLEN, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
	    mac[1], mac[2], mac[3], mac[4], mac[5]);
	return buf;
}
