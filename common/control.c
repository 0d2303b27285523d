#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/control.h"

static const char *const bgp_states[] = {
	[BGP_IDLE] = "Idle",
	[BGP_CONNECT] = "Connect",
	[BGP_ACTIVE] = "Active",
	[BGP_OPENSENT] = "OpenSent",
	[BGP_OPENCONFIRM] = "OpenConfirm",
	[BGP_ESTABLISHED] = "Established",
};

static const char *const prefix_states[] = {
	[PREFIX_ANNOUNCED] = "announced",
	[PREFIX_NO_ENDPOINT] = "no endpoint",
	[PREFIX_UNHEALTHY] = "unhealthy",
	[PREFIX_DRAINING] = "draining",
	[PREFIX_WITHDRAWN] = "withdrawn",
	[PREFIX_PENDING] = "pending",
	[PREFIX_DRAINED] = "drained",
	[PREFIX_RISING] = "rising",
	[PREFIX_CONFLICT] = "conflict",
	[PREFIX_REFUSED] = "refused",
};

static const char *const prefix_refusals[] = {
	[REFUSAL_NONE] = "",
	[REFUSAL_NOT_ALLOWED] = "no \"allow prefix\" covers it",
	[REFUSAL_DEFAULT_ROUTE] = "it is the default route",
	[REFUSAL_TOO_SHORT] = "it is shorter than /8, or /32 of IPv6",
	[REFUSAL_UNSPECIFIED] = "it holds addresses that stand for none",
	[REFUSAL_LOOPBACK] = "it holds loopback addresses",
	[REFUSAL_LINK_LOCAL] = "it holds link-local addresses",
	[REFUSAL_MULTICAST] = "it holds multicast addresses",
	[REFUSAL_RESERVED] = "it holds reserved addresses",
	[REFUSAL_MAPPED] = "it holds IPv4-mapped addresses",
};

static const char *const advertisement_states[] = {
	[ADVERTISEMENT_ANNOUNCED] = "announced",
	[ADVERTISEMENT_PENDING] = "pending",
	[ADVERTISEMENT_HELD] = "held back",
	[ADVERTISEMENT_NOT_NEGOTIATED] = "not negotiated",
	[ADVERTISEMENT_NO_SESSION] = "no session",
};

const char *
advertisement_state_name(uint32_t state)
{
	if (state < ADVERTISEMENT_ANNOUNCED ||
	    state > ADVERTISEMENT_STATE_LAST)
		return "unknown";
	return advertisement_states[state];
}

const char *
bgp_state_name(uint32_t state)
{
	if (state < BGP_IDLE || state > BGP_STATE_LAST)
		return "unknown";
	return bgp_states[state];
}

const char *
prefix_state_name(uint32_t state)
{
	if (state < PREFIX_ANNOUNCED || state > PREFIX_STATE_LAST)
		return "unknown";
	return prefix_states[state];
}

const char *
prefix_refusal_text(uint32_t refusal)
{
	return refusal > REFUSAL_LAST ? "unknown" : prefix_refusals[refusal];
}

static bool
is_terminated(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool
address_is_valid_or_none(const struct address *addr)
{
	return addr->afi == AFI_NONE || address_is_valid(addr);
}

const char *
control_neighbor_format(const struct address *addr, const char *interface,
    char *buf)
{
	char text[ADDRESS_STRLEN];

	snprintf(buf, CONTROL_NEIGHBOR_STRLEN, "%s%s%s",
	    address_format(addr, text), interface[0] != '\0' ? "%" : "",
	    interface);
	return buf;
}

int
control_neighbor_parse(const char *text, struct address *addr,
    char interface[CONTROL_INTERFACE_MAX])
{
	const char *percent = strchr(text, '%');
	char copy[ADDRESS_STRLEN];
	size_t len;

	interface[0] = '\0';
	if (percent == NULL)
		return address_parse(text, addr);
	len = (size_t)(percent - text);
	errno = EINVAL;
	if (len >= sizeof(copy) || percent[1] == '\0' ||
	    strlcpy(interface, percent + 1, CONTROL_INTERFACE_MAX) >=
	    CONTROL_INTERFACE_MAX)
		return -1;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (address_parse(copy, addr) == -1)
		return -1;
	if (!address_is_linklocal(addr)) {
		errno = EINVAL;
		return -1;
	}
	return 0;
}

bool
control_request_is_for_session(uint32_t type)
{
	switch (type) {
	case CONTROL_SHOW_NEIGHBORS:
	case CONTROL_SHOW_TOLD:
	case CONTROL_SHOW_ADVERTISEMENTS:
	case CONTROL_NEIGHBOR_DOWN:
	case CONTROL_NEIGHBOR_UP:
	case CONTROL_NEIGHBOR_CLEAR:
	case CONTROL_NEIGHBOR_REFRESH:
		return true;
	default:
		return false;
	}
}

static bool
order_is_valid(const void *data, size_t len)
{
	const struct control_neighbor_order *order = data;

	return len == sizeof(*order) && address_is_valid(&order->addr) &&
	    is_terminated(order->interface, sizeof(order->interface)) &&
	    is_terminated(order->reason, sizeof(order->reason));
}

bool
control_request_is_valid(uint32_t type, const void *data, size_t len)
{
	struct prefix prefix;

	switch (type) {
	case CONTROL_SHOW_NEIGHBORS:
	case CONTROL_SHOW_PREFIXES:
	case CONTROL_SHOW_TOLD:
	case CONTROL_DRAIN:
	case CONTROL_UNDRAIN:
	case CONTROL_SHOW_DOCKER:
	case CONTROL_SHOW_START_FAILURES:
		return len == 0;
	case CONTROL_WITHDRAW:
	case CONTROL_ANNOUNCE:
	case CONTROL_SHOW_ADVERTISEMENTS:
		if (len != sizeof(prefix))
			return false;
		memcpy(&prefix, data, sizeof(prefix));
		return prefix_is_valid(&prefix);
	case CONTROL_NEIGHBOR_DOWN:
	case CONTROL_NEIGHBOR_UP:
	case CONTROL_NEIGHBOR_CLEAR:
	case CONTROL_NEIGHBOR_REFRESH:
		return order_is_valid(data, len);
	default:
		return false;
	}
}

static bool
notification_is_valid(const struct control_notification *n)
{
	return n->present <= 1 && n->code <= UINT8_MAX &&
	    n->subcode <= UINT8_MAX && is_terminated(n->text, sizeof(n->text));
}

static bool
neighbor_is_valid(const struct control_neighbor *n)
{
	return address_is_valid(&n->addr) &&
	    address_is_valid_or_none(&n->local_address) &&
	    n->state >= BGP_IDLE && n->state <= BGP_STATE_LAST &&
	    (n->families & ~(uint32_t)(NEIGHBOR_IPV4 | NEIGHBOR_IPV6)) == 0 &&
	    n->gone <= 1 && n->password <= 1 &&
	    is_terminated(n->interface, sizeof(n->interface)) &&
	    notification_is_valid(&n->received) &&
	    notification_is_valid(&n->sent) &&
	    n->port <= UINT16_MAX && n->passive <= 1 && n->down <= 1 && n->dynamic <= 1 &&
	    is_terminated(n->description, sizeof(n->description)) &&
	    is_terminated(n->last_error, sizeof(n->last_error));
}

static bool
prefix_row_is_valid(const struct control_prefix *p)
{
	return prefix_is_valid(&p->prefix) &&
	    (p->kind == PREFIX_LB || p->kind == PREFIX_SUBNET) &&
	    p->state >= PREFIX_ANNOUNCED && p->state <= PREFIX_STATE_LAST &&
	    p->refusal <= REFUSAL_LAST &&
	    (p->refusal == REFUSAL_NONE || p->state == PREFIX_REFUSED) &&
	    p->routed <= 1 &&
	    is_terminated(p->network_id, sizeof(p->network_id)) &&
	    is_terminated(p->network_name, sizeof(p->network_name)) &&
	    is_terminated(p->interface, sizeof(p->interface));
}

static bool
advertisement_is_valid(const struct control_advertisement *a)
{
	return prefix_is_valid(&a->prefix) && address_is_valid(&a->neighbor) &&
	    is_terminated(a->interface, sizeof(a->interface)) &&
	    a->state >= ADVERTISEMENT_ANNOUNCED &&
	    a->state <= ADVERTISEMENT_STATE_LAST &&
	    is_terminated(a->reason, sizeof(a->reason)) &&
	    a->path_length <= UINT8_MAX &&
	    address_is_valid_or_none(&a->nexthop) &&
	    address_is_valid_or_none(&a->link_local) &&
	    a->has_med <= 1 && a->has_local_pref <= 1 &&
	    a->ncommunities <= CONTROL_COMMUNITIES_MAX &&
	    a->nlarge <= CONTROL_LARGE_MAX;
}

bool
control_container_name_is_valid(const char *name)
{
	static const char valid[] = "_.-0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return name[0] != '\0' && strchr("_.-", name[0]) == NULL &&
	    name[strspn(name, valid)] == '\0';
}

static bool
start_failure_is_valid(const struct control_start_failure *s)
{
	return is_terminated(s->container_id, sizeof(s->container_id)) &&
	    strspn(s->container_id, "0123456789abcdef") ==
	    sizeof(s->container_id) - 1 &&
	    is_terminated(s->name, sizeof(s->name)) &&
	    (s->name[0] == '\0' || control_container_name_is_valid(s->name)) &&
	    is_terminated(s->error, sizeof(s->error)) && s->error[0] != '\0';
}

bool
control_reply_is_valid(uint32_t type, const void *data, size_t len)
{
	const struct control_result *result = data;

	switch (type) {
	case CONTROL_NEIGHBOR:
		return len == sizeof(struct control_neighbor) &&
		    neighbor_is_valid(data);
	case CONTROL_PREFIX:
		return len == sizeof(struct control_prefix) &&
		    prefix_row_is_valid(data);
	case CONTROL_TOLD:
		return len == sizeof(struct control_told) &&
		    prefix_is_valid(&((const struct control_told *)
		    data)->prefix);
	case CONTROL_ADVERTISEMENT:
		return len == sizeof(struct control_advertisement) &&
		    advertisement_is_valid(data);
	case CONTROL_START_FAILURE:
		return len == sizeof(struct control_start_failure) &&
		    start_failure_is_valid(data);
	case CONTROL_RESULT:
		return len == sizeof(*result) &&
		    result->outcome <= CONTROL_OUTCOME_LAST &&
		    is_terminated(result->text, sizeof(result->text));
	default:
		return false;
	}
}
