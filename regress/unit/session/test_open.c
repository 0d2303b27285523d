#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/session/message.h"
#include "bgplbd/session/open.h"
#include "common/control.h"
#include "regress/unit/session/octets.h"

#define BOTH	(NEIGHBOR_IPV4 | NEIGHBOR_IPV6)
/* AS 65001, hold time 180 s, identifier 192.0.2.2; parameters follow. */
#define PEER	"04 fde9 00b4 c0000202 "

static const struct open_message us = {
	.as = 64512,
	.router_id = 0xc0000201,	/* 192.0.2.1 */
	.hold_time = 90,
	.as4 = true,
	.route_refresh = true,
	.multiprotocol = true,
	.families = BOTH,
};

static int
read_open(const char *hex, struct open_message *out,
    struct notification *error)
{
	const struct octets in = octets(hex);

	return open_read(wire_reader(in.data, in.len), out, error);
}

static void
assert_refused(const char *hex, enum open_error subcode, const char *data)
{
	struct notification error;
	struct open_message m;

	assert_int_equal(read_open(hex, &m, &error), -1);
	assert_int_equal(error.code, NOTIFY_OPEN);
	assert_int_equal(error.subcode, subcode);
	assert_octets(error.data, error.len, data);
}

/* RFC 8654 section 3, RFC 7313 section 3.1, RFC 9234 section 4.1. */
static void
test_further_capabilities_octet_by_octet(void **state)
{
	uint8_t buf[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct notification error;
	struct open_message m = us;

	(void)state;
	m.extended_messages = m.enhanced_refresh = m.ipv6_nexthop = true;
	m.role = ROLE_CUSTOMER;
	open_write(&m, &w);
	assert_octets(buf, w.len, MARKER "0042 01 04 fc00 005a c0000201"
	    "25 02 23"
	    "01 04 0001 00 01 01 04 0002 00 01 02 00"
	    "05 06 0001 0001 0002" "06 00" "09 01 03"
	    "41 04 0000fc00" "46 00");
	assert_int_equal(read_open(PEER "09 02 07 06 00 09 01 04 46 00", &m,
	    &error), 0);
	assert_true(m.extended_messages);
	assert_true(m.enhanced_refresh);
	assert_int_equal(m.role, ROLE_PEER);
	assert_false(m.ambiguous_role);
	assert_false(m.ipv6_nexthop);
	assert_int_equal(read_open(PEER "10 02 0e 05 0c 0001 0002 0002"
	    "0001 0001 0002", &m, &error), 0);
	assert_true(m.ipv6_nexthop);
	assert_int_equal(read_open(PEER "0a 02 08 05 06 0001 0080 0002",
	    &m, &error), 0);
	assert_false(m.ipv6_nexthop);
	assert_refused(PEER "09 02 07 05 05 0001 0001 00", OPEN_UNSPECIFIC,
	    "");
	assert_refused(PEER "04 02 02 09 00", OPEN_UNSPECIFIC, "");
}

static int
check_roles(enum bgp_role ours, const char *theirs)
{
	struct notification error;
	struct neighbor_settings n;
	struct open_message m, o = us;

	neighbor_settings_init(&n);
	n.remote_as = 65001;
	o.role = ours;
	assert_int_equal(read_open(theirs, &m, &error), 0);
	m.as = 65001;
	if (open_check(&o, &n, &m, &error) == 0)
		return -1;
	assert_int_equal(error.code, NOTIFY_OPEN);
	return error.subcode;
}

/* RFC 9234 section 4.2. */
static void
test_roles_have_to_match(void **state)
{
	(void)state;
	assert_int_equal(check_roles(ROLE_CUSTOMER,
	    PEER "05 02 03 09 01 00"), -1);	/* a provider */
	assert_int_equal(check_roles(ROLE_CUSTOMER,
	    PEER "05 02 03 09 01 03"), OPEN_ROLE_MISMATCH);
	assert_int_equal(check_roles(ROLE_CUSTOMER,
	    PEER "05 02 03 09 01 05"), OPEN_ROLE_MISMATCH);
	assert_int_equal(check_roles(ROLE_CUSTOMER,
	    PEER "08 02 06 09 01 00 09 01 00"), -1);
	assert_int_equal(check_roles(ROLE_CUSTOMER,
	    PEER "08 02 06 09 01 00 09 01 04"), OPEN_ROLE_MISMATCH);
	assert_int_equal(check_roles(ROLE_PEER,
	    PEER "05 02 03 09 01 04"), -1);
	assert_int_equal(check_roles(ROLE_RS_CLIENT,
	    PEER "05 02 03 09 01 01"), -1);
	assert_int_equal(check_roles(ROLE_PROVIDER,
	    PEER "05 02 03 09 01 03"), -1);
	/* Without one of the two there is nothing to compare. */
	assert_int_equal(check_roles(ROLE_CUSTOMER, PEER "00"), -1);
	assert_int_equal(check_roles(ROLE_NONE, PEER "05 02 03 09 01 05"), -1);
}

/* RFC 4724 section 3, RFC 8538 section 2. */
static void
test_graceful_restart_octet_by_octet(void **state)
{
	uint8_t buf[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct open_message m = us;

	(void)state;
	m.graceful.present = m.graceful.restarting = true;
	m.graceful.restart_time = 120;
	m.graceful.families = BOTH;
	m.graceful.forwarding = NEIGHBOR_IPV6;
	open_write(&m, &w);
	assert_octets(buf, w.len, MARKER "003f 01 04 fc00 005a c0000201"
	    "22 02 20"
	    "01 04 0001 00 01 01 04 0002 00 01 02 00"
	    "40 0a 8078"		/* R, 120 s */
	    "0001 01 00"
	    "0002 01 80"		/* F */
	    "41 04 0000fc00");
	m.graceful.restarting = false;
	m.graceful.notifications = true;
	m.graceful.restart_time = 4095;
	m.graceful.families = 0;
	w = wire_writer(buf, sizeof(buf));
	open_write(&m, &w);
	assert_octets(&buf[45], 4, "40 02 4fff");
}

static void
test_graceful_restart_of_a_neighbor_is_read(void **state)
{
	struct notification error;
	struct open_message m;

	(void)state;
	assert_int_equal(read_open(PEER "10 02 0e 40 0c c00a 0001 01 80"
	    "0002 01 00 0001 02", &m, &error), -1);	/* cut off */
	assert_int_equal(read_open(PEER "12 02 10 40 0e c00a 0001 01 80"
	    "0002 01 00 0001 04 80", &m, &error), 0);
	assert_true(m.graceful.present);
	assert_true(m.graceful.restarting);
	assert_true(m.graceful.notifications);
	assert_int_equal(m.graceful.restart_time, 10);
	assert_int_equal(m.graceful.families, BOTH);
	assert_int_equal(m.graceful.forwarding, NEIGHBOR_IPV4);
	/* The last one counts. */
	assert_int_equal(read_open(PEER "0e 02 0c 40 06 4078 0001 01 80"
	    "40 02 0000", &m, &error), 0);
	assert_int_equal(m.graceful.families, 0);
	assert_false(m.graceful.notifications);
	assert_refused(PEER "07 02 05 40 03 0078 00", OPEN_UNSPECIFIC, "");
	assert_refused(PEER "05 02 03 40 01 00", OPEN_UNSPECIFIC, "");
}

static void
test_both_have_to_want_graceful_restart(void **state)
{
	struct open_message ours = us, theirs = us;

	(void)state;
	theirs.graceful.present = theirs.graceful.notifications = true;
	assert_false(open_negotiate(&ours, &theirs).graceful);
	ours.graceful.present = true;
	assert_true(open_negotiate(&ours, &theirs).graceful);
	assert_false(open_negotiate(&ours, &theirs).hard_reset);
	ours.graceful.notifications = true;
	assert_true(open_negotiate(&ours, &theirs).hard_reset);
}

/* RFC 4271 section 4.2, RFC 5492 section 4, RFC 4760 section 8, RFC 2918, RFC 6793. */
static void
test_our_open_octet_by_octet(void **state)
{
	uint8_t buf[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	(void)state;
	open_write(&us, &w);
	assert_false(w.failed);
	assert_octets(buf, w.len, MARKER "0033 01"
	    "04"		/* version */
	    "fc00"		/* AS 64512 */
	    "005a"		/* hold time 90 s */
	    "c0000201"		/* identifier */
	    "16"		/* 22 octets of optional parameters */
	    "02 14"		/* capabilities, 20 octets */
	    "01 04 0001 00 01"	/* multiprotocol, IPv4 unicast */
	    "01 04 0002 00 01"	/* multiprotocol, IPv6 unicast */
	    "02 00"		/* route refresh */
	    "41 04 0000fc00");	/* 4-octet AS number */
}

static void
test_as_beyond_16_bits_is_written_as_as_trans(void **state)
{
	struct open_message m = us;
	uint8_t buf[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	(void)state;
	m.as = 4200000000;
	open_write(&m, &w);
	assert_octets(&buf[20], 2, "5ba0");
	assert_octets(&buf[w.len - 6], 6, "41 04 fa56ea00");
}

static void
test_our_open_is_read_as_it_was_meant(void **state)
{
	uint8_t buf[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct notification error;
	struct open_message m;
	struct bgp_frame frame;

	(void)state;
	open_write(&us, &w);
	assert_int_equal(message_frame(buf, w.len, false, &frame, &error),
	    FRAME_WHOLE);
	assert_int_equal(frame.type, BGP_OPEN);
	assert_int_equal(open_read(frame.body, &m, &error), 0);
	assert_int_equal(m.as, us.as);
	assert_int_equal(m.router_id, us.router_id);
	assert_int_equal(m.hold_time, us.hold_time);
	assert_int_equal(m.families, us.families);
	assert_true(m.as4 && m.route_refresh && m.multiprotocol);
}

static void
test_open_without_parameters(void **state)
{
	struct notification error;
	struct open_message m;

	(void)state;
	assert_int_equal(read_open(PEER "00", &m, &error), 0);
	assert_int_equal(m.as, 65001);
	assert_int_equal(m.hold_time, 180);
	assert_int_equal(m.router_id, 0xc0000202);
	assert_int_equal(m.families, 0);
	assert_false(m.as4 || m.route_refresh || m.multiprotocol);
}

/* RFC 7607 section 2. */
static void
test_open_from_as_0_is_refused(void **state)
{
	(void)state;
	assert_refused("04 0000 00b4 c0000202 00",
	    OPEN_BAD_PEER_AS, "");
	assert_refused("04 0000 00b4 c0000202"
	    "08 02 06 41 04 0000fde9", OPEN_BAD_PEER_AS, "");
	assert_refused(PEER "08 02 06 41 04 00000000", OPEN_BAD_PEER_AS, "");
}

/* Each capability in a parameter of its own, as many speakers do. */
static void
test_capabilities_may_be_spread_over_parameters(void **state)
{
	struct notification error;
	struct open_message m;

	(void)state;
	assert_int_equal(read_open(PEER "14"
	    "02 06 01 04 0002 00 01"
	    "02 02 02 00"
	    "02 06 41 04 00010001", &m, &error), 0);
	assert_int_equal(m.families, NEIGHBOR_IPV6);
	assert_int_equal(m.as, 65537);
	assert_true(m.as4 && m.route_refresh && m.multiprotocol);
}

static void
test_unknown_capabilities_are_passed_over(void **state)
{
	struct notification error;
	struct open_message m;

	(void)state;
	/* Graceful restart, a private one, labelled unicast, enhanced refresh. */
	assert_int_equal(read_open(PEER "14 02 12"
	    "40 02 0078"
	    "ef 03 010203"
	    "01 04 0001 00 04"
	    "46 00"
	    "80", &m, &error), -1);
	assert_int_equal(read_open(PEER "15 02 13"
	    "40 02 0078"
	    "ef 03 010203"
	    "01 04 0001 00 04"
	    "46 00"
	    "80 00", &m, &error), 0);
	assert_true(m.multiprotocol);
	assert_int_equal(m.families, 0);
}

/* RFC 9072. */
static void
test_extended_optional_parameters(void **state)
{
	struct notification error;
	struct open_message m;

	(void)state;
	assert_int_equal(read_open(PEER "ff ff 000b"
	    "02 0008 01 04 0001 00 01 0200", &m, &error), 0);
	assert_int_equal(m.families, NEIGHBOR_IPV4);
	assert_true(m.route_refresh);
	assert_refused(PEER "ff ff 000c 02 0008 01 04 0001 00 01 0200",
	    OPEN_UNSPECIFIC, "");
	assert_refused(PEER "ff ff 00", OPEN_UNSPECIFIC, "");
}

static void
test_other_versions_are_refused_with_ours(void **state)
{
	(void)state;
	assert_refused("03 fde9 00b4 c0000202 00", OPEN_BAD_VERSION, "0004");
	assert_refused("05 fde9 00b4 c0000202 00", OPEN_BAD_VERSION, "0004");
}

static void
test_unknown_parameter_is_refused(void **state)
{
	(void)state;
	assert_refused(PEER "03 01 01 00", OPEN_BAD_PARAMETER, "");
}

static void
test_lengths_that_do_not_agree_are_refused(void **state)
{
	static const char *const cases[] = {
		PEER "01",			/* parameters missing */
		PEER "00 00",			/* octet after the end */
		PEER "01 02",			/* parameter without length */
		PEER "02 02 01",		/* parameter longer than all */
		PEER "03 02 01 41",		/* capability without length */
		PEER "04 02 02 41 04",		/* capability too long */
		PEER "06 02 04 41 02 fde9",	/* AS number of 2 octets */
		PEER "05 02 03 02 01 00",	/* route refresh with a value */
		PEER "07 02 05 01 03 000100",	/* multiprotocol of 3 octets */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(cases[i], OPEN_UNSPECIFIC, "");
}

static struct open_message
peer(void)
{
	const struct open_message m = {
		.as = 65001,
		.router_id = 0xc0000202,
		.hold_time = 180,
		.as4 = true,
	};

	return m;
}

/* remote_as 0: any external one. */
static int
check(uint32_t remote_as, const struct open_message *m)
{
	struct notification error;
	struct neighbor_settings n;

	neighbor_settings_init(&n);
	n.remote_as = remote_as;
	n.external = remote_as == 0;
	if (open_check(&us, &n, m, &error) == 0)
		return -1;
	assert_int_equal(error.code, NOTIFY_OPEN);
	assert_true(error.detail[0] != '\0');
	return error.subcode;
}

static void
test_good_open_of_a_plain_neighbor_is_taken(void **state)
{
	struct open_message m = peer();

	(void)state;
	assert_int_equal(check(65001, &m), -1);
	m.as4 = false;
	assert_int_equal(check(65001, &m), -1);
}

static void
test_external_neighbor_may_be_in_any_as_but_ours(void **state)
{
	struct open_message m = peer();

	(void)state;
	assert_int_equal(check(0, &m), -1);
	m.as = 4200000000;
	assert_int_equal(check(0, &m), -1);
	m.as = us.as;
	assert_int_equal(check(0, &m), OPEN_BAD_PEER_AS);
}

/* RFC 6793 section 9, RFC 7300, RFC 7607. */
static void
test_external_neighbor_has_an_as_that_there_is(void **state)
{
	static const uint32_t none[] = { 0, BGP_AS_TRANS, 4294967295 };
	struct open_message m = peer();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		m.as = none[i];
		assert_int_equal(check(0, &m), OPEN_BAD_PEER_AS);
	}
}

static void
test_open_from_another_as_is_refused(void **state)
{
	struct open_message m = peer();

	(void)state;
	assert_int_equal(check(65002, &m), OPEN_BAD_PEER_AS);
	m.as = 0;	/* RFC 7607 */
	assert_int_equal(check(65001, &m), OPEN_BAD_PEER_AS);
	m.as = BGP_AS_TRANS;
	assert_int_equal(check(4200000000, &m), OPEN_BAD_PEER_AS);
}

static void
test_open_with_hold_time_1_is_refused(void **state)
{
	struct open_message m = peer();

	(void)state;
	m.hold_time = 1;
	assert_int_equal(check(65001, &m), OPEN_BAD_HOLD_TIME);
	m.hold_time = 2;
	assert_int_equal(check(65001, &m), OPEN_BAD_HOLD_TIME);
	m.hold_time = 3;
	assert_int_equal(check(65001, &m), -1);
	m.hold_time = 0;
	assert_int_equal(check(65001, &m), -1);
}

/* RFC 6286 section 2.2: equal identifiers are refused within an AS only. */
static void
test_open_with_bad_identifier_is_refused(void **state)
{
	struct open_message m = peer();

	(void)state;
	m.router_id = 0;
	assert_int_equal(check(65001, &m), OPEN_BAD_IDENTIFIER);
	m.router_id = us.router_id;
	assert_int_equal(check(65001, &m), -1);
	m.as = us.as;
	assert_int_equal(check(us.as, &m), OPEN_BAD_IDENTIFIER);
}

static void
test_terms_are_what_both_can(void **state)
{
	struct open_message m = peer();
	struct open_terms terms;

	(void)state;
	m.multiprotocol = true;
	m.families = BOTH;
	terms = open_negotiate(&us, &m);
	assert_int_equal(terms.families, BOTH);
	assert_int_equal(terms.hold_time, 90);
	assert_true(terms.as4);
	m.hold_time = 0;
	m.as4 = false;
	m.families = NEIGHBOR_IPV6;
	terms = open_negotiate(&us, &m);
	assert_int_equal(terms.families, NEIGHBOR_IPV6);
	assert_int_equal(terms.hold_time, 0);
	assert_false(terms.as4);
}

static void
test_neighbor_without_multiprotocol_speaks_ipv4_only(void **state)
{
	struct open_message m = peer();

	(void)state;
	assert_int_equal(open_negotiate(&us, &m).families, NEIGHBOR_IPV4);
	m.multiprotocol = true;	/* for families that we do not know */
	assert_int_equal(open_negotiate(&us, &m).families, 0);
}

/* RFC 4271 section 6.8; RFC 6286 section 2.3 for equal identifiers. */
static void
test_connection_opened_by_the_higher_identifier_stays(void **state)
{
	struct open_message m = peer();

	(void)state;
	m.router_id = us.router_id + 1;
	assert_true(open_keeps_incoming(&us, &m));
	m.router_id = us.router_id - 1;
	assert_false(open_keeps_incoming(&us, &m));
	m.router_id = 0xffffffff;
	assert_true(open_keeps_incoming(&us, &m));
	m.router_id = us.router_id;
	assert_true(open_keeps_incoming(&us, &m));
	m.as = us.as - 1;
	assert_false(open_keeps_incoming(&us, &m));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_external_neighbor_has_an_as_that_there_is),
		cmocka_unit_test(test_open_from_as_0_is_refused),
		cmocka_unit_test(test_our_open_octet_by_octet),
		cmocka_unit_test(test_further_capabilities_octet_by_octet),
		cmocka_unit_test(test_roles_have_to_match),
		cmocka_unit_test(test_graceful_restart_octet_by_octet),
		cmocka_unit_test(test_graceful_restart_of_a_neighbor_is_read),
		cmocka_unit_test(test_both_have_to_want_graceful_restart),
		cmocka_unit_test(test_as_beyond_16_bits_is_written_as_as_trans),
		cmocka_unit_test(test_our_open_is_read_as_it_was_meant),
		cmocka_unit_test(test_open_without_parameters),
		cmocka_unit_test(
		    test_capabilities_may_be_spread_over_parameters),
		cmocka_unit_test(test_unknown_capabilities_are_passed_over),
		cmocka_unit_test(test_extended_optional_parameters),
		cmocka_unit_test(test_other_versions_are_refused_with_ours),
		cmocka_unit_test(test_unknown_parameter_is_refused),
		cmocka_unit_test(test_lengths_that_do_not_agree_are_refused),
		cmocka_unit_test(test_good_open_of_a_plain_neighbor_is_taken),
		cmocka_unit_test(
		    test_external_neighbor_may_be_in_any_as_but_ours),
		cmocka_unit_test(test_open_from_another_as_is_refused),
		cmocka_unit_test(test_open_with_hold_time_1_is_refused),
		cmocka_unit_test(test_open_with_bad_identifier_is_refused),
		cmocka_unit_test(test_terms_are_what_both_can),
		cmocka_unit_test(
		    test_neighbor_without_multiprotocol_speaks_ipv4_only),
		cmocka_unit_test(
		    test_connection_opened_by_the_higher_identifier_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
