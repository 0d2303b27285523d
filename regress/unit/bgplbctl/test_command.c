/* The words of bgplbctl's command line: what is understood, and what is said of the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbctl/command.h"

#define WORDS_MAX	6

struct understood {
	const char		*words[WORDS_MAX];
	enum command_kind	 kind;
	const char		*subject;	/* address or prefix, NULL if none */
};

struct refused {
	const char	*words[WORDS_MAX];
	const char	*error;
};

static const struct understood understood[] = {
	{ { "show", "neighbors" }, COMMAND_SHOW_NEIGHBORS, NULL },
	{ { "show", "neighbor" }, COMMAND_SHOW_NEIGHBORS, NULL },
	{ { "sh", "nei" }, COMMAND_SHOW_NEIGHBORS, NULL },
	{ { "s", "n" }, COMMAND_SHOW_NEIGHBORS, NULL },
	{ { "show", "neighbor", "192.0.2.1" }, COMMAND_SHOW_NEIGHBOR,
	    "192.0.2.1" },
	{ { "show", "neighbors", "2001:DB8:0::1" }, COMMAND_SHOW_NEIGHBOR,
	    "2001:db8::1" },
	{ { "show", "prefixes" }, COMMAND_SHOW_PREFIXES, NULL },
	{ { "s", "p" }, COMMAND_SHOW_PREFIXES, NULL },
	{ { "show", "prefixes", "10.0.0.101" }, COMMAND_SHOW_PREFIX,
	    "10.0.0.101/32" },
	{ { "check" }, COMMAND_CHECK, NULL },
	{ { "c" }, COMMAND_CHECK, NULL },
	{ { "check", "from", "203.0.113.2" }, COMMAND_CHECK, NULL },
	{ { "withdraw", "10.0.0.101/32" }, COMMAND_WITHDRAW, "10.0.0.101/32" },
	{ { "withdraw", "10.0.0.101" }, COMMAND_WITHDRAW, "10.0.0.101/32" },
	{ { "withdraw", "10.0.0.0/8" }, COMMAND_WITHDRAW, "10.0.0.0/8" },
	{ { "announce", "2001:db8:0:1000::101/128" }, COMMAND_ANNOUNCE,
	    "2001:db8:0:1000::101/128" },
	{ { "announce", "2001:db8::101" }, COMMAND_ANNOUNCE,
	    "2001:db8::101/128" },
	{ { "drain" }, COMMAND_DRAIN, NULL },
	{ { "undrain" }, COMMAND_UNDRAIN, NULL },
	{ { "neighbor", "192.0.2.1", "down" }, COMMAND_NEIGHBOR_DOWN,
	    "192.0.2.1" },
	{ { "neighbor", "2001:db8::1", "up" }, COMMAND_NEIGHBOR_UP,
	    "2001:db8::1" },
	{ { "neighbor", "fe80::9%eth0", "up" }, COMMAND_NEIGHBOR_UP,
	    "fe80::9%eth0" },
	{ { "show", "neighbors", "fe80::9%eth0" }, COMMAND_SHOW_NEIGHBOR,
	    "fe80::9%eth0" },
	{ { "neighbor", "192.0.2.1", "clear" }, COMMAND_NEIGHBOR_CLEAR,
	    "192.0.2.1" },
	{ { "neighbor", "192.0.2.1", "refresh" }, COMMAND_NEIGHBOR_REFRESH,
	    "192.0.2.1" },
};

#define NOT_A_PREFIX(word) \
	"\"" word "\" is not a prefix: write it as 10.0.0.101/32 or " \
	"2001:db8::101/128"
#define NOT_AN_ADDRESS(word) \
	"\"" word "\" is not an address of a neighbor: write it as " \
	"192.0.2.1, 2001:db8::1 or fe80::1%eth0"
#define CHECK_FROM \
	"check from whom? write a client's address as 192.0.2.1 or 2001:db8::1"
#define NO_CLIENT(word) \
	word " is no address from which a client comes over a router: write one " \
	"such as 192.0.2.1 or 2001:db8::1"
#define TOO_MUCH(word) \
	"\"" word "\" is too much: the command ends before it"
#define NOT_A_COMMAND(word) \
	"\"" word "\" is not a command: write show, check, withdraw, " \
	"announce, drain, undrain or neighbor"
#define NOT_SHOWN(word) \
	"show \"" word "\"? neighbors or prefixes can be shown"

static const struct refused refused[] = {
	{ { NULL }, "do what? show, check, withdraw, announce, drain, undrain or "
	    "neighbor" },
	{ { "" }, NOT_A_COMMAND("") },
	{ { "shows" }, NOT_A_COMMAND("shows") },
	{ { "stop" }, NOT_A_COMMAND("stop") },
	{ { "with", "10.0.0.101" }, NOT_A_COMMAND("with") },
	{ { "a", "10.0.0.101" }, NOT_A_COMMAND("a") },
	{ { "un" }, NOT_A_COMMAND("un") },
	{ { "drain", "10.0.0.101" }, TOO_MUCH("10.0.0.101") },
	{ { "show" }, "show what? neighbors or prefixes" },
	{ { "show", "" }, NOT_SHOWN("") },
	{ { "show", "neighbours" }, NOT_SHOWN("neighbours") },
	{ { "check", "host" }, "check \"host\"? only \"from\" and a client's "
	    "address may follow" },
	{ { "check", "from" }, CHECK_FROM },
	{ { "check", "from", "here" }, CHECK_FROM },
	{ { "check", "from", "192.0.2.1", "x" }, TOO_MUCH("x") },
	{ { "check", "from", "0.0.0.0" }, NO_CLIENT("0.0.0.0") },
	{ { "check", "from", "127.0.0.1" }, NO_CLIENT("127.0.0.1") },
	{ { "check", "from", "::1" }, NO_CLIENT("::1") },
	{ { "check", "from", "fe80::1" }, NO_CLIENT("fe80::1") },
	{ { "show", "prefixes", "web1" }, NOT_A_PREFIX("web1") },
	{ { "show", "prefixes", "10.0.0.101", "now" }, TOO_MUCH("now") },
	{ { "show", "neighbor", "router1" }, NOT_AN_ADDRESS("router1") },
	{ { "show", "neighbor", "192.0.2.0/24" },
	    NOT_AN_ADDRESS("192.0.2.0/24") },
	{ { "show", "neighbor", "192.0.2.1", "now" }, TOO_MUCH("now") },
	{ { "withdraw" }, "withdraw what? a prefix, such as 10.0.0.101/32" },
	{ { "announce" }, "announce what? a prefix, such as 10.0.0.101/32" },
	{ { "announce", "web1" }, NOT_A_PREFIX("web1") },
	{ { "withdraw", "10.0.0.300" }, NOT_A_PREFIX("10.0.0.300") },
	{ { "withdraw", "10.0.0.101/33" }, NOT_A_PREFIX("10.0.0.101/33") },
	{ { "withdraw", "10.0.0.101/" }, NOT_A_PREFIX("10.0.0.101/") },
	{ { "withdraw", "10.0.0.101/24" }, "10.0.0.101/24 has bits set beyond "
	    "its length: the prefix is 10.0.0.0/24" },
	{ { "announce", "2001:db8::1/64" }, "2001:db8::1/64 has bits set "
	    "beyond its length: the prefix is 2001:db8::/64" },
	{ { "withdraw", "10.0.0.101", "10.0.0.102" }, TOO_MUCH("10.0.0.102") },
	{ { "n", "192.0.2.1", "down" }, NOT_A_COMMAND("n") },
	{ { "neighbor" }, "which neighbor? write its address" },
	{ { "neighbor", "tor1", "down" }, NOT_AN_ADDRESS("tor1") },
	{ { "neighbor", "192.0.2.1" },
	    "do what with it? down, up, clear or refresh" },
	{ { "neighbor", "192.0.2.1", "d" }, "\"d\" cannot be done with a "
	    "neighbor: write down, up, clear or refresh" },
	{ { "neighbor", "192.0.2.1", "up", "now" }, TOO_MUCH("now") },
	{ { "neighbor", "192.0.2.1", "refresh", "x" }, TOO_MUCH("x") },
	{ { "neighbor", "192.0.2.1", "down", "for", "ever" },
	    "\"ever\" is too much: put the reason into quotes" },
};

static int
parse(const char *const words[], struct command *out, char *error, size_t size)
{
	int argc = 0;

	while (argc < WORDS_MAX && words[argc] != NULL)
		argc++;
	return command_parse(argc, (char *const *)(uintptr_t)words, out, error,
	    size);
}

static void
test_commands_are_understood(void **state)
{
	char error[COMMAND_ERROR_MAX], buf[CONTROL_NEIGHBOR_STRLEN];
	struct command command;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(understood) / sizeof(understood[0]); i++) {
		assert_int_equal(parse(understood[i].words, &command, error,
		    sizeof(error)), 0);
		assert_int_equal(command.kind, understood[i].kind);
		if (understood[i].subject == NULL) {
			assert_false(address_is_set(&command.neighbor));
			assert_false(prefix_is_set(&command.prefix));
		} else if (command.kind == COMMAND_SHOW_NEIGHBOR ||
		    command_is_for_neighbor(command.kind))
			assert_string_equal(understood[i].subject,
			    control_neighbor_format(&command.neighbor,
			    command.interface, buf));
		else
			assert_string_equal(understood[i].subject,
			    prefix_format(&command.prefix, buf));
	}
}

/* RFC 9003 section 2: 255 bytes. */
static void
test_reason_is_taken_as_it_is_up_to_its_length(void **state)
{
	char error[COMMAND_ERROR_MAX], reason[CONTROL_REASON_MAX + 2];
	const char *words[WORDS_MAX] = {
		"neighbor", "192.0.2.1", "down", reason
	};
	struct command command;

	(void)state;
	memset(reason, 'x', sizeof(reason));
	reason[CONTROL_REASON_MAX] = '\0';
	assert_int_equal(parse(words, &command, error, sizeof(error)), 0);
	assert_string_equal(command.reason, reason);
	reason[CONTROL_REASON_MAX] = 'x';
	reason[CONTROL_REASON_MAX + 1] = '\0';
	assert_int_equal(parse(words, &command, error, sizeof(error)), -1);
	assert_string_equal(error, "the reason has more than 255 bytes");
	words[2] = "clear";
	strlcpy(reason, "new cable", sizeof(reason));
	assert_int_equal(parse(words, &command, error, sizeof(error)), 0);
	assert_string_equal(command.reason, "new cable");
}

static void
test_mistakes_are_answered_with_what_was_expected(void **state)
{
	char error[COMMAND_ERROR_MAX];
	struct command command;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(parse(refused[i].words, &command, error,
		    sizeof(error)), -1);
		assert_string_equal(error, refused[i].error);
	}
}

static void
test_long_words_are_cut_in_the_answer(void **state)
{
	char word[4096], error[COMMAND_ERROR_MAX];
	const char *words[WORDS_MAX] = { "withdraw", word };
	struct command command;

	(void)state;
	memset(word, '1', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	assert_int_equal(parse(words, &command, error, sizeof(error)), -1);
	assert_int_equal(strlen(error), sizeof(error) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands_are_understood),
		cmocka_unit_test(
		    test_reason_is_taken_as_it_is_up_to_its_length),
		cmocka_unit_test(
		    test_mistakes_are_answered_with_what_was_expected),
		cmocka_unit_test(test_long_words_are_cut_in_the_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
