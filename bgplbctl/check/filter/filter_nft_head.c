#include "bgplbctl/check/filter/filter_nft_head.h"

static const struct head {
	const char		*words[2];
	enum filter_field	 field;
} heads[] = {
	{ { "iifname", NULL }, FIELD_IN },
	{ { "oifname", NULL }, FIELD_OUT },
	{ { "iif", NULL }, FIELD_IN },
	{ { "oif", NULL }, FIELD_OUT },
	{ { "ibrname", NULL }, FIELD_IN_BRIDGE },
	{ { "obrname", NULL }, FIELD_OUT_BRIDGE },
	{ { "mark", NULL }, FIELD_MARK },
	{ { "pkttype", NULL }, FIELD_PACKET_TYPE },
	{ { "meta", "iifname" }, FIELD_IN },
	{ { "meta", "oifname" }, FIELD_OUT },
	{ { "meta", "iif" }, FIELD_IN },
	{ { "meta", "oif" }, FIELD_OUT },
	{ { "meta", "ibrname" }, FIELD_IN_BRIDGE },
	{ { "meta", "obrname" }, FIELD_OUT_BRIDGE },
	{ { "meta", "l4proto" }, FIELD_L4PROTO },
	{ { "meta", "nfproto" }, FIELD_NFPROTO },
	{ { "meta", "protocol" }, FIELD_ETHERTYPE },
	{ { "meta", "mark" }, FIELD_MARK },
	{ { "meta", "pkttype" }, FIELD_PACKET_TYPE },
	{ { "ether", "type" }, FIELD_ETHERTYPE },
	{ { "ip", "saddr" }, FIELD_IP_SOURCE },
	{ { "ip", "daddr" }, FIELD_IP_DESTINATION },
	{ { "ip", "protocol" }, FIELD_IP_PROTOCOL },
	{ { "ip6", "saddr" }, FIELD_IP6_SOURCE },
	{ { "ip6", "daddr" }, FIELD_IP6_DESTINATION },
	{ { "ip6", "nexthdr" }, FIELD_IP6_PROTOCOL },
	{ { "rt", "type" }, FIELD_OTHER_PROTOCOL },
	{ { "ip6", "hoplimit" }, FIELD_HOP_LIMIT },
	{ { "icmpv6", "type" }, FIELD_ICMP6_TYPE },
	{ { "tcp", "sport" }, FIELD_SOURCE_PORT },
	{ { "tcp", "dport" }, FIELD_DESTINATION_PORT },
	{ { "th", "sport" }, FIELD_SOURCE_PORT },
	{ { "th", "dport" }, FIELD_DESTINATION_PORT },
	{ { "ct", "state" }, FIELD_CT_STATE },
	{ { "ct", "direction" }, FIELD_CT_DIRECTION },
	{ { "ct", "mark" }, FIELD_CT_MARK }
};
/* Headers that a TCP packet has not, with one word behind for the field. */
static const char *const others[] = {
	"udp", "udplite", "sctp", "dccp", "icmp", "icmpv6", "igmp", "ah", "esp",
	"comp", "arp", "vlan", "frag", "hbh", "mh", "dst"
};

/* "fib saddr . mark . iif oif": keys with dots between, then what is asked. */
static enum filter_field
take_fib(struct filter_cursor *c)
{
	const struct filter_token *start = c->at;
	bool of_source = false, by_in = false;
	enum filter_field field = FIELD_UNKNOWN;

	if (!filter_cursor_takes(c, "fib"))
		return FIELD_UNKNOWN;
	if (filter_cursor_takes(c, "saddr"))
		of_source = true;
	else if (!filter_cursor_takes(c, "daddr")) {
		c->at = start;
		return FIELD_UNKNOWN;
	}
	while (filter_cursor_takes(c, "."))
		if (filter_cursor_takes(c, "iif"))
			by_in = true;
		else if (!filter_cursor_takes(c, "mark") &&
		    !filter_cursor_takes(c, "oif"))
			break;
	if (filter_cursor_takes(c, "type"))
		field = of_source ? FIELD_SOURCE_TYPE : FIELD_DESTINATION_TYPE;
	else if (of_source && filter_cursor_takes(c, "oif"))
		field = by_in ? FIELD_SOURCE_BY_IN : FIELD_SOURCE_ROUTED;
	if (field == FIELD_UNKNOWN)
		c->at = start;
	return field;
}

enum filter_field
filter_nft_head_parse(struct filter_cursor *c)
{
	const struct filter_token *start = c->at;
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (filter_cursor_takes(c, heads[i].words[0]) &&
		    (heads[i].words[1] == NULL ||
		    filter_cursor_takes(c, heads[i].words[1])))
			return heads[i].field;
		c->at = start;
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (filter_cursor_takes(c, others[i])) {
			c->at += c->at < c->end;
			return FIELD_OTHER_PROTOCOL;
		}
	return take_fib(c);
}
