#include <linux/rtnetlink.h>

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/check/filter/filter_value.h"

#define IFNAME_CHARACTERS	15

struct name {
	const char	*name;
	uint32_t	 number;
};

static const struct name protocols[] = {
	{ "icmp", 1 }, { "igmp", 2 }, { "tcp", 6 }, { "udp", 17 },
	{ "dccp", 33 }, { "gre", 47 }, { "esp", 50 }, { "ah", 51 },
	{ "icmpv6", 58 }, { "ipv6-icmp", 58 }, { "ipv4-icmp", 1 },
	{ "ospf", 89 }, { "vrrp", 112 }, { "sctp", 132 }, { "udplite", 136 },
	{ NULL, 0 }
};
static const struct name nfprotos[] = {
	{ "ipv4", 2 }, { "ipv6", 10 }, { NULL, 0 }
};
static const struct name ethertypes[] = {
	{ "ip", 0x0800 }, { "ipv4", 0x0800 }, { "ip6", 0x86dd },
	{ "ipv6", 0x86dd }, { "arp", 0x0806 }, { "vlan", 0x8100 },
	{ "8021q", 0x8100 }, { "802_1q", 0x8100 }, { "8021ad", 0x88a8 },
	{ "length", 0 }, { NULL, 0 }
};
static const struct name states[] = {
	{ "new", FILTER_CT_NEW }, { "established", FILTER_CT_ESTABLISHED },
	{ "invalid", FILTER_CT_INVALID }, { "untracked", FILTER_CT_UNTRACKED },
	{ "related", FILTER_CT_UNTRACKED + 1 },
	/* iptables calls these states; none of our packets is translated. */
	{ "dnat", FILTER_CT_UNTRACKED + 2 }, { "snat", FILTER_CT_UNTRACKED + 3 },
	{ NULL, 0 }
};
static const struct name directions[] = {
	{ "original", 0 }, { "reply", 1 }, { NULL, 0 }
};
static const struct name packet_types[] = {
	{ "unicast", 0 }, { "host", 0 }, { "broadcast", 1 },
	{ "multicast", 2 }, { "other", 3 }, { "otherhost", 3 }, { NULL, 0 }
};
static const struct name route_types[] = {
	{ "unspec", RTN_UNSPEC }, { "unicast", RTN_UNICAST },
	{ "local", RTN_LOCAL }, { "broadcast", RTN_BROADCAST },
	{ "anycast", RTN_ANYCAST }, { "multicast", RTN_MULTICAST },
	{ "blackhole", RTN_BLACKHOLE }, { "unreachable", RTN_UNREACHABLE },
	{ "prohibit", RTN_PROHIBIT }, { NULL, 0 }
};
static const struct name icmp6_types[] = {
	{ "destination-unreachable", 1 }, { "packet-too-big", 2 },
	{ "time-exceeded", 3 }, { "parameter-problem", 4 },
	{ "echo-request", 128 }, { "echo-reply", 129 },
	{ "mld-listener-query", 130 }, { "mld-listener-report", 131 },
	{ "mld-listener-done", 132 }, { "nd-router-solicit", 133 },
	{ "nd-router-advert", 134 }, { "nd-neighbor-solicit", 135 },
	{ "nd-neighbor-advert", 136 }, { "nd-redirect", 137 },
	{ "router-renumbering", 138 }, { "ind-neighbor-solicit", 141 },
	{ "ind-neighbor-advert", 142 }, { "mld2-listener-report", 143 },
	{ NULL, 0 }
};
static const struct name services[] = {
	{ "ssh", 22 }, { "domain", 53 }, { "http", 80 }, { "https", 443 },
	{ "bgp", 179 }, { NULL, 0 }
};
static const struct name presences[] = {
	{ "missing", 0 }, { "exists", 1 }, { NULL, 0 }
};
static const struct name no_names[] = { { NULL, 0 } };

enum kind { KIND_NONE, KIND_NAME, KIND_IPV4, KIND_IPV6, KIND_NUMBER };

static const struct {
	enum kind		 kind;
	const struct name	*names;
} fields[] = {
	[FIELD_IN] = { KIND_NAME, NULL },
	[FIELD_OUT] = { KIND_NAME, NULL },
	[FIELD_IN_BRIDGE] = { KIND_NAME, NULL },
	[FIELD_OUT_BRIDGE] = { KIND_NAME, NULL },
	[FIELD_IN_PORT] = { KIND_NAME, NULL },
	[FIELD_OUT_PORT] = { KIND_NAME, NULL },
	[FIELD_IP_SOURCE] = { KIND_IPV4, NULL },
	[FIELD_IP_DESTINATION] = { KIND_IPV4, NULL },
	[FIELD_IP6_SOURCE] = { KIND_IPV6, NULL },
	[FIELD_IP6_DESTINATION] = { KIND_IPV6, NULL },
	[FIELD_IP_PROTOCOL] = { KIND_NUMBER, protocols },
	[FIELD_IP6_PROTOCOL] = { KIND_NUMBER, protocols },
	[FIELD_L4PROTO] = { KIND_NUMBER, protocols },
	[FIELD_NFPROTO] = { KIND_NUMBER, nfprotos },
	[FIELD_ETHERTYPE] = { KIND_NUMBER, ethertypes },
	[FIELD_SOURCE_PORT] = { KIND_NUMBER, services },
	[FIELD_DESTINATION_PORT] = { KIND_NUMBER, services },
	[FIELD_OTHER_PROTOCOL] = { KIND_NONE, NULL },
	[FIELD_ICMP6_TYPE] = { KIND_NUMBER, icmp6_types },
	[FIELD_HOP_LIMIT] = { KIND_NUMBER, no_names },
	[FIELD_CT_STATE] = { KIND_NUMBER, states },
	[FIELD_CT_DIRECTION] = { KIND_NUMBER, directions },
	[FIELD_CT_MARK] = { KIND_NUMBER, no_names },
	[FIELD_MARK] = { KIND_NUMBER, no_names },
	[FIELD_PACKET_TYPE] = { KIND_NUMBER, packet_types },
	[FIELD_SOURCE_TYPE] = { KIND_NUMBER, route_types },
	[FIELD_DESTINATION_TYPE] = { KIND_NUMBER, route_types },
	[FIELD_SOURCE_BY_IN] = { KIND_NUMBER, presences },
	[FIELD_SOURCE_ROUTED] = { KIND_NUMBER, presences },
	[FIELD_UNKNOWN] = { KIND_NONE, NULL }
};

struct filter_key
filter_key_number(uint32_t number)
{
	struct filter_key key = { .bytes = {
		[12] = (uint8_t)(number >> 24), [13] = (uint8_t)(number >> 16),
		[14] = (uint8_t)(number >> 8), [15] = (uint8_t)number
	} };

	return key;
}

uint32_t
filter_key_to_number(const struct filter_key *key)
{
	return (uint32_t)key->bytes[12] << 24 | (uint32_t)key->bytes[13] << 16 |
	    (uint32_t)key->bytes[14] << 8 | key->bytes[15];
}

struct filter_key
filter_key_name(const char *name)
{
	struct filter_key key = { { 0 } };

	memcpy(key.bytes, name, strnlen(name, IFNAME_CHARACTERS));
	return key;
}

struct filter_key
filter_key_address(const struct address *addr)
{
	struct filter_key key = { { 0 } };

	memcpy(key.bytes, addr->bytes, address_size(addr->afi));
	return key;
}

bool
filter_number_parse(const char *word, uint32_t *number)
{
	unsigned long value;
	char *end;

	if (!isdigit((unsigned char)word[0]))
		return false;
	errno = 0;
	value = strtoul(word, &end, 0);
	if (*end != '\0' || errno != 0 || value > UINT32_MAX)
		return false;
	*number = (uint32_t)value;
	return true;
}

static bool
find_name(const struct name *names, const char *word, uint32_t *number)
{
	for (; names->name != NULL; names++) {
		if (strcasecmp(names->name, word) != 0)
			continue;
		*number = names->number;
		return true;
	}
	return filter_number_parse(word, number);
}

static bool
parse_interface(const char *word, struct filter_range *out)
{
	size_t len = strlen(word);
	bool is_open = len > 0 && (word[len - 1] == '+' || word[len - 1] == '*');

	if (is_open)
		len--;
	if (len > IFNAME_CHARACTERS)
		return false;
	memset(out, 0, sizeof(*out));
	memcpy(out->low.bytes, word, len);
	out->high = out->low;
	if (is_open)
		memset(out->high.bytes + len, 0xff,
		    sizeof(out->high.bytes) - len);
	return true;
}

/* The bytes of a mask: a length, or a mask as iptables prints odd ones. */
static bool
parse_mask(uint8_t afi, const char *word, uint8_t *mask)
{
	unsigned int bits = address_size(afi) * 8, i;
	struct address addr;
	uint32_t len;

	if (filter_number_parse(word, &len) && len <= bits) {
		for (i = 0; i < len; i++)
			mask[i / 8] |= (uint8_t)(0x80 >> i % 8);
		return true;
	}
	if (address_parse(word, &addr) == -1 || addr.afi != afi)
		return false;
	memcpy(mask, addr.bytes, bits / 8);
	/* Bits behind a gap would be no range. */
	for (i = 1; i < bits; i++)
		if ((mask[i / 8] & (0x80 >> i % 8)) != 0 &&
		    (mask[(i - 1) / 8] & (0x80 >> (i - 1) % 8)) == 0)
			return false;
	return true;
}

static bool
parse_addresses(uint8_t afi, char *word, struct filter_range *out)
{
	struct address low, high;
	uint8_t mask[16] = { 0 };
	char *behind = NULL;
	unsigned int i;
	bool is_prefix;

	is_prefix = (behind = strchr(word, '/')) != NULL;
	if (behind == NULL)
		behind = strchr(word, '-');
	if (behind != NULL)
		*behind++ = '\0';
	if (address_parse(word, &low) == -1 || low.afi != afi)
		return false;
	high = low;
	if (is_prefix && !parse_mask(afi, behind, mask))
		return false;
	for (i = 0; is_prefix && i < address_size(afi); i++) {
		low.bytes[i] &= mask[i];
		high.bytes[i] = low.bytes[i] | (uint8_t)~mask[i];
	}
	if (behind != NULL && !is_prefix &&
	    (address_parse(behind, &high) == -1 || high.afi != afi))
		return false;
	out->low = filter_key_address(&low);
	out->high = filter_key_address(&high);
	return true;
}

/* "80-90" of nft, "80:90" of iptables, where ":90" and "80:" have open ends. */
static bool
parse_numbers(const struct name *names, char *word, struct filter_range *out)
{
	uint32_t low, high = UINT16_MAX;
	char *behind;

	if (find_name(names, word, &low)) {
		out->low = out->high = filter_key_number(low);
		return true;
	}
	if ((behind = strpbrk(word, "-:")) == NULL)
		return false;
	*behind++ = '\0';
	low = 0;
	if ((word[0] != '\0' && !find_name(names, word, &low)) ||
	    (behind[0] != '\0' && !find_name(names, behind, &high)))
		return false;
	out->low = filter_key_number(low);
	out->high = filter_key_number(high);
	return true;
}

bool
filter_value_parse(enum filter_field field, const char *word,
    struct filter_range *out)
{
	char copy[FILTER_WORD_MAX];

	memset(out, 0, sizeof(*out));
	if ((size_t)field >= sizeof(fields) / sizeof(fields[0]) ||
	    strlcpy(copy, word, sizeof(copy)) >= sizeof(copy))
		return false;
	switch (fields[field].kind) {
	case KIND_NAME:
		return parse_interface(copy, out);
	case KIND_IPV4:
		return parse_addresses(AFI_IPV4, copy, out);
	case KIND_IPV6:
		return parse_addresses(AFI_IPV6, copy, out);
	case KIND_NUMBER:
		return parse_numbers(fields[field].names, copy, out);
	default:
		return false;
	}
}

static const struct name tcp_flags[] = {
	{ "fin", 0x01 }, { "syn", 0x02 }, { "rst", 0x04 }, { "psh", 0x08 },
	{ "ack", 0x10 }, { "urg", 0x20 }, { "ecn", 0x40 }, { "cwr", 0x80 },
	{ "none", 0 }, { "all", 0x3f }, { NULL, 0 }
};

bool
filter_tcp_flags_parse(const char *word, uint32_t *flags)
{
	char copy[FILTER_WORD_MAX], *rest = copy, *name;
	uint32_t flag;

	*flags = 0;
	if (strlcpy(copy, word, sizeof(copy)) >= sizeof(copy))
		return false;
	while ((name = strsep(&rest, ",")) != NULL) {
		if (!find_name(tcp_flags, name, &flag))
			return false;
		*flags |= flag;
	}
	return true;
}
