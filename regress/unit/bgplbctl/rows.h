/*
 * Rows as a bgplbd would send them, for the tests of bgplbctl: a session that is
 * up, one that is down, a healthy LB address, a labelled subnet.
 */
#ifndef REGRESS_UNIT_BGPLBCTL_ROWS_H
#define REGRESS_UNIT_BGPLBCTL_ROWS_H

#include <string.h>

#include "common/control.h"

#define ROWS_NETWORK_ID \
	"1f0c2d3e4a5b1f0c2d3e4a5b1f0c2d3e4a5b1f0c2d3e4a5b1f0c2d3e4a5b1f0c"

static inline struct address
rows_address(const char *text)
{
	struct address addr;

	assert_int_equal(address_parse(text, &addr), 0);
	return addr;
}

static inline struct prefix
rows_prefix(const char *text)
{
	struct prefix prefix;

	assert_int_equal(prefix_parse(text, &prefix), 0);
	return prefix;
}

static inline struct control_neighbor
rows_neighbor_up(void)
{
	struct control_neighbor n;

	memset(&n, 0, sizeof(n));
	n.addr = rows_address("192.0.2.1");
	n.local_address = rows_address("192.0.2.10");
	n.remote_as = 64513;
	n.state = BGP_ESTABLISHED;
	n.families = NEIGHBOR_IPV4 | NEIGHBOR_IPV6;
	n.router_id = 0xc0000201;
	n.hold_time = 90;
	n.changed_seconds = 3723;
	n.sent_prefixes = 4;
	n.received_prefixes = 2;
	n.messages_sent = 130;
	n.messages_received = 127;
	n.updates_sent = 5;
	n.updates_received = 1;
	n.times_established = 1;
	n.port = 179;
	strlcpy(n.description, "rack 7, left", sizeof(n.description));
	return n;
}

static inline struct control_neighbor
rows_neighbor_down(void)
{
	struct control_neighbor n;

	memset(&n, 0, sizeof(n));
	n.addr = rows_address("2001:db8::1");
	n.remote_as = 4200000001;
	n.state = BGP_CONNECT;
	n.changed_seconds = 12;
	n.port = 1179;
	strlcpy(n.last_error, "connect: Connection refused",
	    sizeof(n.last_error));
	n.last_error_seconds = 1;
	return n;
}

static inline struct control_prefix
rows_prefix_lb(void)
{
	struct control_prefix p;

	memset(&p, 0, sizeof(p));
	p.prefix = rows_prefix("10.0.0.101/32");
	p.kind = PREFIX_LB;
	p.state = PREFIX_ANNOUNCED;
	p.endpoints = 2;
	p.eligible = 1;
	p.serving = 1;
	p.routed = 1;
	strlcpy(p.network_id, ROWS_NETWORK_ID, sizeof(p.network_id));
	strlcpy(p.network_name, "web1", sizeof(p.network_name));
	strlcpy(p.interface, "bgplb-1f0c2d3e4", sizeof(p.interface));
	return p;
}

static inline struct control_prefix
rows_prefix_subnet(void)
{
	struct control_prefix p;

	memset(&p, 0, sizeof(p));
	p.prefix = rows_prefix("2001:db8:0:2000::/64");
	p.kind = PREFIX_SUBNET;
	p.state = PREFIX_ANNOUNCED;
	strlcpy(p.network_id, ROWS_NETWORK_ID, sizeof(p.network_id));
	strlcpy(p.network_name, "gateway", sizeof(p.network_name));
	return p;
}

#endif /* REGRESS_UNIT_BGPLBCTL_ROWS_H */
