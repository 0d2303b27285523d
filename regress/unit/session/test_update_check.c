#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/session/update_check.h"
#include "common/control.h"
#include "regress/unit/session/octets.h"

/* Attributes that an eBGP neighbor with 4-octet AS numbers sends. */
#define ORIGIN		"40 01 01 00 "
#define AS_PATH		"40 02 06 02 01 0000fde9 "
#define NEXT_HOP	"40 03 04 c0000202 "
#define GOOD		ORIGIN AS_PATH NEXT_HOP
#define MP_REACH	"80 0e 1a 0002 01 10 20010db8000000000000000000000002 " \
			"00 20 20010db8 "

static const struct attribute_context external = {
	.as4 = true,
	.families = NEIGHBOR_IPV4 | NEIGHBOR_IPV6,
};
static const struct attribute_context internal = {
	.as4 = true,
	.internal = true,
	.families = NEIGHBOR_IPV4 | NEIGHBOR_IPV6,
};
static const struct attribute_context old = {
	.families = NEIGHBOR_IPV4,
};

static int
check_body(const struct octets *body, const struct attribute_context *context,
    struct update_summary *u, struct notification *error)
{
	return update_check(wire_reader(body->data, body->len), context, u,
	    error);
}

/* An UPDATE without withdrawn routes. */
static struct octets
make(const char *attributes, const char *nlri)
{
	const struct octets a = octets(attributes), n = octets(nlri);
	struct octets body;

	body.len = 4 + a.len + n.len;
	assert_true(body.len <= sizeof(body.data));
	body.data[0] = body.data[1] = 0;
	body.data[2] = (uint8_t)(a.len >> 8);
	body.data[3] = (uint8_t)a.len;
	memcpy(&body.data[4], a.data, a.len);
	memcpy(&body.data[4 + a.len], n.data, n.len);
	return body;
}

static struct update_summary
taken(const struct attribute_context *context, const char *attributes,
    const char *nlri)
{
	const struct octets body = make(attributes, nlri);
	struct notification error;
	struct update_summary u;

	assert_int_equal(check_body(&body, context, &u, &error), 0);
	return u;
}

static void
assert_refused(const struct octets *body, enum update_error subcode,
    const char *data)
{
	struct notification error;
	struct update_summary u;

	assert_int_equal(check_body(body, &external, &u, &error), -1);
	assert_int_equal(error.code, NOTIFY_UPDATE);
	assert_int_equal(error.subcode, subcode);
	assert_octets(error.data, error.len, data);
}

static void
assert_verdict(const struct attribute_context *context,
    const char *attributes, enum attribute_verdict verdict,
    const char *complaint)
{
	struct update_summary u = taken(context, attributes, "20 0a000001");

	assert_int_equal(u.verdict, verdict);
	assert_string_equal(u.complaint, complaint);
	assert_int_equal(u.announced, verdict != ATTRIBUTE_WITHDRAW);
	assert_int_equal(u.withdrawn, verdict == ATTRIBUTE_WITHDRAW);
}

static void
test_prefixes_are_counted(void **state)
{
	const struct octets body = octets("0007 20 0a000001 08 0a"
	    "0014" GOOD "00 18 c63364 20 c6336401");
	struct notification error;
	struct update_summary u;

	(void)state;
	assert_int_equal(check_body(&body, &external, &u, &error), 0);
	assert_int_equal(u.withdrawn, 2);
	assert_int_equal(u.announced, 3);
	assert_int_equal(u.verdict, ATTRIBUTE_FINE);
	assert_string_equal(u.complaint, "");
}

static void
test_ipv6_prefixes_are_counted(void **state)
{
	struct update_summary u;

	(void)state;
	u = taken(&external, MP_REACH ORIGIN AS_PATH, "");
	assert_int_equal(u.announced, 1);
	assert_int_equal(u.verdict, ATTRIBUTE_FINE);
	u = taken(&external, "80 0f 09 0002 01 20 20010db8 00", "");
	assert_int_equal(u.announced, 0);
	assert_int_equal(u.withdrawn, 2);
	assert_int_equal(u.verdict, ATTRIBUTE_FINE);
}

static void
test_end_of_rib_is_an_update_without_prefixes(void **state)
{
	struct update_summary u;

	(void)state;
	u = taken(&external, "", "");
	assert_int_equal(u.announced + u.withdrawn, 0);
	assert_int_equal(u.verdict, ATTRIBUTE_FINE);
	u = taken(&external, "80 0f 03 0002 01", "");
	assert_int_equal(u.announced + u.withdrawn, 0);
	assert_int_equal(u.verdict, ATTRIBUTE_FINE);
}

/* Next hop and link-local next hop, RFC 2545 section 3. */
static void
test_ipv6_next_hop_of_32_octets(void **state)
{
	struct update_summary u;

	(void)state;
	u = taken(&external, "80 0e 26 0002 01"
	    "20 20010db8000000000000000000000002"
	    "fe800000000000000000000000000002 00 00" ORIGIN AS_PATH, "");
	assert_int_equal(u.announced, 1);
}

static void
test_ipv4_prefixes_may_come_in_mp_reach(void **state)
{
	struct update_summary u;

	(void)state;
	u = taken(&external, "80 0e 0e 0001 01 04 c0000202 00 18 c63364 00"
	    ORIGIN AS_PATH, "");
	assert_int_equal(u.announced, 2);
	assert_int_equal(u.verdict, ATTRIBUTE_FINE);
}

static void
test_families_that_were_not_negotiated_are_passed_over(void **state)
{
	struct update_summary u;

	(void)state;
	u = taken(&old, MP_REACH ORIGIN "40 02 04 02 01 fde9", "");
	assert_int_equal(u.announced, 0);
	/* VPN-IPv4: prefixes that are none of our form. */
	u = taken(&external, "80 0e 0a 0001 80 00 00 ff ff ff ff ff" ORIGIN
	    AS_PATH, "");
	assert_int_equal(u.announced, 0);
	u = taken(&external, "80 0f 05 0019 46 ff ff", "");
	assert_int_equal(u.withdrawn, 0);
}

/* RFC 4271 section 6.3; each ends the session. */
static void
test_lengths_that_do_not_agree_are_refused(void **state)
{
	static const char *const cases[] = {
		"0001 0000",			/* withdrawn routes too long */
		"ffff 0000",
		"0000 0001",			/* attributes too long */
		"0000 ffff 40010100",
		"0000 00",
	};
	struct octets body;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		body = octets(cases[i]);
		assert_refused(&body, UPDATE_BAD_ATTRIBUTE_LIST, "");
	}
}

static void
test_malformed_prefixes_are_refused(void **state)
{
	static const char *const cases[] = {
		"0001 21 0000",			/* longer than 32 bits */
		"0005 21 00000000 0000",
		"0002 18 0a 0000",		/* its end is missing */
		"0000 0014" GOOD "21 0a00000100",
		"0000 0014" GOOD "ff",
		"0000 0014" GOOD "18 0a00",
	};
	struct octets body;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		body = octets(cases[i]);
		assert_refused(&body, UPDATE_BAD_NETWORK, "");
	}
}

/* RFC 7606 section 3 (g). */
static void
test_mp_attributes_must_not_come_twice(void **state)
{
	struct octets body;

	(void)state;
	body = make(MP_REACH ORIGIN MP_REACH, "");
	assert_refused(&body, UPDATE_BAD_ATTRIBUTE_LIST, "");
	body = make("80 0f 03 0002 01 80 0f 03 0001 01", "");
	assert_refused(&body, UPDATE_BAD_ATTRIBUTE_LIST, "");
}

/* RFC 4760 section 7; the data is the attribute. */
static void
test_malformed_mp_attributes_are_refused(void **state)
{
	static const char *const cases[] = {
		"80 0e 00",
		"80 0e 04 0002 01 10",			/* no next hop */
		"80 0e 09 0002 01 04 c0000202 00",	/* IPv4 next hop */
		"80 0e 05 0002 01 00 00",		/* empty next hop */
		"80 0e 16 0002 01 10 20010db8000000000000000000000002 00 81",
		"80 0e 17 0002 01 10 20010db8000000000000000000000002 00 10 20",
		"90 0e 0016 0002 01 10 20010db8000000000000000000000002 00 ff",
		"80 0f 02 0002",
		"80 0f 04 0002 01 81",
		"80 0f 05 0001 01 10 0a",
		"80 0f 08 0001 01 21 0a000000",
	};
	struct octets body;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		body = make(cases[i], "");
		assert_refused(&body, UPDATE_BAD_OPTIONAL, cases[i]);
	}
}

static void
test_unknown_well_known_attribute_is_refused(void **state)
{
	const struct octets body = make(GOOD "40 63 02 abcd", "20 0a000001");

	(void)state;
	assert_refused(&body, UPDATE_UNKNOWN_WELL_KNOWN, "40 63 02 abcd");
}

static void
test_unknown_optional_attributes_are_fine(void **state)
{
	(void)state;
	assert_verdict(&external, GOOD "c0 63 02 abcd" "80 64 00" "e0 ff 01 00",
	    ATTRIBUTE_FINE, "");
}

static void
test_attributes_of_all_kinds_are_fine(void **state)
{
	(void)state;
	assert_verdict(&internal, GOOD
	    "80 04 04 00000001"			/* MULTI_EXIT_DISC */
	    "40 05 04 00000064"			/* LOCAL_PREF */
	    "40 06 00"				/* ATOMIC_AGGREGATE */
	    "c0 07 08 0000fde9 c0000202"	/* AGGREGATOR */
	    "c0 08 08 fde90001 ffffff01"	/* COMMUNITY */
	    "80 09 04 c0000202"			/* ORIGINATOR_ID */
	    "80 0a 08 c0000202 c0000203"	/* CLUSTER_LIST */
	    "c0 10 08 0002fde900000001"		/* EXTENDED_COMMUNITIES */
	    "c0 11 0c 02 01 00010001 01 01 00010002" /* AS4_PATH */
	    "c0 12 08 00010001 c0000202"	/* AS4_AGGREGATOR */
	    "c0 20 0c 0000fde90000000100000002"	/* LARGE_COMMUNITY */
	    "c0 23 04 0000fde9",		/* ONLY_TO_CUSTOMER */
	    ATTRIBUTE_FINE, "");
}

/* RFC 7606 section 7: treat-as-withdraw. */
static void
test_malformed_attributes_withdraw_their_prefixes(void **state)
{
	static const struct {
		const char *attributes;
		const char *complaint;
	} cases[] = {
		{ "40 01 02 0000" AS_PATH NEXT_HOP, "ORIGIN: wrong length" },
		{ "40 01 00" AS_PATH NEXT_HOP, "ORIGIN: wrong length" },
		{ "40 01 01 03" AS_PATH NEXT_HOP, "ORIGIN: unknown value" },
		{ "c0 01 01 00" AS_PATH NEXT_HOP, "ORIGIN: wrong flags" },
		{ "00 01 01 00" AS_PATH NEXT_HOP, "ORIGIN: wrong flags" },
		{ ORIGIN "40 02 06 05 01 0000fde9" NEXT_HOP,
		    "AS_PATH: unknown segment type" },
		{ ORIGIN "40 02 06 03 01 0000fde9" NEXT_HOP,
		    "AS_PATH: unknown segment type" },
		{ ORIGIN "40 02 02 02 00" NEXT_HOP, "AS_PATH: empty segment" },
		{ ORIGIN "40 02 06 02 02 0000fde9" NEXT_HOP,
		    "AS_PATH: segment is longer than it" },
		{ ORIGIN "40 02 07 02 01 0000fde9 02" NEXT_HOP,
		    "AS_PATH: segment is longer than it" },
		{ ORIGIN AS_PATH "40 03 03 c00002", "NEXT_HOP: wrong length" },
		{ ORIGIN AS_PATH "40 03 04 00000001",
		    "NEXT_HOP: not an address of a host" },
		{ ORIGIN AS_PATH "40 03 04 e0000005",
		    "NEXT_HOP: not an address of a host" },
		{ GOOD "80 04 03 000001", "MULTI_EXIT_DISC: wrong length" },
		{ GOOD "c0 08 03 000001", "COMMUNITY: wrong length" },
		{ GOOD "c0 08 00", "COMMUNITY: wrong length" },
		{ GOOD "c0 10 07 00000000000000",
		    "EXTENDED_COMMUNITIES: wrong length" },
		{ GOOD "c0 20 0b 0000000000000000000000",
		    "LARGE_COMMUNITY: wrong length" },
		{ GOOD "c0 23 03 000000", "ONLY_TO_CUSTOMER: wrong length" },
		{ AS_PATH NEXT_HOP, "ORIGIN: missing" },
		{ ORIGIN NEXT_HOP, "AS_PATH: missing" },
		{ ORIGIN AS_PATH, "NEXT_HOP: missing" },
		{ GOOD "c0 08 05 fde90001",
		    "COMMUNITY: longer than all attributes" },
		{ GOOD "c0 63 05", "attribute 99: longer than all attributes" },
		{ GOOD "d0 63 00", "attribute 99: longer than all attributes" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_verdict(&external, cases[i].attributes,
		    ATTRIBUTE_WITHDRAW, cases[i].complaint);
}

/* RFC 7606 section 7.6 and 7.7, RFC 6793 section 6: attribute discard. */
static void
test_attributes_that_routes_do_without_are_discarded(void **state)
{
	static const struct {
		const char *attributes;
		const char *complaint;
	} cases[] = {
		{ GOOD "40 06 01 00", "ATOMIC_AGGREGATE: wrong length" },
		{ GOOD "c0 07 06 fde9 c0000202", "AGGREGATOR: wrong length" },
		{ GOOD "c0 11 02 02 00", "AS4_PATH: empty segment" },
		{ GOOD "c0 11 00", "AS4_PATH: wrong length" },
		{ GOOD "c0 12 04 00010001", "AS4_AGGREGATOR: wrong length" },
		{ GOOD "40 01 01 00", "ORIGIN: more than once" },
		{ GOOD "c0 63 00 c0 63 00", "attribute 99: more than once" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_verdict(&external, cases[i].attributes,
		    ATTRIBUTE_DISCARD, cases[i].complaint);
}

/* RFC 7607 section 2: malformed, and handled as RFC 7606 and RFC 6793 have it. */
static void
test_as_0_is_malformed_wherever_it_stands(void **state)
{
	static const struct {
		const char *attributes;
		enum attribute_verdict verdict;
		const char *complaint;
	} cases[] = {
		{ ORIGIN "40 02 0e 02 03 0000fde9 00000000 0000fdea" NEXT_HOP,
		    ATTRIBUTE_WITHDRAW, "AS_PATH: AS 0 in it" },
		{ ORIGIN "40 02 0c 02 01 0000fde9 01 01 00000000" NEXT_HOP,
		    ATTRIBUTE_WITHDRAW, "AS_PATH: AS 0 in it" },
		{ GOOD "c0 07 08 00000000 01010101", ATTRIBUTE_DISCARD,
		    "AGGREGATOR: AS 0 in it" },
		{ GOOD "c0 11 0a 02 02 00010001 00000000", ATTRIBUTE_DISCARD,
		    "AS4_PATH: AS 0 in it" },
		{ GOOD "c0 12 08 00000000 c0000202", ATTRIBUTE_DISCARD,
		    "AS4_AGGREGATOR: AS 0 in it" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_verdict(&external, cases[i].attributes,
		    cases[i].verdict, cases[i].complaint);
	assert_verdict(&old, ORIGIN "40 02 06 02 02 fde9 0000" NEXT_HOP,
	    ATTRIBUTE_WITHDRAW, "AS_PATH: AS 0 in it");
	assert_verdict(&old, ORIGIN "40 02 04 02 01 fde9" NEXT_HOP
	    "c0 07 06 0000 c0000202", ATTRIBUTE_DISCARD,
	    "AGGREGATOR: AS 0 in it");
	/* AS 65536 has two octets of 0, and an AS_TRANS is none. */
	assert_verdict(&external, ORIGIN "40 02 06 02 01 00010000" NEXT_HOP,
	    ATTRIBUTE_FINE, "");
	assert_verdict(&old, ORIGIN "40 02 04 02 01 5ba0" NEXT_HOP,
	    ATTRIBUTE_FINE, "");
}

/* RFC 7606 section 7.5, 7.9 and 7.10: whatever is in them. */
static void
test_internal_attributes_of_an_external_neighbor_are_ignored(void **state)
{
	(void)state;
	assert_verdict(&external, GOOD "40 05 01 00" "80 09 01 00" "80 0a 01 00",
	    ATTRIBUTE_FINE, "");
	assert_verdict(&internal, GOOD "40 05 01 00", ATTRIBUTE_WITHDRAW,
	    "LOCAL_PREF: wrong length");
}

static void
test_internal_neighbor_owes_local_pref(void **state)
{
	(void)state;
	assert_verdict(&internal, GOOD, ATTRIBUTE_WITHDRAW,
	    "LOCAL_PREF: missing");
}

static void
test_size_of_as_numbers_is_what_was_negotiated(void **state)
{
	(void)state;
	assert_verdict(&old, ORIGIN "40 02 04 02 01 fde9" NEXT_HOP
	    "c0 07 06 fde9 c0000202", ATTRIBUTE_FINE, "");
	assert_verdict(&old, ORIGIN "40 02 06 02 01 0000fde9" NEXT_HOP,
	    ATTRIBUTE_WITHDRAW, "AS_PATH: segment is longer than it");
	assert_verdict(&external, ORIGIN "40 02 04 02 01 fde9" NEXT_HOP,
	    ATTRIBUTE_WITHDRAW, "AS_PATH: segment is longer than it");
}

/* RFC 7606 section 3 (h). */
static void
test_worst_of_several_errors_counts(void **state)
{
	(void)state;
	assert_verdict(&external, GOOD "40 06 01 00" "c0 08 00" "c0 10 00",
	    ATTRIBUTE_WITHDRAW, "COMMUNITY: wrong length");
}

static void
test_attributes_without_prefixes_owe_nothing(void **state)
{
	struct update_summary u;

	(void)state;
	u = taken(&external, ORIGIN, "");
	assert_int_equal(u.verdict, ATTRIBUTE_FINE);
}

/* RFC 7606 section 5.2. */
static void
test_error_where_no_prefix_is_seen_ends_the_session(void **state)
{
	struct update_summary u;
	struct octets body;

	(void)state;
	body = make("40 01 01 09 " AS_PATH, "");
	assert_refused(&body, UPDATE_BAD_ATTRIBUTE_LIST, "");
	/* The length of the first attribute hides what follows it. */
	body = make("40 01 30 00 " MP_REACH, "");
	assert_refused(&body, UPDATE_BAD_ATTRIBUTE_LIST, "");
	/* An error that routes do without is none here either. */
	u = taken(&external, "40 06 01 00 " ORIGIN, "");
	assert_int_equal(u.verdict, ATTRIBUTE_DISCARD);
	/* What was not negotiated is not read, and may have prefixes. */
	u = taken(&old, "40 01 01 09 " MP_REACH, "");
	assert_int_equal(u.verdict, ATTRIBUTE_WITHDRAW);
	/* Withdrawn prefixes alone are withdrawn, whatever their flags. */
	u = taken(&external, "c0 0f 08 0002 01 20 20010db8", "");
	assert_int_equal(u.verdict, ATTRIBUTE_WITHDRAW);
	assert_int_equal(u.withdrawn, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefixes_are_counted),
		cmocka_unit_test(test_ipv6_prefixes_are_counted),
		cmocka_unit_test(
		    test_end_of_rib_is_an_update_without_prefixes),
		cmocka_unit_test(test_ipv6_next_hop_of_32_octets),
		cmocka_unit_test(test_ipv4_prefixes_may_come_in_mp_reach),
		cmocka_unit_test(
		    test_families_that_were_not_negotiated_are_passed_over),
		cmocka_unit_test(test_lengths_that_do_not_agree_are_refused),
		cmocka_unit_test(test_malformed_prefixes_are_refused),
		cmocka_unit_test(test_mp_attributes_must_not_come_twice),
		cmocka_unit_test(test_malformed_mp_attributes_are_refused),
		cmocka_unit_test(test_unknown_well_known_attribute_is_refused),
		cmocka_unit_test(test_unknown_optional_attributes_are_fine),
		cmocka_unit_test(test_attributes_of_all_kinds_are_fine),
		cmocka_unit_test(test_as_0_is_malformed_wherever_it_stands),
		cmocka_unit_test(
		    test_malformed_attributes_withdraw_their_prefixes),
		cmocka_unit_test(
		    test_attributes_that_routes_do_without_are_discarded),
		cmocka_unit_test(
		test_internal_attributes_of_an_external_neighbor_are_ignored),
		cmocka_unit_test(test_internal_neighbor_owes_local_pref),
		cmocka_unit_test(
		    test_size_of_as_numbers_is_what_was_negotiated),
		cmocka_unit_test(test_worst_of_several_errors_counts),
		cmocka_unit_test(test_attributes_without_prefixes_owe_nothing),
		cmocka_unit_test(
		    test_error_where_no_prefix_is_seen_ends_the_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
