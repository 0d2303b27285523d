#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/host_address.h"
#include "common/log.h"

/* That carry one address; more are not looked at. */
#define INTERFACES_MAX	16

void
host_addresses_clear(struct host_addresses *h)
{
	free(h->list);
	memset(h, 0, sizeof(*h));
}

static struct address_message *
find_entry(const struct host_addresses *h, const struct address_message *m)
{
	struct address_message *e;

	for (e = h->list; e < h->list + h->n; e++)
		if (e->ifindex == m->ifindex && e->length == m->length &&
		    address_cmp(&e->addr, &m->addr) == 0 &&
		    address_cmp(&e->peer, &m->peer) == 0)
			return e;
	return NULL;
}

void
host_addresses_append(struct host_addresses *h,
    const struct address_message *m)
{
	if (h->n == HOST_ADDRESSES_MAX)
		return;
	if (h->n == h->room) {
		h->room = h->room == 0 ? 16 : h->room * 2;
		h->list = xreallocarray(h->list, h->room, sizeof(*h->list));
	}
	h->list[h->n++] = *m;
}

bool
host_addresses_put(struct host_addresses *h, const struct address_message *m)
{
	struct address_message *e = find_entry(h, m);

	if (e == NULL) {
		host_addresses_append(h, m);
		return true;
	}
	if (e->flags == m->flags && e->scope == m->scope)
		return false;
	*e = *m;
	return true;
}

bool
host_addresses_remove(struct host_addresses *h,
    const struct address_message *m)
{
	struct address_message *e = find_entry(h, m);

	if (e == NULL)
		return false;
	*e = h->list[--h->n];
	return true;
}

static enum host_address_state
entry_state(const struct address_message *m)
{
	if (m->flags & IFA_F_DADFAILED)
		return HOST_ADDRESS_DUPLICATE;
	if (m->flags & IFA_F_TENTATIVE)
		return HOST_ADDRESS_TENTATIVE;
	if (m->flags & IFA_F_DEPRECATED)
		return HOST_ADDRESS_DEPRECATED;
	return HOST_ADDRESS_USABLE;
}

static bool
is_in_scope(const struct address_message *m, uint32_t scope)
{
	return scope == 0 || (uint32_t)m->ifindex == scope;
}

static enum host_address_state
state_in_scope(const struct host_addresses *h, const struct address *addr,
    uint32_t scope)
{
	enum host_address_state state, best = HOST_ADDRESS_NONE;
	const struct address_message *m;

	if (address_is_loopback(addr))
		return best;
	for (m = h->list; m < h->list + h->n; m++) {
		if (address_cmp(&m->addr, addr) != 0 || !is_in_scope(m, scope))
			continue;
		if ((state = entry_state(m)) > best)
			best = state;
	}
	return best;
}

enum host_address_state
host_addresses_state(const struct host_addresses *h,
    const struct address *addr)
{
	return state_in_scope(h, addr, 0);
}

const struct address_message *
host_addresses_within(const struct host_addresses *h, const struct prefix *p)
{
	const struct address_message *m;

	for (m = h->list; m < h->list + h->n; m++)
		if (!address_is_loopback(&m->addr) &&
		    prefix_contains(p, &m->addr))
			return m;
	return NULL;
}

static bool
is_unique_local(const struct address *addr)
{
	return addr->afi == AFI_IPV6 &&
	    (addr->bytes[0] & 0xfe) == 0xfc;		/* RFC 4193 */
}

/* IPv4 has the flag's bit for second addresses of a subnet. */
static bool
is_temporary(const struct address_message *m)
{
	return m->addr.afi == AFI_IPV6 && (m->flags & IFA_F_TEMPORARY);
}

static bool
is_better(const struct address_message *m, const struct address_message *than)
{
	enum host_address_state state = entry_state(m);
	bool stays = m->flags & IFA_F_PERMANENT;
	bool local = is_unique_local(&m->addr);

	if (than == NULL)
		return true;
	if (state != entry_state(than))
		return state > entry_state(than);
	if (stays != (bool)(than->flags & IFA_F_PERMANENT))
		return stays;
	if (local != is_unique_local(&than->addr))
		return !local;
	return address_cmp(&m->addr, &than->addr) < 0;
}

struct interfaces {
	int	list[INTERFACES_MAX];
	size_t	n;
};

static bool
is_among(const struct interfaces *i, int ifindex)
{
	size_t n;

	for (n = 0; n < i->n; n++)
		if (i->list[n] == ifindex)
			return true;
	return false;
}

/* Those that carry the address. */
static void
find_interfaces(const struct host_addresses *h, const struct address *addr,
    uint32_t scope, struct interfaces *out)
{
	const struct address_message *m;

	out->n = 0;
	for (m = h->list; m < h->list + h->n && out->n < INTERFACES_MAX; m++)
		if (address_cmp(&m->addr, addr) == 0 && is_in_scope(m, scope) &&
		    !is_among(out, m->ifindex))
			out->list[out->n++] = m->ifindex;
}

enum host_address_state
host_addresses_of_interface(const struct host_addresses *h,
    const struct address *local, uint32_t scope, enum afi afi,
    struct address *out)
{
	const struct address_message *best = NULL, *m;
	struct interfaces carriers;

	memset(out, 0, sizeof(*out));
	find_interfaces(h, local, scope, &carriers);
	for (m = h->list; carriers.n > 0 && m < h->list + h->n; m++)
		if (m->addr.afi == afi && is_among(&carriers, m->ifindex) &&
		    m->scope == RT_SCOPE_UNIVERSE && !is_temporary(m) &&
		    !address_is_loopback(&m->addr) && is_better(m, best))
			best = m;
	if (best == NULL)
		return HOST_ADDRESS_NONE;
	if (entry_state(best) == HOST_ADDRESS_USABLE)
		*out = best->addr;
	return entry_state(best);
}

void
host_addresses_answer(const struct host_addresses *h,
    const struct nexthop_query *query, const struct address *router_id,
    struct nexthop_answer *out)
{
	const struct address *local = &query->local;
	uint32_t scope = query->scope;

	memset(out, 0, sizeof(*out));
	out->local = *local;
	out->local_state = (uint8_t)state_in_scope(h, local, scope);
	out->router_id_state = (uint8_t)host_addresses_state(h, router_id);
	out->interface4_state = (uint8_t)host_addresses_of_interface(h, local,
	    scope, AFI_IPV4, &out->interface4);
	out->interface6_state = (uint8_t)host_addresses_of_interface(h, local,
	    scope, AFI_IPV6, &out->interface6);
	out->router6_state = (uint8_t)host_addresses_of_interface(h, router_id,
	    0, AFI_IPV6, &out->router6);
}
