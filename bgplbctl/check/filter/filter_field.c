#include <linux/if_ether.h>
#include <linux/rtnetlink.h>

#include <netinet/in.h>
#include <string.h>

#include "bgplbctl/check/filter/filter_field.h"
#include "bgplbctl/check/filter/filter_value.h"

/* Connection tracking comes behind the chains that have a priority below. */
#define CONNTRACK_PRIORITY	(-200)
#define CANDIDATES_MAX		2
#define TCP_SYN			0x02
#define TCP_ACK			0x10
#define FIRST_CLIENT_PORT	1024

/* What a field of the packet may be: one range, or one of two values. */
struct value {
	enum { ABSENT, UNKNOWN, KNOWN } kind;
	struct filter_range	 candidates[CANDIDATES_MAX];
	size_t			 n;
};

static struct value
known(struct filter_key low, struct filter_key high)
{
	struct value v = { .kind = KNOWN, .n = 1 };

	v.candidates[0].low = low;
	v.candidates[0].high = high;
	return v;
}

static struct value
known_number(uint32_t number)
{
	return known(filter_key_number(number), filter_key_number(number));
}

static struct value
known_name(const char *name)
{
	return known(filter_key_name(name), filter_key_name(name));
}

static struct value
nothing(int kind)
{
	struct value v = { .kind = kind, .n = 0 };

	return v;
}

static struct value
address_value(const struct address *addr, uint8_t afi)
{
	struct filter_key key = filter_key_address(addr);

	return addr->afi == afi ? known(key, key) : nothing(ABSENT);
}

#define SOLICITATION		135
#define SOLICITATION_HOP_LIMIT	255
#define TYPE_MULTICAST		2	/* of a packet, as FIELD_PACKET_TYPE has it */

/* A port that is not given may be any; a client's is none of the well-known ones. */
static struct value
port_value(uint16_t port, bool is_client)
{
	if (port != 0)
		return known_number(port);
	return known(filter_key_number(is_client ? FIRST_CLIENT_PORT : 1),
	    filter_key_number(UINT16_MAX));
}

static struct value
truth_value(enum filter_truth truth)
{
	return truth == FILTER_UNKNOWN ? nothing(UNKNOWN) :
	    known_number(truth == FILTER_YES);
}

static struct value
interface_value(const struct filter_passage *p, enum filter_hook hook,
    enum filter_field field)
{
	bool is_in = field == FIELD_IN || field == FIELD_IN_BRIDGE;
	const struct filter_interface *i = is_in ? &p->packet->in :
	    &p->packet->out;
	bool is_bridge = field == FIELD_IN_BRIDGE || field == FIELD_OUT_BRIDGE;

	if (!p->is_bridged && is_bridge)
		return nothing(ABSENT);
	if (is_in && (hook == HOOK_OUTPUT ||
	    (hook == HOOK_POSTROUTING && p->is_bridged)))
		return known_name("");
	if (!is_in && (hook == HOOK_PREROUTING || hook == HOOK_INPUT))
		return known_name("");
	return known_name(p->is_bridged && !is_bridge ? i->port : i->name);
}

static struct value
state_value(const struct filter_passage *p, const struct filter_chain *base)
{
	if (base->priority < CONNTRACK_PRIORITY &&
	    (base->hook == HOOK_PREROUTING || base->hook == HOOK_OUTPUT))
		return known_number(FILTER_CT_INVALID);
	return p->state_known ? known_number(p->state) : nothing(UNKNOWN);
}

/* An answer to a connection request may be its first packet or a later one. */
static struct value
flags_value(const struct filter_packet *packet)
{
	struct value v = known_number(packet->state == FILTER_CT_NEW ?
	    TCP_SYN : TCP_ACK);

	if (packet->state != FILTER_CT_NEW && packet->reply) {
		v.candidates[1].low = v.candidates[1].high =
		    filter_key_number(TCP_SYN | TCP_ACK);
		v.n = 2;
	}
	return v;
}

static struct value
type_value(const struct filter_packet *packet, enum filter_field field)
{
	enum filter_path own = field == FIELD_SOURCE_TYPE ? FILTER_SENT :
	    FILTER_RECEIVED;

	if (packet->solicits)
		return known_number(field == FIELD_SOURCE_TYPE ? RTN_UNICAST :
		    RTN_MULTICAST);
	return known_number(packet->path == own ? RTN_LOCAL : RTN_UNICAST);
}

static struct value
value_of(const struct filter_passage *p, const struct filter_chain *base,
    enum filter_field field)
{
	const struct filter_packet *packet = p->packet;
	bool is_ipv4 = packet->destination.afi == AFI_IPV4;
	uint8_t protocol = packet->solicits ? IPPROTO_ICMPV6 : IPPROTO_TCP;

	if (packet->solicits && (field == FIELD_SOURCE_PORT ||
	    field == FIELD_DESTINATION_PORT || field == FIELD_TCP_FLAGS))
		return nothing(ABSENT);
	switch (field) {
	case FIELD_IN:
	case FIELD_OUT:
	case FIELD_IN_BRIDGE:
	case FIELD_OUT_BRIDGE:
		return interface_value(p, base->hook, field);
	case FIELD_IN_PORT:
		return packet->in.port[0] != '\0' ? nothing(UNKNOWN) :
		    known_name("");
	case FIELD_IP_SOURCE:
		return address_value(&packet->source, AFI_IPV4);
	case FIELD_IP_DESTINATION:
		return address_value(&packet->destination, AFI_IPV4);
	case FIELD_IP6_SOURCE:
		return address_value(&packet->source, AFI_IPV6);
	case FIELD_IP6_DESTINATION:
		return address_value(&packet->destination, AFI_IPV6);
	case FIELD_IP_PROTOCOL:
		return is_ipv4 ? known_number(protocol) : nothing(ABSENT);
	case FIELD_IP6_PROTOCOL:
		return is_ipv4 ? nothing(ABSENT) : known_number(protocol);
	case FIELD_L4PROTO:
		return known_number(protocol);
	case FIELD_HOP_LIMIT:
		return packet->solicits ? known_number(SOLICITATION_HOP_LIMIT) :
		    nothing(UNKNOWN);
	case FIELD_ICMP6_TYPE:
		return packet->solicits ? known_number(SOLICITATION) :
		    nothing(ABSENT);
	case FIELD_NFPROTO:
		return known_number(is_ipv4 ? AF_INET : AF_INET6);
	case FIELD_ETHERTYPE:
		return known_number(is_ipv4 ? ETH_P_IP : ETH_P_IPV6);
	case FIELD_SOURCE_PORT:
		return port_value(packet->source_port, !packet->reply);
	case FIELD_DESTINATION_PORT:
		return port_value(packet->destination_port, packet->reply);
	case FIELD_OTHER_PROTOCOL:
		return nothing(ABSENT);
	case FIELD_TCP_FLAGS:
		return flags_value(packet);
	case FIELD_CT_STATE:
		return state_value(p, base);
	case FIELD_CT_DIRECTION:
		return known_number(packet->reply);
	case FIELD_CT_MARK:
		return p->rules->sets_ct_mark ? nothing(UNKNOWN) :
		    known_number(0);
	case FIELD_MARK:
		return p->mark_known ? known_number(p->mark) : nothing(UNKNOWN);
	case FIELD_PACKET_TYPE:
		return known_number(packet->solicits ? TYPE_MULTICAST : 0);
	case FIELD_SOURCE_TYPE:
	case FIELD_DESTINATION_TYPE:
		return type_value(packet, field);
	case FIELD_SOURCE_BY_IN:
		return truth_value(packet->source_by_in);
	case FIELD_SOURCE_ROUTED:
		return truth_value(packet->source_routed);
	default:
		return nothing(UNKNOWN);
	}
}

static enum filter_truth
range_answer(const struct filter_range *range, const struct filter_range *value,
    uint32_t mask)
{
	const size_t len = sizeof(range->low.bytes);

	if (mask != 0)
		return (filter_key_to_number(&value->low) & mask) ==
		    filter_key_to_number(&range->low) ? FILTER_YES : FILTER_NO;
	if (memcmp(range->low.bytes, value->low.bytes, len) <= 0 &&
	    memcmp(value->high.bytes, range->high.bytes, len) <= 0)
		return FILTER_YES;
	if (memcmp(range->low.bytes, range->high.bytes, len) > 0 ||
	    memcmp(range->low.bytes, value->high.bytes, len) > 0 ||
	    memcmp(value->low.bytes, range->high.bytes, len) > 0)
		return FILTER_NO;
	return FILTER_UNKNOWN;
}

static enum filter_truth
value_answer(const struct value *value, const struct filter_range *range,
    uint32_t mask)
{
	enum filter_truth answer, first = FILTER_UNKNOWN;
	size_t i;

	if (value->kind == UNKNOWN)
		return FILTER_UNKNOWN;
	for (i = 0; i < value->n; i++) {
		answer = range_answer(range, &value->candidates[i], mask);
		if (i > 0 && answer != first)
			return FILTER_UNKNOWN;
		first = answer;
	}
	return first;
}

const struct filter_set *
filter_match_set(const struct filter_table *table,
    const struct filter_match *match)
{
	const struct filter_set *set = match->set;

	if (match->set_name != NULL)
		for (set = table->sets; set != NULL; set = set->next)
			if (strcmp(set->name, match->set_name) == 0)
				break;
	if (set == NULL ||
	    (set->nfields > 0 ? set->nfields : 1) != match->nfields)
		return NULL;
	return set;
}

enum filter_truth
filter_element_answer(const struct filter_passage *p,
    const struct filter_chain *base, const struct filter_match *match,
    const struct filter_element *element)
{
	enum filter_truth answer, all = FILTER_YES;
	struct value value;
	size_t i;

	if (element->nfields != match->nfields)
		return FILTER_UNKNOWN;
	for (i = 0; i < match->nfields; i++) {
		value = value_of(p, base, (enum filter_field)match->fields[i]);
		if (value.kind == ABSENT)
			return FILTER_NO;
		answer = value_answer(&value, &element->ranges[i], match->mask);
		if (answer == FILTER_NO)
			return FILTER_NO;
		if (answer == FILTER_UNKNOWN)
			all = FILTER_UNKNOWN;
	}
	return all;
}

static bool
lacks_field(const struct filter_passage *p, const struct filter_chain *base,
    const struct filter_match *match)
{
	size_t i;

	for (i = 0; i < match->nfields; i++)
		if (value_of(p, base, (enum filter_field)match->fields[i]).kind
		    == ABSENT)
			return true;
	return false;
}

static enum filter_truth
negate(enum filter_truth answer, bool is_negated)
{
	if (answer == FILTER_UNKNOWN || !is_negated)
		return answer;
	return answer == FILTER_YES ? FILTER_NO : FILTER_YES;
}

enum filter_truth
filter_match_answer(const struct filter_passage *p,
    const struct filter_chain *base, const struct filter_table *table,
    const struct filter_match *match)
{
	const struct filter_element *element;
	const struct filter_set *set;
	enum filter_truth answer, any = FILTER_NO;

	if (match->fields[0] == FIELD_CONSTANT)
		return negate(match->answer, match->is_negated);
	if (lacks_field(p, base, match))
		return FILTER_NO;
	set = filter_match_set(table, match);
	if (set == NULL || match->fields[0] == FIELD_UNKNOWN)
		return FILTER_UNKNOWN;
	if (set->is_incomplete)
		any = FILTER_UNKNOWN;
	for (element = set->elements; element != NULL; element = element->next) {
		answer = filter_element_answer(p, base, match, element);
		if (answer == FILTER_YES)
			return negate(answer, match->is_negated);
		if (answer == FILTER_UNKNOWN)
			any = answer;
	}
	return negate(any, match->is_negated);
}
