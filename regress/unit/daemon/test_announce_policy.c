#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/announce_policy.h"

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), 0);
	return p;
}

/* "10.0.0.0/16 le 32, ..." */
static void
allow(struct settings *s, const char *list)
{
	char *copy = strdup(list), *next = copy, *row, *le;
	struct allowed_prefix *a;

	settings_init(s);
	while ((row = strsep(&next, ",")) != NULL && row[0] != '\0') {
		row += strspn(row, " ");
		a = &s->allowed[s->nallowed++];
		if ((le = strstr(row, " le ")) != NULL)
			*le = '\0';
		a->prefix = prefix(row);
		a->longest = le == NULL ? a->prefix.len :
		    (uint8_t)atoi(le + 4);
	}
	free(copy);
}

struct row {
	const char		*allowed;
	const char		*prefix;
	enum prefix_refusal	 refusal;
};

static void
check_rows(const struct row *rows, size_t n, bool pool)
{
	enum prefix_refusal refusal;
	struct settings s;
	struct prefix p;
	size_t i;

	for (i = 0; i < n; i++) {
		allow(&s, rows[i].allowed);
		p = prefix(rows[i].prefix);
		refusal = pool ? announce_policy_pool(&s, &p) :
		    announce_policy(&s, &p);
		if (refusal != rows[i].refusal)
			fail_msg("\"%s\", %s: %d instead of %d",
			    rows[i].allowed, rows[i].prefix, refusal,
			    rows[i].refusal);
	}
}

static void
test_without_allowed_prefixes_all_but_the_impossible_may_be_announced(
    void **state)
{
	static const struct row rows[] = {
		{ "", "10.0.0.101/32", REFUSAL_NONE },
		{ "", "172.23.1.0/24", REFUSAL_NONE },
		{ "", "10.0.0.0/8", REFUSAL_NONE },
		{ "", "223.255.255.255/32", REFUSAL_NONE },
		{ "", "2001:db8::1/128", REFUSAL_NONE },
		{ "", "2001:db8::/32", REFUSAL_NONE },
		{ "", "fd00::/48", REFUSAL_NONE },
		{ "", "fec0::1/128", REFUSAL_NONE },
		{ "", "192.0.2.0/24", REFUSAL_NONE },
		{ "", "::2/128", REFUSAL_NONE },
		{ "", "::2:0:0/96", REFUSAL_NONE },
		{ "", "0.0.0.0/0", REFUSAL_DEFAULT_ROUTE },
		{ "", "::/0", REFUSAL_DEFAULT_ROUTE },
		{ "", "0.0.0.0/1", REFUSAL_TOO_SHORT },
		{ "", "128.0.0.0/1", REFUSAL_TOO_SHORT },
		{ "", "10.0.0.0/7", REFUSAL_TOO_SHORT },
		{ "", "2000::/3", REFUSAL_TOO_SHORT },
		{ "", "2001:db8::/31", REFUSAL_TOO_SHORT },
		{ "", "0.0.0.0/8", REFUSAL_UNSPECIFIED },
		{ "", "0.1.2.3/32", REFUSAL_UNSPECIFIED },
		{ "", "::/128", REFUSAL_UNSPECIFIED },
		{ "", "::/64", REFUSAL_UNSPECIFIED },
		{ "", "127.0.0.1/32", REFUSAL_LOOPBACK },
		{ "", "127.0.0.0/8", REFUSAL_LOOPBACK },
		{ "", "::1/128", REFUSAL_LOOPBACK },
		{ "", "169.254.1.1/32", REFUSAL_LINK_LOCAL },
		{ "", "169.0.0.0/8", REFUSAL_LINK_LOCAL },
		{ "", "fe80::1/128", REFUSAL_LINK_LOCAL },
		{ "", "febf::/32", REFUSAL_LINK_LOCAL },
		{ "", "224.0.0.5/32", REFUSAL_MULTICAST },
		{ "", "239.0.0.0/8", REFUSAL_MULTICAST },
		{ "", "ff02::1/128", REFUSAL_MULTICAST },
		{ "", "240.0.0.1/32", REFUSAL_RESERVED },
		{ "", "255.255.255.255/32", REFUSAL_RESERVED },
		{ "", "::ffff:10.0.0.1/128", REFUSAL_MAPPED },
		{ "", "::ffff:0:0/96", REFUSAL_MAPPED },
	};

	(void)state;
	check_rows(rows, sizeof(rows) / sizeof(rows[0]), false);
}

static void
test_allowed_prefix_is_that_very_one_or_up_to_its_le(void **state)
{
	static const struct row rows[] = {
		{ "10.0.0.0/16", "10.0.0.0/16", REFUSAL_NONE },
		{ "10.0.0.0/16", "10.0.0.0/17", REFUSAL_NOT_ALLOWED },
		{ "10.0.0.0/16", "10.0.0.101/32", REFUSAL_NOT_ALLOWED },
		{ "10.0.0.0/16", "10.0.0.0/15", REFUSAL_NOT_ALLOWED },
		{ "10.0.0.0/16 le 32", "10.0.0.101/32", REFUSAL_NONE },
		{ "10.0.0.0/16 le 32", "10.0.0.0/16", REFUSAL_NONE },
		{ "10.0.0.0/16 le 32", "10.1.0.0/32", REFUSAL_NOT_ALLOWED },
		{ "10.0.0.0/16 le 32", "10.0.0.0/8", REFUSAL_NOT_ALLOWED },
		{ "10.0.0.0/16 le 24", "10.0.5.0/24", REFUSAL_NONE },
		{ "10.0.0.0/16 le 24", "10.0.5.0/25", REFUSAL_NOT_ALLOWED },
		{ "10.0.0.0/16 le 32", "2001:db8::1/128",
		    REFUSAL_NOT_ALLOWED },
		{ "10.0.0.0/16 le 32, 2001:db8::/32 le 128",
		    "2001:db8::1/128", REFUSAL_NONE },
		{ "10.1.0.0/16 le 32, 10.0.0.0/16 le 32, 10.2.0.0/16",
		    "10.0.0.1/32", REFUSAL_NONE },
		{ "0.0.0.0/0 le 32", "10.0.0.101/32", REFUSAL_NONE },
		{ "0.0.0.0/0 le 32", "8.8.8.0/24", REFUSAL_NONE },
	};

	(void)state;
	check_rows(rows, sizeof(rows) / sizeof(rows[0]), false);
}

static void
test_what_is_refused_always_has_to_be_named(void **state)
{
	static const struct row rows[] = {
		{ "0.0.0.0/0", "0.0.0.0/0", REFUSAL_NONE },
		{ "0.0.0.0/0", "10.0.0.0/8", REFUSAL_NOT_ALLOWED },
		{ "::/0", "::/0", REFUSAL_NONE },
		{ "::/0", "0.0.0.0/0", REFUSAL_DEFAULT_ROUTE },
		/* Some range of all is not that one. */
		{ "0.0.0.0/0 le 32", "127.0.0.1/32", REFUSAL_LOOPBACK },
		{ "0.0.0.0/0 le 32", "128.0.0.0/1", REFUSAL_TOO_SHORT },
		{ "0.0.0.0/0 le 32", "224.0.0.5/32", REFUSAL_MULTICAST },
		{ "::/0 le 128", "fe80::1/128", REFUSAL_LINK_LOCAL },
		{ "128.0.0.0/1", "128.0.0.0/1", REFUSAL_NONE },
		{ "10.0.0.0/7 le 32", "10.0.0.0/7", REFUSAL_NONE },
		{ "10.0.0.0/7 le 32", "10.0.0.0/8", REFUSAL_NONE },
		{ "2001:db8::/29 le 128", "2001:db8::/29", REFUSAL_NONE },
		{ "2001:db8::/29 le 128", "2001:db8::/30",
		    REFUSAL_TOO_SHORT },
		{ "169.254.0.0/16 le 32", "169.254.1.1/32", REFUSAL_NONE },
		{ "169.254.169.254/32", "169.254.169.254/32", REFUSAL_NONE },
		{ "169.254.169.254/32", "169.254.169.253/32",
		    REFUSAL_LINK_LOCAL },
		{ "169.0.0.0/8 le 32", "169.254.1.1/32", REFUSAL_LINK_LOCAL },
		{ "169.0.0.0/8 le 32", "169.0.0.0/8", REFUSAL_NONE },
		{ "127.0.0.0/8 le 32", "127.0.0.1/32", REFUSAL_NONE },
		{ "127.0.0.0/8", "127.0.0.1/32", REFUSAL_LOOPBACK },
		{ "fe80::/64 le 128", "fe80::1/128", REFUSAL_NONE },
		{ "240.0.0.0/4 le 32", "240.0.0.1/32", REFUSAL_NONE },
		{ "224.0.0.0/3 le 32", "240.0.0.1/32", REFUSAL_RESERVED },
	};

	(void)state;
	check_rows(rows, sizeof(rows) / sizeof(rows[0]), false);
}

static void
test_pool_needs_each_of_its_addresses(void **state)
{
	static const struct row rows[] = {
		{ "", "10.1.0.0/24", REFUSAL_NONE },
		{ "", "10.0.0.0/7", REFUSAL_NONE },	/* too wide for a pool */
		{ "", "169.254.0.0/24", REFUSAL_LINK_LOCAL },
		{ "", "224.0.0.0/24", REFUSAL_MULTICAST },
		{ "", "fe80::/64", REFUSAL_LINK_LOCAL },
		{ "10.1.0.0/24", "10.1.0.0/24", REFUSAL_NOT_ALLOWED },
		{ "10.1.0.0/24 le 31", "10.1.0.0/24", REFUSAL_NOT_ALLOWED },
		{ "10.1.0.0/24 le 32", "10.1.0.0/24", REFUSAL_NONE },
		{ "10.0.0.0/8 le 32", "10.1.0.0/24", REFUSAL_NONE },
		{ "10.1.0.0/25 le 32", "10.1.0.0/24", REFUSAL_NOT_ALLOWED },
		{ "10.1.0.0/25 le 32, 10.1.0.128/25 le 32", "10.1.0.0/24",
		    REFUSAL_NONE },
		{ "10.1.0.0/25 le 32, 10.1.0.128/26 le 32", "10.1.0.0/24",
		    REFUSAL_NOT_ALLOWED },
		{ "10.1.0.0/32, 10.1.0.1/32, 10.1.0.2/31 le 32",
		    "10.1.0.0/30", REFUSAL_NONE },
		{ "10.1.0.0/32, 10.1.0.1/32, 10.1.0.2/31", "10.1.0.0/30",
		    REFUSAL_NOT_ALLOWED },
		{ "2001:db8::/64 le 128", "2001:db8::/64", REFUSAL_NONE },
		{ "2001:db8::/64 le 127", "2001:db8::/64",
		    REFUSAL_NOT_ALLOWED },
		{ "169.254.0.0/16 le 32", "169.254.0.0/24", REFUSAL_NONE },
		{ "169.254.0.0/16", "169.254.0.0/24", REFUSAL_LINK_LOCAL },
	};

	(void)state;
	check_rows(rows, sizeof(rows) / sizeof(rows[0]), true);
}

static void
check_text(const char *allowed, const char *text, bool is_pool,
    const char *wanted)
{
	char buf[ANNOUNCE_POLICY_TEXT_MAX];
	enum prefix_refusal refusal;
	struct settings s;
	struct prefix p = prefix(text);

	allow(&s, allowed);
	refusal = is_pool ? announce_policy_pool(&s, &p) :
	    announce_policy(&s, &p);
	assert_string_equal(announce_policy_text(&s, &p, is_pool, refusal,
	    buf), wanted);
}

static void
test_sentence_says_what_to_write(void **state)
{
	(void)state;
	check_text("10.1.0.0/16 le 32", "10.0.0.101/32", false,
	    "10.0.0.101/32 may not be announced: no \"allow prefix\" covers "
	    "it: write another address, or \"allow prefix 10.0.0.101/32\" "
	    "into bgplbd.conf (ALLOWED_PREFIXES)");
	check_text("10.1.0.0/16 le 32", "10.2.0.0/24", true,
	    "10.2.0.0/24 may not be announced: no \"allow prefix\" covers "
	    "it: write another address, or \"allow prefix 10.2.0.0/24 le "
	    "32\" into bgplbd.conf (ALLOWED_PREFIXES)");
	check_text("10.0.0.0/8, 10.0.0.0/16", "10.0.0.101/32", false,
	    "10.0.0.101/32 may not be announced: \"allow prefix "
	    "10.0.0.0/16\" covers a /32 only with \"le 32\": add that, or "
	    "write another address");
	check_text("", "127.0.0.1/32", false,
	    "127.0.0.1/32 may not be announced: it holds loopback addresses: "
	    "write another address, or \"allow prefix 127.0.0.1/32\" into "
	    "bgplbd.conf (ALLOWED_PREFIXES)");
}

/* Docker's user gets PLUGIN_TEXT_MAX bytes. */
static void
test_longest_sentence_fits(void **state)
{
	struct prefix p = prefix("2001:db8:1111:2222:3333:4444:5555:6666/127");
	char buf[ANNOUNCE_POLICY_TEXT_MAX];
	unsigned int refusal;
	struct settings s;

	(void)state;
	settings_init(&s);
	for (refusal = REFUSAL_NOT_ALLOWED; refusal <= REFUSAL_LAST;
	    refusal++)
		assert_non_null(strstr(announce_policy_text(&s, &p, true,
		    refusal, buf), " (ALLOWED_PREFIXES)"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_without_allowed_prefixes_all_but_the_impossible_may_be_announced),
		cmocka_unit_test(
		    test_allowed_prefix_is_that_very_one_or_up_to_its_le),
		cmocka_unit_test(test_what_is_refused_always_has_to_be_named),
		cmocka_unit_test(test_pool_needs_each_of_its_addresses),
		cmocka_unit_test(test_sentence_says_what_to_write),
		cmocka_unit_test(test_longest_sentence_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
