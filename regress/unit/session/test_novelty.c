#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/session/novelty.h"

static void
test_each_text_is_news_once(void **state)
{
	struct novelty n;

	(void)state;
	memset(&n, 0, sizeof(n));
	assert_true(novelty_is_news(&n, "connect: Connection refused"));
	assert_true(novelty_is_news(&n, "connect: no answer"));
	assert_false(novelty_is_news(&n, "connect: Connection refused"));
	assert_false(novelty_is_news(&n, "connect: no answer"));
	assert_true(novelty_is_news(&n, ""));
	assert_false(novelty_is_news(&n, ""));
}

static void
test_oldest_text_gives_way(void **state)
{
	struct novelty n;
	char text[16];
	unsigned int i;

	(void)state;
	memset(&n, 0, sizeof(n));
	for (i = 0; i <= NOVELTY_MAX; i++) {
		snprintf(text, sizeof(text), "trouble %u", i);
		assert_true(novelty_is_news(&n, text));
	}
	assert_false(novelty_is_news(&n, text));
	assert_false(novelty_is_news(&n, "trouble 1"));
	assert_true(novelty_is_news(&n, "trouble 0"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_text_is_news_once),
		cmocka_unit_test(test_oldest_text_gives_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
