#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "bgplbd/rde/nexthop6.h"
#include "regress/unit/rde/fixtures.h"

struct given {
	const char	*addr;
	int		 ifindex;
	uint32_t	 flags;
	uint8_t		 scope;
};

static void
assert_chosen(const struct given *given, size_t n, const char *local,
    const char *expected)
{
	struct address_message list[8];
	struct address l = address(local), out;
	char text[ADDRESS_STRLEN];
	size_t i;

	memset(list, 0, sizeof(list));
	for (i = 0; i < n; i++) {
		list[i].addr = address(given[i].addr);
		list[i].ifindex = given[i].ifindex;
		list[i].flags = given[i].flags;
		list[i].scope = given[i].scope;
	}
	nexthop6_choose(list, n, &l, &out);
	assert_string_equal(address_format(&out, text), expected);
}
#define CHOSEN(given, local, expected) \
	assert_chosen(given, sizeof(given) / sizeof((given)[0]), local, expected)

static void
test_address_of_another_interface_does_not_count(void **state)
{
	static const struct given given[] = {
		{ "192.0.2.1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::1", 2, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
	};

	(void)state;
	CHOSEN(given, "192.0.2.1", "none");
	CHOSEN(given, "192.0.2.9", "none");
}

static void
test_link_local_address_does_not_count(void **state)
{
	static const struct given given[] = {
		{ "192.0.2.1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "fe80::1", 1, IFA_F_PERMANENT, RT_SCOPE_LINK },
	};

	(void)state;
	CHOSEN(given, "192.0.2.1", "none");
	CHOSEN(given, "fe80::1", "none");
}

static void
test_tentative_deprecated_temporary_and_duplicate_do_not_count(void **state)
{
	static const struct given given[] = {
		{ "192.0.2.1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::1", 1, IFA_F_TENTATIVE, RT_SCOPE_UNIVERSE },
		{ "2001:db8::2", 1, IFA_F_DEPRECATED, RT_SCOPE_UNIVERSE },
		{ "2001:db8::3", 1, IFA_F_TEMPORARY, RT_SCOPE_UNIVERSE },
		{ "2001:db8::4", 1, IFA_F_DADFAILED, RT_SCOPE_UNIVERSE },
		{ "2001:db8::5", 1, 0, RT_SCOPE_UNIVERSE },
	};

	(void)state;
	CHOSEN(given, "192.0.2.1", "2001:db8::5");
}

static void
test_permanent_goes_before_global_before_lowest(void **state)
{
	static const struct given given[] = {
		{ "192.0.2.1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::1", 1, 0, RT_SCOPE_UNIVERSE },
		{ "fd00::1", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::3", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
		{ "2001:db8::2", 1, IFA_F_PERMANENT, RT_SCOPE_UNIVERSE },
	};

	(void)state;
	assert_chosen(given, 2, "192.0.2.1", "2001:db8::1");
	assert_chosen(given, 3, "192.0.2.1", "fd00::1");
	assert_chosen(given, 4, "192.0.2.1", "2001:db8::3");
	assert_chosen(given, 5, "192.0.2.1", "2001:db8::2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address_of_another_interface_does_not_count),
		cmocka_unit_test(test_link_local_address_does_not_count),
		cmocka_unit_test(test_tentative_deprecated_temporary_and_duplicate_do_not_count),
		cmocka_unit_test(test_permanent_goes_before_global_before_lowest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
