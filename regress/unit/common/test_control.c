#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "common/control.h"

static struct control_neighbor
neighbor(void)
{
	struct control_neighbor n;

	memset(&n, 0, sizeof(n));
	n.addr = address_from_ipv4(0xc0000201);
	n.state = BGP_IDLE;
	return n;
}

static struct control_prefix
row(void)
{
	struct control_prefix p;

	memset(&p, 0, sizeof(p));
	assert_int_equal(prefix_parse("10.0.0.101/32", &p.prefix), 0);
	p.kind = PREFIX_LB;
	p.state = PREFIX_ANNOUNCED;
	return p;
}

static void
test_requests_carry_what_their_type_wants(void **state)
{
	struct prefix p;

	(void)state;
	assert_int_equal(prefix_parse("10.0.0.101/32", &p), 0);
	assert_true(control_request_is_valid(CONTROL_SHOW_NEIGHBORS, NULL, 0));
	assert_true(control_request_is_valid(CONTROL_SHOW_PREFIXES, NULL, 0));
	assert_false(control_request_is_valid(CONTROL_SHOW_PREFIXES, &p, 1));
	assert_true(control_request_is_valid(CONTROL_SHOW_TOLD, NULL, 0));
	assert_false(control_request_is_valid(CONTROL_SHOW_TOLD, &p, 1));
	assert_true(control_request_is_valid(CONTROL_SHOW_ADVERTISEMENTS, &p,
	    sizeof(p)));
	assert_false(control_request_is_valid(CONTROL_SHOW_ADVERTISEMENTS,
	    NULL, 0));
	assert_true(control_request_is_valid(CONTROL_DRAIN, NULL, 0));
	assert_true(control_request_is_valid(CONTROL_UNDRAIN, NULL, 0));
	assert_false(control_request_is_valid(CONTROL_DRAIN, &p, sizeof(p)));
	assert_true(control_request_is_valid(CONTROL_SHOW_DOCKER, NULL, 0));
	assert_false(control_request_is_valid(CONTROL_SHOW_DOCKER, &p, 1));
	assert_true(control_request_is_valid(CONTROL_SHOW_START_FAILURES, NULL,
	    0));
	assert_false(control_request_is_valid(CONTROL_SHOW_START_FAILURES, &p,
	    1));
	assert_true(control_request_is_valid(CONTROL_WITHDRAW, &p, sizeof(p)));
	assert_true(control_request_is_valid(CONTROL_ANNOUNCE, &p, sizeof(p)));
	assert_false(control_request_is_valid(CONTROL_ANNOUNCE, &p,
	    sizeof(p) - 1));
	assert_false(control_request_is_valid(CONTROL_ANNOUNCE, NULL, 0));
	p.len = 24;
	assert_false(control_request_is_valid(CONTROL_WITHDRAW, &p,
	    sizeof(p)));
	assert_false(control_request_is_valid(CONTROL_RESULT, NULL, 0));
	assert_false(control_request_is_valid(0, NULL, 0));
	assert_false(control_request_is_valid(CONTROL_TYPE_END, NULL, 0));
}

static void
test_an_order_to_a_neighbor_has_an_address_and_a_terminated_reason(void **state)
{
	static const uint32_t types[] = {
		CONTROL_NEIGHBOR_DOWN, CONTROL_NEIGHBOR_UP,
		CONTROL_NEIGHBOR_CLEAR, CONTROL_NEIGHBOR_REFRESH,
	};
	struct control_neighbor_order o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		memset(&o, 0, sizeof(o));
		assert_false(control_request_is_valid(types[i], &o,
		    sizeof(o)));
		o.addr = address_from_ipv4(0xc0000201);
		memset(o.reason, 'x', CONTROL_REASON_MAX);
		assert_true(control_request_is_valid(types[i], &o, sizeof(o)));
		assert_false(control_request_is_valid(types[i], &o,
		    sizeof(o) - 1));
		assert_false(control_request_is_valid(types[i], NULL, 0));
		o.reason[CONTROL_REASON_MAX] = 'x';
		assert_false(control_request_is_valid(types[i], &o,
		    sizeof(o)));
		assert_true(control_request_is_for_session(types[i]));
	}
	assert_true(control_request_is_for_session(CONTROL_SHOW_NEIGHBORS));
	assert_true(control_request_is_for_session(CONTROL_SHOW_TOLD));
	assert_true(control_request_is_for_session(
	    CONTROL_SHOW_ADVERTISEMENTS));
	assert_false(control_request_is_for_session(CONTROL_SHOW_PREFIXES));
	assert_false(control_request_is_for_session(CONTROL_WITHDRAW));
	assert_false(control_request_is_for_session(CONTROL_ANNOUNCE));
	assert_false(control_request_is_for_session(CONTROL_DRAIN));
}

static void
test_a_neighbor_row_with_a_wrong_field_is_refused(void **state)
{
	struct control_neighbor n = neighbor();

	(void)state;
	assert_true(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n,
	    sizeof(n) - 1));
	n.state = BGP_STATE_LAST + 1;
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
	n = neighbor();
	n.addr.afi = 9;
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
	n = neighbor();
	n.local_address.afi = 9;
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
	n = neighbor();
	n.families = 4;
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
	n = neighbor();
	memset(n.last_error, 'x', sizeof(n.last_error));
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
	n = neighbor();
	memset(n.description, 'x', sizeof(n.description));
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
	n = neighbor();
	n.port = 65536;
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
}

static void
test_a_neighbor_is_named_with_its_interface(void **state)
{
	static const char *const good[] = {
		"192.0.2.1", "2001:db8::1", "fe80::9", "fe80::9%eth0",
		"fe80::9%a-name-of-15-by",
	};
	static const char *const bad[] = {
		"", "%", "%eth0", "fe80::9%", "fe80::9%a-name-of-16-byt",
		"2001:db8::1%eth0", "192.0.2.1%eth0", "fe80::x%eth0",
		"fe80:0000:0000:0000:0000:0000:0000:0000:0000:0000:0009%eth0",
	};
	char buf[CONTROL_NEIGHBOR_STRLEN], interface[CONTROL_INTERFACE_MAX];
	struct address addr;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(control_neighbor_parse(good[i], &addr,
		    interface), 0);
		assert_string_equal(control_neighbor_format(&addr, interface,
		    buf), good[i]);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		errno = 0;
		assert_int_equal(control_neighbor_parse(bad[i], &addr,
		    interface), -1);
		assert_int_equal(errno, EINVAL);
	}
}

static void
test_a_neighbor_row_with_unterminated_reasons_is_refused(void **state)
{
	struct control_neighbor n = neighbor();

	(void)state;
	memset(n.interface, 'x', sizeof(n.interface));
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
	n = neighbor();
	memset(n.received.text, 'x', sizeof(n.received.text));
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
	n = neighbor();
	memset(n.sent.text, 'x', sizeof(n.sent.text));
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
	n = neighbor();
	n.sent.code = 256;
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
	n = neighbor();
	n.gone = 2;
	assert_false(control_reply_is_valid(CONTROL_NEIGHBOR, &n, sizeof(n)));
}

static void
test_a_prefix_row_with_a_wrong_field_is_refused(void **state)
{
	struct control_prefix p = row();

	(void)state;
	assert_true(control_reply_is_valid(CONTROL_PREFIX, &p, sizeof(p)));
	p.kind = 0;
	assert_false(control_reply_is_valid(CONTROL_PREFIX, &p, sizeof(p)));
	p = row();
	p.state = 0;
	assert_false(control_reply_is_valid(CONTROL_PREFIX, &p, sizeof(p)));
	p = row();
	p.routed = 2;
	assert_false(control_reply_is_valid(CONTROL_PREFIX, &p, sizeof(p)));
	p = row();
	memset(p.network_id, 'x', sizeof(p.network_id));
	assert_false(control_reply_is_valid(CONTROL_PREFIX, &p, sizeof(p)));
	p = row();
	memset(p.network_name, 'x', sizeof(p.network_name));
	assert_false(control_reply_is_valid(CONTROL_PREFIX, &p, sizeof(p)));
	p = row();
	memset(p.interface, 'x', sizeof(p.interface));
	assert_false(control_reply_is_valid(CONTROL_PREFIX, &p, sizeof(p)));
}

static void
test_a_result_is_a_known_outcome_and_a_terminated_text(void **state)
{
	struct control_result r = { .outcome = CONTROL_OUTCOME_LAST };

	(void)state;
	assert_true(control_reply_is_valid(CONTROL_RESULT, &r, sizeof(r)));
	r.outcome++;
	assert_false(control_reply_is_valid(CONTROL_RESULT, &r, sizeof(r)));
	r.outcome = CONTROL_OK;
	memset(r.text, 'x', sizeof(r.text));
	assert_false(control_reply_is_valid(CONTROL_RESULT, &r, sizeof(r)));
	assert_false(control_reply_is_valid(CONTROL_SHOW_NEIGHBORS, NULL, 0));
}

static void
test_states_have_the_names_of_the_rfc(void **state)
{
	(void)state;
	assert_string_equal(bgp_state_name(BGP_IDLE), "Idle");
	assert_string_equal(bgp_state_name(BGP_OPENCONFIRM), "OpenConfirm");
	assert_string_equal(bgp_state_name(BGP_ESTABLISHED), "Established");
	assert_string_equal(bgp_state_name(0), "unknown");
	assert_string_equal(bgp_state_name(7), "unknown");
	assert_string_equal(prefix_state_name(PREFIX_NO_ENDPOINT),
	    "no endpoint");
	assert_string_equal(prefix_state_name(PREFIX_WITHDRAWN), "withdrawn");
	assert_string_equal(prefix_state_name(0), "unknown");
	assert_string_equal(prefix_state_name(PREFIX_STATE_LAST + 1),
	    "unknown");
}

#define ADVERTISEMENT(a)						\
	control_reply_is_valid(CONTROL_ADVERTISEMENT, &(a), sizeof(a))

static void
test_rows_of_what_neighbors_were_told(void **state)
{
	struct control_advertisement good, a;
	struct control_told told;

	(void)state;
	memset(&told, 0, sizeof(told));
	assert_false(control_reply_is_valid(CONTROL_TOLD, &told,
	    sizeof(told)));
	assert_int_equal(prefix_parse("10.0.0.101/32", &told.prefix), 0);
	assert_true(control_reply_is_valid(CONTROL_TOLD, &told,
	    sizeof(told)));
	assert_false(control_reply_is_valid(CONTROL_TOLD, &told,
	    sizeof(told) - 1));
	memset(&good, 0, sizeof(good));
	good.prefix = told.prefix;
	good.neighbor = address_from_ipv4(0xc0000201);
	good.state = ADVERTISEMENT_STATE_LAST;
	assert_true(ADVERTISEMENT(good));
	a = good;
	a.state = 0;
	assert_false(ADVERTISEMENT(a));
	a.state = ADVERTISEMENT_STATE_LAST + 1;
	assert_false(ADVERTISEMENT(a));
	a = good;
	a.ncommunities = CONTROL_COMMUNITIES_MAX + 1;
	assert_false(ADVERTISEMENT(a));
	a = good;
	a.nlarge = CONTROL_LARGE_MAX + 1;
	assert_false(ADVERTISEMENT(a));
	a = good;
	a.path_length = 256;
	assert_false(ADVERTISEMENT(a));
	a = good;
	memset(a.reason, 'x', sizeof(a.reason));
	assert_false(ADVERTISEMENT(a));
	a = good;
	a.nexthop.afi = 9;
	assert_false(ADVERTISEMENT(a));
	assert_string_equal(advertisement_state_name(ADVERTISEMENT_HELD),
	    "held back");
	assert_string_equal(advertisement_state_name(0), "unknown");
}

#define START_FAILURE(s)						\
	control_reply_is_valid(CONTROL_START_FAILURE, &(s), sizeof(s))

/* It becomes part of a command that somebody copies to a shell. */
static void
test_a_container_row_has_a_name_that_is_one_word(void **state)
{
	static const char *const bad[] = { "-f", ".web", "_web", "web 1",
	    "web;id", "$(id)", "web\n", "w\xc3\xa9" "b", "web/1", "`id`" };
	struct control_start_failure good, s;
	size_t i;

	(void)state;
	memset(&good, 0, sizeof(good));
	memset(good.container_id, 'a', sizeof(good.container_id) - 1);
	strlcpy(good.error, "plugin \"bgplb\" not found", sizeof(good.error));
	assert_true(START_FAILURE(good));
	assert_false(control_reply_is_valid(CONTROL_START_FAILURE, &good,
	    sizeof(good) - 1));
	strlcpy(good.name, "Web_1.a-b", sizeof(good.name));
	assert_true(START_FAILURE(good));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		s = good;
		strlcpy(s.name, bad[i], sizeof(s.name));
		assert_false(START_FAILURE(s));
	}
	s = good;
	memset(s.name, 'x', sizeof(s.name));
	assert_false(START_FAILURE(s));
	s = good;
	s.container_id[63] = '\0';
	assert_false(START_FAILURE(s));
	s.container_id[63] = 'g';
	assert_false(START_FAILURE(s));
	s = good;
	s.container_id[64] = 'a';
	assert_false(START_FAILURE(s));
	s = good;
	s.error[0] = '\0';
	assert_false(START_FAILURE(s));
	memset(s.error, 'x', sizeof(s.error));
	assert_false(START_FAILURE(s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_neighbor_is_named_with_its_interface),
		cmocka_unit_test(
		    test_a_neighbor_row_with_unterminated_reasons_is_refused),
		cmocka_unit_test(test_requests_carry_what_their_type_wants),
		cmocka_unit_test(
		    test_an_order_to_a_neighbor_has_an_address_and_a_terminated_reason),
		cmocka_unit_test(
		    test_a_neighbor_row_with_a_wrong_field_is_refused),
		cmocka_unit_test(
		    test_a_prefix_row_with_a_wrong_field_is_refused),
		cmocka_unit_test(
		    test_a_result_is_a_known_outcome_and_a_terminated_text),
		cmocka_unit_test(test_states_have_the_names_of_the_rfc),
		cmocka_unit_test(test_rows_of_what_neighbors_were_told),
		cmocka_unit_test(
		    test_a_container_row_has_a_name_that_is_one_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
