#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bgplbd/parent/configuration.h"
#include "bgplbd/parent/passwords.h"

static const char *const names[] = {
	"RISE", "ROUTER_ID", "ROUTER_PORT", "LOCAL_AS", "PEER_ADDRESS", "PEER_AS",
	"PEER_PASSWORD", "SIGUSR2_HANDLER", "SIGUSR2_ACTION", "GLOBAL_SCOPE", "NEXTHOP",
	"DOCKER_HOST", "ALLOWED_PREFIXES"
};

struct reading {
	struct settings	 settings;
	int		 rc;
	char		*errors;
};

/* Only the router id is set. */
static int
setup(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	setenv("ROUTER_ID", "192.0.2.10", 1);
	*state = calloc(1, sizeof(struct reading));
	return 0;
}

static int
teardown(void **state)
{
	struct reading *r = *state;

	if (r->rc == 0)
		configuration_free(&r->settings);
	free(r->errors);
	free(r);
	return 0;
}

static const struct settings *
read_ok(struct reading *r)
{
	size_t size;
	FILE *errors;

	free(r->errors);		/* of a reading before */
	errors = open_memstream(&r->errors, &size);
	assert_non_null(errors);
	r->rc = configuration_from_environment(&r->settings, errors);
	fclose(errors);
	assert_string_equal(r->errors, "");
	assert_int_equal(r->rc, 0);
	return &r->settings;
}

static void
assert_mistakes(struct reading *r, const char *wanted)
{
	size_t size;
	FILE *errors;

	free(r->errors);		/* of a reading before */
	errors = open_memstream(&r->errors, &size);
	assert_non_null(errors);
	r->rc = configuration_from_environment(&r->settings, errors);
	fclose(errors);
	assert_string_equal(r->errors, wanted);
	assert_int_equal(r->rc, -1);
	assert_null(r->settings.neighbors);
}

static void
test_unset_gives_the_defaults_of_docker_bgp_lb(void **state)
{
	const struct settings *s = read_ok(*state);

	assert_int_equal(s->as, 64512);
	assert_int_equal(address_to_ipv4(&s->router_id), 0xc000020a);
	assert_int_equal(s->listen_port, -1);
	assert_int_equal(s->nneighbors, 0);
	assert_false(s->drain_on_sigusr2);
	assert_int_equal(s->drain_action, DRAIN_STOP);
	assert_int_equal(s->drain_delay_ms, 5000);
	assert_false(s->global_scope);
	assert_string_equal(s->docker_socket, "/var/run/docker.sock");
}

/* A managed plugin has all variables of its config.json, many of them empty. */
static void
test_empty_is_unset(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], "SIGUSR2_ACTION") != 0)
			setenv(names[i], "", 1);
	setenv("ROUTER_ID", "192.0.2.10", 1);
	test_unset_gives_the_defaults_of_docker_bgp_lb(state);
}

static enum drain_action
action(void **state, const char *value)
{
	setenv("ROUTER_ID", "192.0.2.10", 1);
	setenv("SIGUSR2_ACTION", value, 1);
	return read_ok(*state)->drain_action;
}

static void
test_action_that_is_stop_stops(void **state)
{
	assert_int_equal(action(state, "stop"), DRAIN_STOP);
}

static void
test_action_that_is_empty_is_none(void **state)
{
	assert_int_equal(action(state, ""), DRAIN_NONE);
}

static void
test_action_that_is_not_stop_is_none(void **state)
{
	assert_int_equal(action(state, "restart"), DRAIN_NONE);
}

static void
test_all_set(void **state)
{
	const struct settings *s;

	setenv("ROUTER_PORT", "1790", 1);
	setenv("LOCAL_AS", "65010", 1);
	setenv("PEER_ADDRESS", "192.0.2.1", 1);
	setenv("PEER_AS", "1.5", 1);
	setenv("PEER_PASSWORD", "sesame", 1);
	setenv("SIGUSR2_HANDLER", "true", 1);
	setenv("SIGUSR2_ACTION", "none", 1);
	setenv("GLOBAL_SCOPE", "true", 1);
	setenv("DOCKER_HOST", "unix:///run/other.sock", 1);
	s = read_ok(*state);
	assert_int_equal(s->listen_port, 1790);
	assert_int_equal(s->as, 65010);
	assert_int_equal(s->nneighbors, 1);
	assert_int_equal(address_to_ipv4(&s->neighbors[0].addr), 0xc0000201);
	assert_int_equal(s->neighbors[0].remote_as, 65541);
	assert_int_equal(s->neighbors[0].port, 179);
	assert_string_equal(passwords_of(s->passwords, 0), "sesame");
	assert_true(s->drain_on_sigusr2);
	assert_int_equal(s->drain_action, DRAIN_NONE);
	assert_true(s->global_scope);
	assert_string_equal(s->docker_socket, "/run/other.sock");
}

static void
test_port_minus_one_does_not_listen(void **state)
{
	setenv("ROUTER_PORT", "-1", 1);
	assert_int_equal(read_ok(*state)->listen_port, -1);
}

static void
test_several_addresses_with_one_as(void **state)
{
	const struct settings *s;

	setenv("PEER_ADDRESS", " 192.0.2.1, 192.0.2.2,2001:db8::1 ", 1);
	setenv("PEER_AS", "65000", 1);
	setenv("PEER_PASSWORD", "sesame", 1);
	s = read_ok(*state);
	assert_int_equal(s->nneighbors, 3);
	assert_int_equal(s->neighbors[2].addr.afi, AFI_IPV6);
	assert_int_equal(s->neighbors[2].remote_as, 65000);
	assert_string_equal(passwords_of(s->passwords, 0), "sesame");
	assert_string_equal(passwords_of(s->passwords, 2), "sesame");
}

static void
test_several_addresses_with_an_as_each(void **state)
{
	const struct settings *s;

	setenv("PEER_ADDRESS", "192.0.2.1 192.0.2.2", 1);
	setenv("PEER_AS", "65001 65002", 1);
	s = read_ok(*state);
	assert_int_equal(s->nneighbors, 2);
	assert_int_equal(s->neighbors[0].remote_as, 65001);
	assert_int_equal(s->neighbors[1].remote_as, 65002);
}

static void
test_numbers_of_addresses_and_as_must_agree(void **state)
{
	setenv("PEER_ADDRESS", "192.0.2.1,192.0.2.2,192.0.2.3", 1);
	setenv("PEER_AS", "65001,65002", 1);
	assert_mistakes(*state, "PEER_AS=65001,65002: not as many AS numbers as "
	    "addresses: write one for all, or one for each\n");
}

static void
test_password_is_wiped_from_the_environment(void **state)
{
	char *value;

	setenv("PEER_ADDRESS", "192.0.2.1", 1);
	setenv("PEER_AS", "65000", 1);
	setenv("PEER_PASSWORD", "sesame", 1);
	value = getenv("PEER_PASSWORD");
	read_ok(*state);
	configuration_wipe_environment();
	assert_memory_equal(value, "\0\0\0\0\0\0", 6);
}

/* execve(2) takes a name twice; getenv(3) finds the first. */
static void
test_password_that_is_there_twice_is_wiped_twice(void **state)
{
	char first[] = "PEER_PASSWORD=one", other[] = "PEER_PASSWORD_FILE=x",
	    second[] = "PEER_PASSWORD=two";
	char *variables[] = { first, other, second, NULL };
	char **before = environ;

	(void)state;
	environ = variables;
	configuration_wipe_environment();
	environ = before;
	assert_memory_equal(first, "PEER_PASSWORD=\0\0\0", sizeof(first));
	assert_memory_equal(second, "PEER_PASSWORD=\0\0\0", sizeof(second));
	assert_string_equal(other, "PEER_PASSWORD_FILE=x");
}

static void
test_password_is_never_shown(void **state)
{
	char password[82];

	memset(password, 'p', 81);
	password[81] = '\0';
	setenv("PEER_PASSWORD", password, 1);
	assert_mistakes(*state, "PEER_PASSWORD=***: too long for TCP MD5: "
	    "write at most 80 bytes\n");
}

static void
test_next_hops_of_either_family_or_both(void **state)
{
	const struct settings *s;

	setenv("NEXTHOP", "192.0.2.9", 1);
	s = read_ok(*state);
	assert_int_equal(address_to_ipv4(&s->nexthop4), 0xc0000209);
	assert_false(address_is_set(&s->nexthop6));
	setenv("NEXTHOP", "2001:db8::9", 1);
	s = read_ok(*state);
	assert_false(address_is_set(&s->nexthop4));
	assert_int_equal(s->nexthop6.bytes[15], 9);
	setenv("NEXTHOP", "2001:db8::9, 192.0.2.9", 1);
	s = read_ok(*state);
	assert_true(address_is_set(&s->nexthop4));
	assert_true(address_is_set(&s->nexthop6));
	setenv("NEXTHOP", "192.0.2.9 192.0.2.8", 1);
	assert_mistakes(*state, "NEXTHOP=192.0.2.9 192.0.2.8: two addresses of "
	    "one family: write an IPv4 address, an IPv6 address, or one of "
	    "each\n");
}

static void
test_allowed_prefixes_are_written_as_in_the_file(void **state)
{
	const struct settings *s;

	setenv("ALLOWED_PREFIXES", "10.0.0.0/16 le 32, 192.0.2.1/32\t"
	    "2001:db8::/32,le,128", 1);
	s = read_ok(*state);
	assert_int_equal(s->nallowed, 3);
	assert_int_equal(s->allowed[0].prefix.len, 16);
	assert_int_equal(s->allowed[0].longest, 32);
	assert_int_equal(s->allowed[1].longest, 32);
	assert_int_equal(s->allowed[2].prefix.addr.afi, AFI_IPV6);
	assert_int_equal(s->allowed[2].longest, 128);
}

static void
check_allowed(void **state, const char *value, const char *wanted)
{
	setenv("ALLOWED_PREFIXES", value, 1);
	assert_mistakes(*state, wanted);
}

static void
test_mistake_in_the_allowed_prefixes_is_named(void **state)
{
	check_allowed(state, "10.0.0.0/16 le", "ALLOWED_PREFIXES=: not a "
	    "length: write one up to 32\n");
	check_allowed(state, "10.0.0.0/16 le 8 x", "ALLOWED_PREFIXES=8: "
	    "shorter than the prefix: write a length that is not\n");
	check_allowed(state, "le 32", "ALLOWED_PREFIXES=le: not a prefix: "
	    "write one such as 10.0.0.0/16 or 2001:db8::/32\n");
	check_allowed(state, "10.0.0.0/16 10.0.0.0/16 le 32",
	    "ALLOWED_PREFIXES=10.0.0.0/16: it is there twice: write it once, "
	    "with the longer le\n");
	setenv("LOCAL_AS", "0", 1);
	check_allowed(state, "10.0.0.101", "LOCAL_AS=0: AS 0 belongs to "
	    "nobody: write 1 to 4294967294\n"
	    "ALLOWED_PREFIXES=10.0.0.101: not a prefix: write one such as "
	    "10.0.0.0/16 or 2001:db8::/32\n");
}

static void
test_more_than_256_allowed_prefixes(void **state)
{
	char list[257 * 24] = "", one[24];
	int i;

	for (i = 0; i < 257; i++) {
		if (i == 256) {
			setenv("ALLOWED_PREFIXES", list, 1);
			assert_int_equal(read_ok(*state)->nallowed, 256);
		}
		snprintf(one, sizeof(one), "10.%d.%d.0/24 le 32,", i / 256,
		    i % 256);
		strlcat(list, one, sizeof(list));
	}
	check_allowed(state, list, "ALLOWED_PREFIXES=10.1.0.0/24: more than "
	    "256 prefixes: write fewer\n");
}

#define NOT_A_NEXT_HOP	"a loopback address, by which no router reaches this " \
	"host: write an address that routers can send to\n"

static void
test_loopback_is_no_next_hop_and_no_router_id(void **state)
{
	setenv("NEXTHOP", "127.0.0.1,::1", 1);
	setenv("ROUTER_ID", "127.0.0.1", 1);
	assert_mistakes(*state,
	    "ROUTER_ID=127.0.0.1: a loopback address, which every host has: "
	    "write an IPv4 address that is this host's alone, such as "
	    "192.0.2.10\n"
	    "NEXTHOP=127.0.0.1: " NOT_A_NEXT_HOP
	    "NEXTHOP=::1: " NOT_A_NEXT_HOP);
}

static void
test_missing_router_id(void **state)
{
	unsetenv("ROUTER_ID");
	assert_mistakes(*state, "ROUTER_ID=: the router id is missing: write an "
	    "IPv4 address of this host such as 192.0.2.10, or make "
	    "/etc/bgplbd.conf\n");
}

static void
test_all_mistakes_are_told(void **state)
{
	setenv("ROUTER_ID", "router", 1);
	setenv("ROUTER_PORT", "70000", 1);
	setenv("LOCAL_AS", "x", 1);
	setenv("PEER_ADDRESS", "192.0.2.1,tor2", 1);
	setenv("PEER_AS", "0", 1);
	setenv("SIGUSR2_HANDLER", "yes", 1);
	setenv("RISE", "3", 1);
	setenv("GLOBAL_SCOPE", "1", 1);
	setenv("DOCKER_HOST", "tcp://192.0.2.3:2375", 1);
	assert_mistakes(*state,
	    "ROUTER_ID=router: not a router id: write an IPv4 address of this "
	    "host such as 192.0.2.10\n"
	    "LOCAL_AS=x: not an AS number: write 1 to 4294967294, or with a dot "
	    "0.1 to 65535.65534\n"
	    "RISE=3: not a delay: write 0s to 3600s, or 0ms to 3600000ms\n"
	    "SIGUSR2_HANDLER=yes: neither true nor false: write one of them\n"
	    "GLOBAL_SCOPE=1: neither true nor false: write one of them\n"
	    "ROUTER_PORT=70000: not a port: write 1 to 65535, or -1 for not "
	    "listening\n"
	    "DOCKER_HOST=tcp://192.0.2.3:2375: not a socket of this host: write "
	    "unix:///var/run/docker.sock or another path of at most 107 bytes\n"
	    "PEER_AS=0: AS 0 belongs to nobody: write 1 to 4294967294\n"
	    "PEER_ADDRESS=tor2: not an address: write one such as 192.0.2.1 or "
	    "2001:db8::1\n"
	    "PEER_AS=0: AS 0 belongs to nobody: write 1 to 4294967294\n");
}

static void
test_address_without_as(void **state)
{
	setenv("PEER_ADDRESS", "192.0.2.1", 1);
	assert_mistakes(*state, "PEER_AS=: the AS number of PEER_ADDRESS is "
	    "missing: write it\n");
}

static void
test_as_without_address(void **state)
{
	setenv("PEER_AS", "65000", 1);
	assert_mistakes(*state, "PEER_ADDRESS=: the address of the router in "
	    "PEER_AS is missing: write it\n");
}

static void
test_address_twice(void **state)
{
	setenv("PEER_ADDRESS", "192.0.2.1,192.0.2.1", 1);
	setenv("PEER_AS", "65000", 1);
	assert_mistakes(*state, "environment: neighbor 192.0.2.1 is there "
	    "twice: write it once\n");
}

static void
test_more_than_256_addresses(void **state)
{
	char list[257 * 16] = "", one[16];
	int i;

	for (i = 0; i < 257; i++) {
		snprintf(one, sizeof(one), "10.0.%d.%d,", i / 250, i % 250 + 1);
		strlcat(list, one, sizeof(list));
	}
	setenv("PEER_ADDRESS", list, 1);
	setenv("PEER_AS", "65000", 1);
	assert_mistakes(*state, "PEER_ADDRESS=...: more than 256 addresses: "
	    "write fewer\n");
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_unset_gives_the_defaults_of_docker_bgp_lb),
		TEST(test_empty_is_unset),
		TEST(test_action_that_is_stop_stops),
		TEST(test_action_that_is_empty_is_none),
		TEST(test_action_that_is_not_stop_is_none),
		TEST(test_all_set),
		TEST(test_port_minus_one_does_not_listen),
		TEST(test_next_hops_of_either_family_or_both),
		TEST(test_allowed_prefixes_are_written_as_in_the_file),
		TEST(test_mistake_in_the_allowed_prefixes_is_named),
		TEST(test_more_than_256_allowed_prefixes),
		TEST(test_loopback_is_no_next_hop_and_no_router_id),
		TEST(test_several_addresses_with_one_as),
		TEST(test_several_addresses_with_an_as_each),
		TEST(test_numbers_of_addresses_and_as_must_agree),
		TEST(test_password_is_wiped_from_the_environment),
		TEST(test_password_that_is_there_twice_is_wiped_twice),
		TEST(test_password_is_never_shown),
		TEST(test_missing_router_id),
		TEST(test_all_mistakes_are_told),
		TEST(test_address_without_as),
		TEST(test_as_without_address),
		TEST(test_address_twice),
		TEST(test_more_than_256_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
