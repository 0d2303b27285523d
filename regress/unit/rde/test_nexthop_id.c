#include "bgplbd/rde/nexthop_id.h"
#include "regress/unit/rde/fixtures.h"

static void
assert_via(uint32_t id, enum afi afi, const char *expected)
{
	struct address via;
	char text[ADDRESS_STRLEN];

	nexthop_id_via(id, afi, &via);
	assert_true(address_is_valid(&via));
	assert_true(address_is_linklocal(&via));
	assert_string_equal(address_format(&via, text), expected);
	assert_int_equal(nexthop_id_of_via(&via), id);
}

static void
assert_no_member(const char *text)
{
	struct address a = address(text);

	assert_int_equal(nexthop_id_of_via(&a), 0);
}

static void
test_address_of_another_kind_is_no_members(void **state)
{
	static const struct address none;

	(void)state;
	assert_no_member("169.254.0.255");
	assert_no_member("169.254.255.0");
	assert_no_member("10.0.1.0");
	assert_no_member("fe80::1:b600:100");
	assert_no_member("fe80::100");
	assert_no_member("2001:db8::b600:100");
	assert_int_equal(nexthop_id_of_via(&none), 0);
}

static void
test_address_follows_from_the_id_within_the_link_local_range(void **state)
{
	(void)state;
	assert_via(NEXTHOP_ID_MEMBER_FIRST, AFI_IPV4, "169.254.1.0");
	assert_via(NEXTHOP_ID_MEMBER_LAST, AFI_IPV4, "169.254.254.255");
	assert_via(NEXTHOP_ID_MEMBER_FIRST, AFI_IPV6, "fe80::b600:100");
	assert_via(NEXTHOP_ID_MEMBER_LAST, AFI_IPV6, "fe80::b600:feff");
}

static void
test_ids_go_round_in_their_range(void **state)
{
	(void)state;
	assert_int_equal(nexthop_id_after_member(0), NEXTHOP_ID_MEMBER_FIRST);
	assert_int_equal(nexthop_id_after_member(NEXTHOP_ID_MEMBER_FIRST),
	    NEXTHOP_ID_MEMBER_FIRST + 1);
	assert_int_equal(nexthop_id_after_member(NEXTHOP_ID_MEMBER_LAST),
	    NEXTHOP_ID_MEMBER_FIRST);
	assert_int_equal(nexthop_id_after_group(0), NEXTHOP_ID_GROUP_FIRST);
	assert_int_equal(nexthop_id_after_group(NEXTHOP_ID_GROUP_LAST),
	    NEXTHOP_ID_GROUP_FIRST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address_follows_from_the_id_within_the_link_local_range),
		cmocka_unit_test(test_address_of_another_kind_is_no_members),
		cmocka_unit_test(test_ids_go_round_in_their_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
