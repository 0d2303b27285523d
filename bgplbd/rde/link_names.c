#include <stdio.h>
#include <string.h>

#include "bgplbd/rde/link_names.h"

static const char *const formats[] = {
	[ROLE_BRIDGE] = "bgplb-%.9s",
	[ROLE_HOST_END] = "bgpve-%.9s",
	[ROLE_CONTAINER_END] = "bgpvc-%.9s",
};

const char *
link_name(enum link_role role, const struct object_id *id, char *buf)
{
	snprintf(buf, IFNAMSIZ, formats[role], id->hex);
	return buf;
}

bool
link_has_name(const char *name, enum link_role role,
    const struct object_id *id)
{
	char wanted[IFNAMSIZ];

	return strcmp(name, link_name(role, id, wanted)) == 0;
}

static unsigned int
value_of(char digit)
{
	return (unsigned int)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

void
link_mac(enum link_role role, const struct object_id *id,
    uint8_t mac[MAC_SIZE])
{
	bool swarm = network_id_is_swarm(id);
	unsigned int base = swarm ? 36 : 16, digits = swarm ? 8 : 10, i;
	uint64_t bits = 0;

	for (i = 0; i < digits; i++)
		bits = bits * base + value_of(id->hex[i]);
	for (i = MAC_SIZE - 1; i > 0; i--, bits >>= 8)
		mac[i] = (uint8_t)bits;
	mac[0] = role == ROLE_HOST_END ? 0x06 : 0x02;
}
