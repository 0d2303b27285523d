/*
 * A few networks and containers as Docker shows them, and what the rde is to
 * hear.
 */
#ifndef REGRESS_UNIT_FRONTEND_OBJECTS_H
#define REGRESS_UNIT_FRONTEND_OBJECTS_H

#include "regress/unit/frontend/world.h"

#define NET	"1111111111111111111111111111111111111111111111111111111111111111"
#define OTHER	"2222222222222222222222222222222222222222222222222222222222222222"
#define GATE	"3333333333333333333333333333333333333333333333333333333333333333"
#define ALIEN	"4444444444444444444444444444444444444444444444444444444444444444"
#define C1	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define C2	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define E1	"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

#define NETWORK_JSON(id, name, driver, subnet, labels) \
	"{\"Name\":\"" name "\",\"Id\":\"" id "\",\"Driver\":\"" driver "\"," \
	"\"IPAM\":{\"Config\":[{\"Subnet\":\"" subnet "\"}]},\"Labels\":{" \
	labels "}}"
#define OUR_NETWORK	NETWORK_JSON(NET, "web1", "bgplb", "10.0.0.101/32", "")
#define GATE_NETWORK	NETWORK_JSON(GATE, "gw", "bridge", "172.30.0.0/24", \
	"\"bgplb_advertise\":\"true\"")
#define OTHER_NETWORK	NETWORK_JSON(OTHER, "other", "bridge", \
	"172.31.0.0/24", "")
#define ALIEN_NETWORK	NETWORK_JSON(ALIEN, "alien", "org/bgplb:v1", \
	"10.0.0.109/32", "")
#define NETWORKS	"[" OUR_NETWORK "," OTHER_NETWORK "]"

#define LISTED(id, network) "{\"Id\":\"" id "\",\"NetworkSettings\":{" \
	"\"Networks\":{\"x\":{\"NetworkID\":\"" network "\"}}}}"

#define INSPECTED_IN(id, network, running, health) "{\"Id\":\"" id "\"," \
	"\"Name\":\"/c\",\"State\":{\"Running\":" running ",\"Paused\":false," \
	"\"Restarting\":false,\"StartedAt\":\"2026-01-01T00:00:00Z\"," \
	"\"Health\":{\"Status\":\"" health "\"}},\"Config\":{}," \
	"\"NetworkSettings\":{\"Networks\":{\"x\":{\"NetworkID\":\"" network \
	"\",\"EndpointID\":\"" E1 "\",\"IPAddress\":\"10.0.0.101\"," \
	"\"IPPrefixLen\":32,\"GlobalIPv6Address\":\"\"," \
	"\"GlobalIPv6PrefixLen\":0,\"MacAddress\":\"02:42:0a:00:00:65\"}}}}"
#define INSPECTED(id, running, health) INSPECTED_IN(id, NET, running, health)

#define STARTED_AT	(1767225600 * 1000000000LL)	/* 2026 began */

#define NOT_FOUND "HTTP/1.0 404 Not Found\r\n\r\n{\"message\":\"none such\"}"

static inline void
expect_container(struct world *w, const char *id, enum health health)
{
	const struct container_fact *fact;

	fact = (void *)expect_fact(w, MSG_FRONTEND_CONTAINER)->data;
	assert_string_equal(fact->container.hex, id);
	assert_int_equal(fact->running, 1);
	assert_int_equal(fact->health, health);
}

static inline void
expect_id(struct world *w, uint32_t type, const char *id)
{
	const struct object_id *got = (void *)expect_fact(w, type)->data;

	assert_string_equal(got->hex, id);
}

static inline void
expect_health(struct world *w, const char *id, enum health health)
{
	const struct container_health *got;

	got = (void *)expect_fact(w, MSG_FRONTEND_CONTAINER_HEALTH)->data;
	assert_string_equal(got->container.hex, id);
	assert_int_equal(got->health, health);
}

static inline void
expect_signal(struct world *w, const char *id, int signal)
{
	const struct container_signal *got;

	got = (void *)expect_fact(w, MSG_FRONTEND_CONTAINER_SIGNAL)->data;
	assert_string_equal(got->container.hex, id);
	assert_int_equal(got->signal, signal);
}

static inline void
expect_network(struct world *w, const char *id, bool ours, bool labelled)
{
	const struct network_fact *got;

	got = (void *)expect_fact(w, MSG_FRONTEND_NETWORK)->data;
	assert_string_equal(got->network.hex, id);
	assert_int_equal(got->ours, ours);
	assert_int_equal(got->labelled, labelled);
}

static inline void
answer_inspection(struct world *w, const char *id, const char *body)
{
	docker_answer(w, expect_request(w, DOCKER_INSPECT_CONTAINER, id),
	    body);
}

static inline void
expect_end(struct world *w, uint32_t incomplete)
{
	const struct sync_end *end;

	end = (void *)expect_fact(w, MSG_FRONTEND_SYNC_END)->data;
	assert_int_equal(end->incomplete, incomplete);
}

/* The rde orders SIGTERM for that run of C1. */
static inline void
order_stop(struct world *w, int pid, bool by_engine)
{
	struct container_order order;

	memset(&order, 0, sizeof(order));
	memcpy(order.container.hex, C1, sizeof(order.container.hex));
	order.signal = SIGTERM;
	order.pid = pid;
	order.started_at = STARTED_AT;
	order.by_engine = by_engine;
	put_packet(w->rde, MSG_RDE_STOP_CONTAINER, 0, -1, &order,
	    sizeof(order));
}

/* Our network, and C1 in it, healthy. */
static inline void
sync_one_container(struct world *w)
{
	sync_until_inspections(w, NETWORKS, "[" LISTED(C1, NET) "]");
	answer_inspection(w, C1, INSPECTED(C1, "true", "healthy"));
	expect_fact(w, MSG_FRONTEND_SYNC_BEGIN);
	expect_network(w, NET, true, false);
	expect_container(w, C1, HEALTH_HEALTHY);
	expect_end(w, 0);
}

#endif /* REGRESS_UNIT_FRONTEND_OBJECTS_H */
