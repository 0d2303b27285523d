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

static uint8_t
nibble(char digit)
{
	return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

void
link_mac(enum link_role role, const struct object_id *id,
    uint8_t mac[MAC_SIZE])
{
	unsigned int i;

	mac[0] = role == ROLE_HOST_END ? 0x06 : 0x02;
	for (i = 0; i < MAC_SIZE - 1; i++)
		mac[1 + i] = (uint8_t)(nibble(id->hex[2 * i]) << 4 |
		    nibble(id->hex[2 * i + 1]));
}
