/*
 * Floods of messages that a process may send, which it does not stop to send, and whose
 * answers it does not read.  An outcome is how many were taken.
 */
#include <string.h>
#include <time.h>

#include "bgplbd/messages/docker_request.h"
#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/parent_rde.h"
#include "bgplbd/messages/rde_session.h"
#include "bgplbd/messages/types.h"
#include "regress/lab/attack/attack.h"

#define FLOOD		200000
/* For so long nothing is taken at the end of a flood. */
#define HELD_MS		500
#define HEX_DIGITS	"0123456789abcdef"

static void
wait_a_moment(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };

	nanosleep(&moment, NULL);
}

/* 0, or -1 if it is not taken. */
static int
send_one(int channel, uint32_t type, uint32_t peerid, const void *data,
    size_t len)
{
	unsigned int waited;

	for (waited = 0; waited < HELD_MS; waited++) {
		if (attack_send(channel, type, peerid, -1, data,
		    (uint32_t)len) == 0)
			return 0;
		if (errno != EAGAIN)
			return -1;
		wait_a_moment();
	}
	return -1;
}

static void
tell(unsigned int taken, unsigned int of)
{
	if (taken == of)
		attack_tell("all");
	else
		attack_tell("%u", taken);
}

/* The same message over and over. */
static void
flood(const char *process, uint32_t type, const void *data, size_t len)
{
	int channel = attack_channel(process);
	unsigned int n;

	for (n = 0; n < FLOOD; n++)
		if (send_one(channel, type, n, data, len) == -1)
			break;
	tell(n, FLOOD);
}

static struct object_id
numbered_id(unsigned int number)
{
	struct object_id id;
	unsigned int i;

	memset(&id, 0, sizeof(id));
	memset(id.hex, '0', OBJECT_ID_DIGITS);
	for (i = 0; i < 8; i++)
		id.hex[i] = HEX_DIGITS[number >> (28 - 4 * i) & 15];
	return id;
}

static struct prefix
numbered_subnet(unsigned int number)
{
	struct prefix p;

	memset(&p, 0, sizeof(p));
	p.addr.afi = AFI_IPV6;
	p.len = 64;
	p.addr.bytes[0] = 0x20;
	p.addr.bytes[4] = (uint8_t)(number >> 24);
	p.addr.bytes[5] = (uint8_t)(number >> 16);
	p.addr.bytes[6] = (uint8_t)(number >> 8);
	p.addr.bytes[7] = (uint8_t)number;
	return p;
}

/*
 * Of the docker frontend.
 */

ATTACK(flood_parent_with_requests)
{
	struct docker_request request;

	memset(&request, 0, sizeof(request));
	request.kind = DOCKER_LIST_NETWORKS;
	flood("parent", MSG_FRONTEND_DOCKER_REQUEST, &request,
	    sizeof(request));
}

ATTACK(flood_session_with_lists)
{
	flood("session engine", CONTROL_SHOW_NEIGHBORS, NULL, 0);
}

ATTACK(flood_rde_with_calls)
{
	struct plugin_address call;

	memset(&call, 0, sizeof(call));
	call.pool.addr.afi = AFI_IPV4;
	call.pool.addr.bytes[0] = 10;
	call.pool.len = 24;
	call.range = call.pool;
	flood("route decision engine", MSG_FRONTEND_POOL_REQUEST, &call,
	    sizeof(call));
}

static struct network_fact
labelled(unsigned int number)
{
	struct network_fact fact;
	unsigned int i;

	memset(&fact, 0, sizeof(fact));
	fact.network = numbered_id(number);
	fact.labelled = 1;
	fact.nsubnets = NETWORK_SUBNETS_MAX;
	for (i = 0; i < NETWORK_SUBNETS_MAX; i++)
		fact.subnets[i] = numbered_subnet(number *
		    NETWORK_SUBNETS_MAX + i);
	return fact;
}

static struct container_fact
container(unsigned int number)
{
	struct container_fact fact;

	memset(&fact, 0, sizeof(fact));
	fact.container = numbered_id(number);
	fact.started_at = 1;
	fact.stop_signal = 15;
	fact.running = 1;
	fact.health = HEALTH_NONE;
	fact.nendpoints = 2;
	fact.endpoints[0].network = numbered_id(1000000);
	fact.endpoints[0].endpoint = numbered_id(2 * number);
	fact.endpoints[1].network = numbered_id(1000000);
	fact.endpoints[1].endpoint = numbered_id(2 * number + 1);
	return fact;
}

/* More of all than the rde's tables take, in two complete lists. */
ATTACK(fill_tables_of_rde)
{
	const struct sync_end end = { .incomplete = 0 };
	int rde = attack_channel("route decision engine");
	struct container_fact c;
	struct network_fact n;
	unsigned int i;

	if (send_one(rde, MSG_FRONTEND_SYNC_BEGIN, 0, NULL, 0) == -1)
		return;
	for (i = 0; i < 10000; i++) {
		n = labelled(i);
		c = container(i);
		if (send_one(rde, MSG_FRONTEND_NETWORK, 0, &n,
		    sizeof(n)) == -1 || send_one(rde, MSG_FRONTEND_CONTAINER,
		    0, &c, container_fact_size(&c)) == -1)
			break;
	}
	if (i == 10000)
		(void)send_one(rde, MSG_FRONTEND_SYNC_END, 0, &end,
		    sizeof(end));
	tell(i, 10000);
}

/*
 * Of the session engine.
 */

ATTACK(flood_rde_with_queries)
{
	struct nexthop_query query;

	memset(&query, 0, sizeof(query));
	query.local.afi = AFI_IPV4;
	query.local.bytes[0] = 10;
	query.local.bytes[3] = 1;
	flood("route decision engine", MSG_SESSION_NEXTHOP, &query,
	    sizeof(query));
}

ATTACK(flood_rde_with_barriers)
{
	const struct barrier barrier = { .sequence = 1000000 };

	flood("route decision engine", MSG_SESSION_BARRIER, &barrier,
	    sizeof(barrier));
}

ATTACK(flood_frontend_with_rows)
{
	struct control_told row;

	memset(&row, 0, sizeof(row));
	row.prefix = numbered_subnet(1);
	flood("docker frontend", CONTROL_TOLD, &row, sizeof(row));
}

/*
 * Of the rde.
 */

ATTACK(flood_session_with_barriers)
{
	const struct barrier barrier = { .sequence = 1 };

	flood("session engine", MSG_RDE_BARRIER, &barrier, sizeof(barrier));
}

/* As many as the rde can have, and a few more. */
ATTACK(fill_session_with_prefixes)
{
	struct announcement list[ANNOUNCEMENTS_PER_MESSAGE];
	int session = attack_channel("session engine");
	unsigned int i, n, max = (unsigned int)attack_argument();

	memset(list, 0, sizeof(list));
	for (n = 0; n < max; n += ANNOUNCEMENTS_PER_MESSAGE) {
		for (i = 0; i < ANNOUNCEMENTS_PER_MESSAGE; i++)
			list[i].prefix = numbered_subnet(n + i);
		if (send_one(session, MSG_RDE_ANNOUNCE, 0, list,
		    sizeof(list)) == -1)
			break;
	}
	if (n < max || send_one(session, MSG_RDE_READY, 0, NULL, 0) == -1)
		tell(n, max + 1);
	else
		attack_tell("all");
}

ATTACK(flood_session_with_prefixes)
{
	struct announcement list[ANNOUNCEMENTS_PER_MESSAGE];
	int session = attack_channel("session engine");
	unsigned int i, n;

	memset(list, 0, sizeof(list));
	for (n = 0; n < 1000; n++) {
		for (i = 0; i < ANNOUNCEMENTS_PER_MESSAGE; i++)
			list[i].prefix = numbered_subnet(n *
			    ANNOUNCEMENTS_PER_MESSAGE + i);
		if (send_one(session, MSG_RDE_ANNOUNCE, 0, list,
		    sizeof(list)) == -1)
			break;
	}
	tell(n, 1000);
}

ATTACK(flood_frontend_with_orders)
{
	int frontend = attack_channel("docker frontend");
	struct container_order order;
	unsigned int n;

	memset(&order, 0, sizeof(order));
	order.signal = 15;
	order.pid = 2;
	order.started_at = 1;
	for (n = 0; n < FLOOD; n++) {
		order.container = numbered_id(n);
		if (send_one(frontend, MSG_RDE_STOP_CONTAINER, 0, &order,
		    sizeof(order)) == -1)
			break;
	}
	tell(n, FLOOD);
}

ATTACK(flood_frontend_with_networks)
{
	struct object_id ids[OWN_NETWORKS_PER_MESSAGE];
	int frontend = attack_channel("docker frontend");
	unsigned int i, n;

	for (n = 0; n < 1000; n++) {
		for (i = 0; i < OWN_NETWORKS_PER_MESSAGE; i++)
			ids[i] = numbered_id(n * OWN_NETWORKS_PER_MESSAGE + i);
		if (send_one(frontend, MSG_RDE_OWN_NETWORKS, 0, ids,
		    sizeof(ids)) == -1)
			break;
	}
	tell(n, 1000);
}

ATTACK(flood_parent_with_saves)
{
	int parent = attack_channel("parent");
	static struct state_list list;
	unsigned int n;

	for (n = 0; n < FLOOD; n++)
		if (send_one(parent, MSG_RDE_STATE_SAVE, n, &list,
		    sizeof(list)) == -1)
			break;
	tell(n, FLOOD);
}
