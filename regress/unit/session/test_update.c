#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbd/session/message.h"
#include "bgplbd/session/update.h"
#include "regress/unit/session/octets.h"

static const struct neighbor_settings *
plain(void)
{
	static struct neighbor_settings settings;

	neighbor_settings_init(&settings);
	return &settings;
}

static struct update_path
path(const char *nexthop)
{
	struct update_path p = {
		.as = 64512, .as4 = true, .settings = plain()
	};

	assert_int_equal(address_parse(nexthop, &p.nexthop), 0);
	p.afi = p.nexthop.afi;
	return p;
}

/* Writes one message with these prefixes, in NLRI form. */
static size_t
write_update(const struct update_form *form, const char *nlri, uint8_t *buf)
{
	struct wire_writer w = wire_writer(buf, BGP_MESSAGE_MAX);
	const struct octets o = octets(nlri);
	struct update u;

	u = update_begin(&w, form);
	assert_true(o.len <= update_room(&u));
	wire_write_bytes(&w, o.data, o.len);
	update_end(&u);
	assert_false(w.failed);
	return w.len;
}

static void
assert_announces(const struct update_path *p, const char *nlri,
    const char *expected)
{
	struct update_form form;
	uint8_t buf[BGP_MESSAGE_MAX];
	size_t len;

	update_form_announce(&form, p);
	len = write_update(&form, nlri, buf);
	assert_octets(buf, len, expected);
}

/* RFC 4271 sections 4.3 and 5.1. */
static void
test_ipv4_announcement_octet_by_octet(void **state)
{
	const struct update_path p = path("192.0.2.1");

	(void)state;
	assert_announces(&p, "20 0a000065 18 ac1701", MARKER "0034 02"
	    "0000"			/* withdrawn routes */
	    "0014"			/* attributes */
	    "40 01 01 00"		/* ORIGIN IGP */
	    "40 02 06 02 01 0000fc00"	/* AS_PATH 64512 */
	    "40 03 04 c0000201"		/* NEXT_HOP */
	    "20 0a000065"		/* 10.0.0.101/32 */
	    "18 ac1701");		/* 172.23.1.0/24 */
}

/* RFC 4760 section 3, RFC 7606 section 5.1: MP_REACH_NLRI comes first. */
static void
test_ipv6_announcement_octet_by_octet(void **state)
{
	const struct update_path p = path("2001:db8::1");

	(void)state;
	assert_announces(&p, "80 20010db8000010000000000000000101"
	    "20 20010db8", MARKER "0053 02"
	    "0000"
	    "003c"			/* attributes */
	    "90 0e 002b"		/* MP_REACH_NLRI */
	    "0002 01"			/* IPv6 unicast */
	    "10 20010db8000000000000000000000001"
	    "00"
	    "80 20010db8000010000000000000000101"
	    "20 20010db8"
	    "40 01 01 00"
	    "40 02 06 02 01 0000fc00");
}

/* RFC 2545 section 3. */
static void
test_session_on_a_link_has_its_address_as_second_next_hop(void **state)
{
	struct update_path p = path("2001:db8::1");

	(void)state;
	assert_int_equal(address_parse("fe80::1", &p.link_local), 0);
	assert_announces(&p, "20 20010db8", MARKER "0052 02"
	    "0000"
	    "003b"
	    "90 0e 002a 0002 01"
	    "20 20010db8000000000000000000000001"
	    "fe800000000000000000000000000001"
	    "00"
	    "20 20010db8"
	    "40 01 01 00"
	    "40 02 06 02 01 0000fc00");
}

/* RFC 8950 section 3; it is withdrawn as ever. */
static void
test_ipv4_prefix_with_ipv6_next_hop_octet_by_octet(void **state)
{
	struct update_path p = path("2001:db8::1");

	(void)state;
	p.afi = AFI_IPV4;
	assert_announces(&p, "20 0a000065 18 ac1701", MARKER "0046 02"
	    "0000"
	    "002f"
	    "90 0e 001e"
	    "0001 01"			/* IPv4 unicast */
	    "10 20010db8000000000000000000000001"
	    "00"
	    "20 0a000065"
	    "18 ac1701"
	    "40 01 01 00"
	    "40 02 06 02 01 0000fc00");
}

/* RFC 4271 section 5.1.2 and 5.1.5. */
static void
test_internal_neighbor_gets_empty_path_and_local_pref(void **state)
{
	struct update_path p = path("192.0.2.1");

	(void)state;
	p.internal = true;
	assert_announces(&p, "20 0a000065", MARKER "0031 02"
	    "0000"
	    "0015"
	    "40 01 01 00"
	    "40 02 00"			/* AS_PATH, empty */
	    "40 03 04 c0000201"
	    "40 05 04 00000064"		/* LOCAL_PREF 100 */
	    "20 0a000065");
}

static void
test_internal_neighbor_gets_local_pref_with_ipv6_too(void **state)
{
	struct update_path p = path("2001:db8::1");

	(void)state;
	p.internal = true;
	assert_announces(&p, "00", MARKER "003f 02"
	    "0000"
	    "0028"
	    "90 0e 0016 0002 01 10 20010db8000000000000000000000001 00 00"
	    "40 01 01 00"
	    "40 02 00"
	    "40 05 04 00000064");
}

/* RFC 1997, RFC 8092, RFC 4271 section 5.1.4: in growing order of type. */
static void
test_attributes_of_the_settings_octet_by_octet(void **state)
{
	struct update_path p = path("192.0.2.1");
	struct neighbor_settings s = *plain();

	(void)state;
	s.has_med = true;
	s.med = 50;
	s.ncommunities = 2;
	s.communities[0] = 64512U << 16 | 100;
	s.communities[1] = 0xffffff01;
	s.nlarge_communities = 1;
	s.large_communities[0] = (struct large_community){
	    { 4200000000, 1, 2 } };
	p.settings = &s;
	assert_announces(&p, "20 0a000065", MARKER "0051 02"
	    "0000"
	    "0035"
	    "40 01 01 00"
	    "40 02 06 02 01 0000fc00"
	    "40 03 04 c0000201"
	    "80 04 04 00000032"				/* MED 50 */
	    "c0 08 08 fc000064 ffffff01"		/* communities */
	    "c0 20 0c fa56ea00 00000001 00000002"	/* large community */
	    "20 0a000065");
}

static void
test_prepended_path_has_our_as_so_much_longer(void **state)
{
	struct update_path p = path("192.0.2.1");
	struct neighbor_settings s = *plain();

	(void)state;
	s.prepend = 2;
	p.settings = &s;
	assert_announces(&p, "20 0a000065", MARKER "0038 02"
	    "0000"
	    "001c"
	    "40 01 01 00"
	    "40 02 0e 02 03 0000fc00 0000fc00 0000fc00"
	    "40 03 04 c0000201"
	    "20 0a000065");
	p.as4 = false;
	p.as = 4200000000;
	assert_announces(&p, "20 0a000065", MARKER "0043 02"
	    "0000"
	    "0027"
	    "40 01 01 00"
	    "40 02 08 02 03 5ba0 5ba0 5ba0"
	    "40 03 04 c0000201"
	    "c0 11 0e 02 03 fa56ea00 fa56ea00 fa56ea00"
	    "20 0a000065");
}

static void
test_configured_local_pref_is_told_to_our_own_as(void **state)
{
	struct update_path p = path("192.0.2.1");
	struct neighbor_settings s = *plain();

	(void)state;
	s.local_pref = 0;
	p.settings = &s;
	p.internal = true;
	assert_announces(&p, "20 0a000065", MARKER "0031 02"
	    "0000"
	    "0015"
	    "40 01 01 00"
	    "40 02 00"
	    "40 03 04 c0000201"
	    "40 05 04 00000000"
	    "20 0a000065");
}

/* RFC 8326 section 4. */
/* The same that test_all_attributes asserts byte by byte. */
static void
test_attributes_are_described_as_they_are_written(void **state)
{
	struct update_path p = path("192.0.2.1");
	struct control_advertisement a;
	struct neighbor_settings s;

	(void)state;
	neighbor_settings_init(&s);
	s.prepend = 2;
	s.has_med = true;
	s.med = 9;
	s.role = ROLE_PROVIDER;
	s.link_bandwidth = 1000;
	s.ncommunities = 1;
	s.communities[0] = 64512U << 16 | 100;
	s.nlarge_communities = 1;
	s.large_communities[0].parts[1] = 5;
	p.settings = &s;
	p.endpoints = 3;
	p.leaving = true;
	memset(&a, 0, sizeof(a));
	update_describe(&p, &a);
	assert_int_equal(address_cmp(&a.nexthop, &p.nexthop), 0);
	assert_int_equal(a.path_length, 3);
	assert_int_equal(a.as, 64512);
	assert_int_equal(a.has_med, 1);
	assert_int_equal(a.med, 9);
	assert_int_equal(a.has_local_pref, 0);
	assert_int_equal(a.only_to_customer, 64512);
	assert_int_equal(a.link_bandwidth, 3000);
	assert_int_equal(a.ncommunities, 2);
	assert_int_equal(a.communities[1], 0xffff0000);
	assert_int_equal(a.nlarge, 1);
	assert_int_equal(a.large[0][1], 5);
	p.internal = true;
	update_describe(&p, &a);
	assert_int_equal(a.path_length, 0);
	assert_int_equal(a.has_local_pref, 1);
	assert_int_equal(a.local_pref, 0);	/* RFC 8326 */
	p.leaving = false;
	update_describe(&p, &a);
	assert_int_equal(a.local_pref, DEFAULT_LOCAL_PREF);
	assert_int_equal(a.ncommunities, 1);
}

static void
test_prefix_that_leaves_has_the_graceful_shutdown_community(void **state)
{
	struct update_path p = path("192.0.2.1");
	struct neighbor_settings s = *plain();
	struct update_form form, again;

	(void)state;
	p.leaving = true;
	assert_announces(&p, "20 0a000065", MARKER "0037 02"
	    "0000"
	    "001b"
	    "40 01 01 00"
	    "40 02 06 02 01 0000fc00"
	    "40 03 04 c0000201"
	    "c0 08 04 ffff0000"
	    "20 0a000065");
	/* Not twice, if the settings have it. */
	s.ncommunities = 1;
	s.communities[0] = 0xffff0000;
	p.settings = &s;
	update_form_announce(&form, &p);
	p.leaving = false;
	update_form_announce(&again, &p);
	assert_int_equal(form.headlen, again.headlen);
	/* In our own AS it is the least preferred, too. */
	p.leaving = p.internal = true;
	p.settings = plain();
	assert_announces(&p, "20 0a000065", MARKER "0038 02"
	    "0000"
	    "001c"
	    "40 01 01 00"
	    "40 02 00"
	    "40 03 04 c0000201"
	    "40 05 04 00000000"
	    "c0 08 04 ffff0000"
	    "20 0a000065");
}

/* draft-ietf-idr-link-bandwidth section 2: 3 times 1 Gbit/s are 3.75e8 bytes/s. */
static void
test_link_bandwidth_is_that_of_all_endpoints(void **state)
{
	struct update_path p = path("192.0.2.1");
	struct neighbor_settings s = *plain();

	(void)state;
	s.link_bandwidth = 1000000000;
	p.settings = &s;
	p.endpoints = 3;
	assert_announces(&p, "20 0a000065", MARKER "003b 02"
	    "0000"
	    "001f"
	    "40 01 01 00"
	    "40 02 06 02 01 0000fc00"
	    "40 03 04 c0000201"
	    "c0 10 08 40 04 fc00 4db2d05e"
	    "20 0a000065");
	p.endpoints = 0;	/* a subnet has none */
	assert_announces(&p, "20 0a000065", MARKER "0030 02"
	    "0000"
	    "0014"
	    "40 01 01 00"
	    "40 02 06 02 01 0000fc00"
	    "40 03 04 c0000201"
	    "20 0a000065");
}

/* RFC 9234 section 5: not towards a provider, which is for the provider to do. */
static void
test_only_to_customer_goes_to_those_who_must_not_pass_it_up(void **state)
{
	static const struct {
		enum bgp_role	role;
		bool		told;
	} cases[] = {
		{ ROLE_NONE, false }, { ROLE_CUSTOMER, false },
		{ ROLE_RS_CLIENT, false }, { ROLE_PEER, true },
		{ ROLE_PROVIDER, true }, { ROLE_RS, true },
	};
	struct update_path p = path("192.0.2.1");
	struct neighbor_settings s = *plain();
	size_t i;

	(void)state;
	p.settings = &s;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s.role = cases[i].role;
		assert_announces(&p, "20 0a000065", cases[i].told ?
		    MARKER "0037 02 0000 001b 40 01 01 00"
		    "40 02 06 02 01 0000fc00 40 03 04 c0000201"
		    "c0 23 04 0000fc00 20 0a000065" :
		    MARKER "0030 02 0000 0014 40 01 01 00"
		    "40 02 06 02 01 0000fc00 40 03 04 c0000201"
		    "20 0a000065");
	}
}

/* The largest of everything fits into a form, and leaves room for prefixes. */
static void
test_all_attributes_at_their_largest_fit(void **state)
{
	struct neighbor_settings s = *plain();
	struct update_path p = path("2001:db8::1");
	uint8_t buf[BGP_MESSAGE_MAX];
	struct update_form form;
	size_t len;

	(void)state;
	s.has_med = true;
	s.prepend = SETTINGS_PREPEND_MAX;
	s.ncommunities = s.nlarge_communities = SETTINGS_COMMUNITIES_MAX;
	s.link_bandwidth = 1;
	s.role = ROLE_PEER;
	p.settings = &s;
	p.as = 4200000000;
	p.as4 = false;
	p.leaving = true;
	p.endpoints = 1;
	update_form_announce(&form, &p);
	len = write_update(&form, "00", buf);
	/* Header and lengths, MP_REACH, ORIGIN, paths, MED, communities. */
	assert_int_equal(len, 23 + 26 + 4 + 39 + 73 + 7 + 71 + 11 + 195 + 7);
}

/* RFC 6793 section 4.2.2. */
static void
test_neighbor_with_2_octet_as_numbers(void **state)
{
	struct update_path p = path("192.0.2.1");

	(void)state;
	p.as4 = false;
	assert_announces(&p, "20 0a000065", MARKER "002e 02"
	    "0000"
	    "0012"
	    "40 01 01 00"
	    "40 02 04 02 01 fc00"
	    "40 03 04 c0000201"
	    "20 0a000065");
}

static void
test_big_as_is_as_trans_with_as4_path_for_an_old_neighbor(void **state)
{
	struct update_path p = path("192.0.2.1");

	(void)state;
	p.as4 = false;
	p.as = 4200000000;
	assert_announces(&p, "20 0a000065", MARKER "0037 02"
	    "0000"
	    "001b"
	    "40 01 01 00"
	    "40 02 04 02 01 5ba0"	/* AS_TRANS */
	    "40 03 04 c0000201"
	    "c0 11 06 02 01 fa56ea00"	/* AS4_PATH 4200000000 */
	    "20 0a000065");
	p.as4 = true;
	assert_announces(&p, "20 0a000065", MARKER "0030 02"
	    "0000"
	    "0014"
	    "40 01 01 00"
	    "40 02 06 02 01 fa56ea00"
	    "40 03 04 c0000201"
	    "20 0a000065");
}

static void
test_ipv4_withdrawal_octet_by_octet(void **state)
{
	struct update_form form;
	uint8_t buf[BGP_MESSAGE_MAX];
	size_t len;

	(void)state;
	update_form_withdraw(&form, AFI_IPV4);
	len = write_update(&form, "20 0a000065 00", buf);
	assert_octets(buf, len, MARKER "001d 02"
	    "0006 20 0a000065 00"
	    "0000");
}

/* RFC 4760 section 4: nothing else is needed. */
static void
test_ipv6_withdrawal_octet_by_octet(void **state)
{
	struct update_form form;
	uint8_t buf[BGP_MESSAGE_MAX];
	size_t len;

	(void)state;
	update_form_withdraw(&form, AFI_IPV6);
	len = write_update(&form, "80 20010db8000010000000000000000101", buf);
	assert_octets(buf, len, MARKER "002f 02"
	    "0000"
	    "0018"
	    "90 0f 0014 0002 01"
	    "80 20010db8000010000000000000000101");
}

/* RFC 4724 section 2. */
static void
test_end_of_rib_octet_by_octet(void **state)
{
	uint8_t buf[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	(void)state;
	update_write_end_of_rib(&w, AFI_IPV4);
	assert_octets(buf, w.len, MARKER "0017 02 0000 0000");
	w = wire_writer(buf, sizeof(buf));
	update_write_end_of_rib(&w, AFI_IPV6);
	assert_octets(buf, w.len, MARKER "001e 02 0000 0007"
	    "90 0f 0003 0002 01");
}

/* Fills a message with as many prefixes of size bytes as there is room for. */
static size_t
fill(const struct update_form *form, size_t size, size_t *count)
{
	static uint8_t buf[2 * BGP_MESSAGE_MAX];
	static const uint8_t nlri[17] = { 128 };
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct update u;

	u = update_begin(&w, form);
	for (*count = 0; update_room(&u) >= size; ++*count)
		wire_write_bytes(&w, nlri, size);
	update_end(&u);
	assert_false(w.failed);
	assert_int_equal(buf[16] << 8 | buf[17], w.len);
	return w.len;
}

/* The room is what 4096 octets leave: (4096 - 19 - 4 - 20) / 5 and so on. */
static void
test_message_is_filled_to_4096_octets_and_no_further(void **state)
{
	const struct update_path p4 = path("192.0.2.1");
	const struct update_path p6 = path("2001:db8::1");
	struct update_form form;
	size_t count;

	(void)state;
	update_form_announce(&form, &p4);
	assert_int_equal(fill(&form, 5, &count), 43 + 810 * 5);
	assert_int_equal(count, 810);
	assert_int_equal(fill(&form, 1, &count), 4096);
	update_form_announce(&form, &p6);
	assert_int_equal(fill(&form, 17, &count), 61 + 237 * 17);
	assert_int_equal(count, 237);
	assert_int_equal(fill(&form, 1, &count), 4096);
	update_form_withdraw(&form, AFI_IPV4);
	assert_int_equal(fill(&form, 5, &count), 23 + 814 * 5);
	assert_int_equal(fill(&form, 1, &count), 4096);
	update_form_withdraw(&form, AFI_IPV6);
	assert_int_equal(fill(&form, 1, &count), 4096);
}

static void
test_messages_follow_each_other_in_one_buffer(void **state)
{
	uint8_t buf[256];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct update_form form;
	struct update u;

	(void)state;
	message_write_keepalive(&w);
	update_form_withdraw(&form, AFI_IPV6);
	u = update_begin(&w, &form);
	wire_write_bytes(&w, "\0", 1);
	update_end(&u);
	assert_octets(&buf[19], w.len - 19, MARKER "001f 02"
	    "0000 0008 90 0f 0004 0002 01 00");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_attributes_are_described_as_they_are_written),
		cmocka_unit_test(test_ipv4_announcement_octet_by_octet),
		cmocka_unit_test(test_ipv6_announcement_octet_by_octet),
		cmocka_unit_test(
		    test_internal_neighbor_gets_empty_path_and_local_pref),
		cmocka_unit_test(
		    test_internal_neighbor_gets_local_pref_with_ipv6_too),
		cmocka_unit_test(
		    test_attributes_of_the_settings_octet_by_octet),
		cmocka_unit_test(
		    test_prepended_path_has_our_as_so_much_longer),
		cmocka_unit_test(
		    test_configured_local_pref_is_told_to_our_own_as),
		cmocka_unit_test(
		    test_prefix_that_leaves_has_the_graceful_shutdown_community),
		cmocka_unit_test(test_link_bandwidth_is_that_of_all_endpoints),
		cmocka_unit_test(
		    test_only_to_customer_goes_to_those_who_must_not_pass_it_up),
		cmocka_unit_test(
		    test_ipv4_prefix_with_ipv6_next_hop_octet_by_octet),
		cmocka_unit_test(
		    test_session_on_a_link_has_its_address_as_second_next_hop),
		cmocka_unit_test(test_all_attributes_at_their_largest_fit),
		cmocka_unit_test(test_neighbor_with_2_octet_as_numbers),
		cmocka_unit_test(
		    test_big_as_is_as_trans_with_as4_path_for_an_old_neighbor),
		cmocka_unit_test(test_ipv4_withdrawal_octet_by_octet),
		cmocka_unit_test(test_ipv6_withdrawal_octet_by_octet),
		cmocka_unit_test(test_end_of_rib_octet_by_octet),
		cmocka_unit_test(
		    test_message_is_filled_to_4096_octets_and_no_further),
		cmocka_unit_test(test_messages_follow_each_other_in_one_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
