/* What a firewall's listing says of forwarded packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbctl/check/firewall.h"

#define DOCKER_RULES \
	"-P INPUT ACCEPT\n" \
	"-P FORWARD DROP\n" \
	"-P OUTPUT ACCEPT\n" \
	"-N DOCKER-USER\n" \
	"-A FORWARD -j DOCKER-USER\n" \
	"-A FORWARD -o docker0 -j DOCKER\n"

static void
test_policy_drop_without_a_rule_for_the_bridges_drops(void **state)
{
	(void)state;
	assert_true(firewall_iptables_drops(DOCKER_RULES));
	assert_true(firewall_iptables_drops("-P FORWARD DROP"));
}

static void
test_policy_accept_does_not_drop(void **state)
{
	(void)state;
	assert_false(firewall_iptables_drops("-P FORWARD ACCEPT\n"));
	assert_false(firewall_iptables_drops("-P INPUT DROP\n"));
	assert_false(firewall_iptables_drops(""));
}

static void
test_rule_that_accepts_the_bridges_is_enough(void **state)
{
	(void)state;
	assert_false(firewall_iptables_drops(DOCKER_RULES
	    "-A DOCKER-USER -o bgplb-+ -j ACCEPT\n"));
	assert_false(firewall_iptables_drops(DOCKER_RULES
	    "-A FORWARD -i eth0 -o bgplb-1f0c2d3e4 -j ACCEPT"));
}

static void
test_other_rules_for_the_bridges_are_not(void **state)
{
	(void)state;
	assert_true(firewall_iptables_drops(DOCKER_RULES
	    "-A FORWARD -o bgplb-+ -j DROP\n"));
	assert_true(firewall_iptables_drops(DOCKER_RULES
	    "-A FORWARD -i bgplb-+ -j ACCEPT\n"));
	assert_true(firewall_iptables_drops(DOCKER_RULES
	    "-A FORWARD ! -o bgplb-+ -j ACCEPT\n"));
}

#define NFT_CHAINS \
	"table inet filter {\n" \
	"\tchain input {\n" \
	"\t\ttype filter hook input priority filter; policy drop;\n" \
	"\t}\n" \
	"\tchain forward {\n" \
	"\t\ttype filter hook forward priority filter; policy drop;\n" \
	"\t}\n" \
	"\tchain second {\n" \
	"\t\ttype filter hook forward priority filter + 5; policy drop;\n" \
	"\t}\n" \
	"\tchain open {\n" \
	"\t\ttype filter hook forward priority filter; policy accept;\n" \
	"\t}\n" \
	"}\n" \
	"table ip filter {\n" \
	"\tchain FORWARD {\n" \
	"\t\ttype filter hook forward priority filter; policy drop;\n" \
	"\t}\n" \
	"}\n"

static void
test_chains_that_drop_are_found_one_by_one_without_those_of_iptables(
    void **state)
{
	struct firewall_walk w = { .text = NFT_CHAINS };

	(void)state;
	assert_true(firewall_nft_next(&w));
	assert_string_equal(w.table, "inet filter");
	assert_string_equal(w.chain, "forward");
	assert_true(firewall_nft_next(&w));
	assert_string_equal(w.table, "inet filter");
	assert_string_equal(w.chain, "second");
	assert_false(firewall_nft_next(&w));
	assert_false(firewall_nft_next(&w));
}

static void
test_long_lines_and_names_are_cut(void **state)
{
	char text[2048];
	struct firewall_walk w = { .text = text };

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "table inet ", 11);
	text[1000] = '\n';
	strlcpy(text + 1001, "chain f {\nhook forward; policy drop;\n}\n",
	    sizeof(text) - 1001);
	assert_true(firewall_nft_next(&w));
	assert_int_equal(strlen(w.table), FIREWALL_NAME_MAX - 1);
	assert_string_equal(w.chain, "f");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_policy_drop_without_a_rule_for_the_bridges_drops),
		cmocka_unit_test(test_policy_accept_does_not_drop),
		cmocka_unit_test(test_rule_that_accepts_the_bridges_is_enough),
		cmocka_unit_test(test_other_rules_for_the_bridges_are_not),
		cmocka_unit_test(
		    test_chains_that_drop_are_found_one_by_one_without_those_of_iptables),
		cmocka_unit_test(test_long_lines_and_names_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
