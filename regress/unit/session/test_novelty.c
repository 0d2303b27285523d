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
	assert_true(novelty_is_news(&n, "connect: Connection refused", 1000));
	assert_true(novelty_is_news(&n, "connect: no answer", 1000));
	assert_false(novelty_is_news(&n, "connect: Connection refused", 1000));
	assert_false(novelty_is_news(&n, "connect: no answer", 1000));
	assert_true(novelty_is_news(&n, "", 1000));
	assert_false(novelty_is_news(&n, "", 1000));
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
		assert_true(novelty_is_news(&n, text, 1000 + 100 * i));
	}
	assert_false(novelty_is_news(&n, text, 2000));
	assert_false(novelty_is_news(&n, "trouble 1", 2000));
	assert_true(novelty_is_news(&n, "trouble 0", 2000));
}

static unsigned int
count_news(struct novelty *n, time_t now)
{
	char text[16];
	unsigned int i, news = 0;

	for (i = 0; i < 900; i++) {
		snprintf(text, sizeof(text), "attribute %u", 100 + i % 9);
		news += novelty_is_news(n, text, now);
	}
	return news;
}

/* More faults in turn than are remembered. */
static void
test_rotating_texts_are_news_a_few_times_and_then_once_a_minute(void **state)
{
	struct novelty n;
	char remark[NOVELTY_REMARK_MAX];

	(void)state;
	memset(&n, 0, sizeof(n));
	assert_int_equal(count_news(&n, 5), NOVELTY_LINES);
	assert_int_equal(count_news(&n, 64), 0);
	assert_int_equal(count_news(&n, 65), 1);
	assert_int_equal(count_news(&n, 124), 0);
	assert_int_equal(count_news(&n, 126), 1);
	assert_int_equal(count_news(&n, 184), 0);
	assert_int_equal(count_news(&n, 185), 1);
	assert_int_equal(count_news(&n, 1000000), NOVELTY_LINES);
	novelty_remark(&n, remark);
	assert_int_equal(count_news(&n, 1000001), 0);
}

static void
test_line_after_others_were_left_out_says_how_many(void **state)
{
	struct novelty n;
	char remark[NOVELTY_REMARK_MAX], text[16];
	unsigned int i;

	(void)state;
	memset(&n, 0, sizeof(n));
	for (i = 0; i < NOVELTY_LINES + 3; i++) {
		snprintf(text, sizeof(text), "trouble %u", i);
		if (novelty_is_news(&n, text, 0))
			assert_string_equal(novelty_remark(&n, remark), "");
	}
	assert_true(novelty_is_news(&n, "the next", 60));
	assert_string_equal(novelty_remark(&n, remark),
	    " (3 more lines were left out before)");
	assert_string_equal(novelty_remark(&n, remark), "");
}

/* Else a session that comes up again and again brings new lines each time. */
static void
test_what_is_forgotten_is_news_again_but_has_no_new_lines(void **state)
{
	struct novelty n;
	unsigned int i;

	(void)state;
	memset(&n, 0, sizeof(n));
	for (i = 0; i < NOVELTY_LINES; i++) {
		assert_true(novelty_is_news(&n, "trouble", 0));
		assert_false(novelty_is_news(&n, "trouble", 0));
		novelty_forget(&n);
	}
	assert_false(novelty_is_news(&n, "trouble", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_text_is_news_once),
		cmocka_unit_test(test_oldest_text_gives_way),
		cmocka_unit_test(
		    test_rotating_texts_are_news_a_few_times_and_then_once_a_minute),
		cmocka_unit_test(
		    test_line_after_others_were_left_out_says_how_many),
		cmocka_unit_test(
		    test_what_is_forgotten_is_news_again_but_has_no_new_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
