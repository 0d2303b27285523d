#include <stdio.h>
#include <string.h>

#include "bgplbd/rde/link_names.h"

#define NAME_PREFIX	6	/* characters before the digits */
#define NAME_DIGITS	9

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

bool
link_name_parse(const char *name, enum link_role *role)
{
	unsigned int i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strncmp(name, formats[i], NAME_PREFIX) == 0 &&
		    strlen(name) == NAME_PREFIX + NAME_DIGITS &&
		    strspn(name + NAME_PREFIX, "0123456789"
		    "abcdefghijklmnopqrstuvwxyz") == NAME_DIGITS) {
			*role = (enum link_role)i;
			return true;
		}
	return false;
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

/* The first len digits of an id, the rest of which are 0. */
static struct object_id
id_of_digits(const char *digits, size_t len)
{
	struct object_id id;

	memset(&id, 0, sizeof(id));
	memset(id.hex, '0', len);
	memcpy(id.hex, digits, NAME_DIGITS);
	return id;
}

bool
link_mac_fits(const char *name, const uint8_t mac[MAC_SIZE])
{
	const char *digits = name + NAME_PREFIX;
	uint8_t derived[MAC_SIZE];
	struct object_id id;
	enum link_role role;

	if (!link_name_parse(name, &role) || role == ROLE_CONTAINER_END)
		return false;
	if (role == ROLE_BRIDGE) {
		id = id_of_digits(digits, SWARM_ID_DIGITS);
		link_mac(role, &id, derived);
		if (memcmp(mac, derived, MAC_SIZE) == 0)
			return true;
	}
	id = id_of_digits(digits, OBJECT_ID_DIGITS);
	if (!object_id_is_valid(&id))
		return false;
	link_mac(role, &id, derived);
	return memcmp(mac, derived, MAC_SIZE - 1) == 0 &&
	    mac[MAC_SIZE - 1] >> 4 == derived[MAC_SIZE - 1] >> 4;
}
