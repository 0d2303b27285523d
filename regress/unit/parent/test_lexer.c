#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/parent/lexer.h"

/* All tokens in one line: kinds by letter, words and strings by their text. */
static void
tokens(const char *text, char *buf, size_t size)
{
	static const char kinds[] = {
		[LEXER_SEPARATOR] = '/', [LEXER_OPEN] = '{',
		[LEXER_CLOSE] = '}', [LEXER_FAULT] = '!', [LEXER_END] = '.'
	};
	struct lexer lx;
	struct lexer_token t;
	char one[LEXER_TEXT_MAX + 8];

	buf[0] = '\0';
	lexer_init(&lx, text, strlen(text));
	do {
		lexer_next(&lx, &t);
		if (t.kind == LEXER_WORD)
			snprintf(one, sizeof(one), "%s ", t.text);
		else if (t.kind == LEXER_STRING)
			snprintf(one, sizeof(one), "'%s' ", t.text);
		else
			snprintf(one, sizeof(one), "%c ", kinds[t.kind]);
		strlcat(buf, one, size);
	} while (t.kind != LEXER_END);
}

static void
assert_tokens(const char *text, const char *wanted)
{
	char found[1024];

	tokens(text, found, sizeof(found));
	assert_string_equal(found, wanted);
}

static void
test_each_statement_ends_in_exactly_one_separator(void **state)
{
	(void)state;
	assert_tokens("a b\nc\n", "a b / c / . ");
	assert_tokens("a;b;;c ; \n;\n d", "a / b / c / d / . ");
	assert_tokens("\n ;\n a", "a / . ");
	assert_tokens("a { b }", "a { b / } / . ");
	assert_tokens("a { b; }\n", "a { b / } / . ");
	assert_tokens("a {\n\n b\n\n } ; c", "a { b / } / c / . ");
	assert_tokens("a { }", "a { } / . ");
	assert_tokens("a{b{c}}d", "a { b { c / } / } d / . ");
}

static void
test_empty_text_is_its_end(void **state)
{
	(void)state;
	assert_tokens("", ". ");
	assert_tokens(" \n\t; # x", ". ");
}

static void
test_comment_ends_with_its_line(void **state)
{
	(void)state;
	assert_tokens("a # b ; } \" \\\nc#", "a / ! / . ");
	assert_tokens("a # b\nc", "a / c / . ");
	assert_tokens("# a\n#\nb", "b / . ");
}

static void
test_string_keeps_what_would_end_a_word(void **state)
{
	(void)state;
	assert_tokens("\"a b;{}#\"", "'a b;{}#' / . ");
	assert_tokens("a\"b\"\"\"c", "a 'b' '' c / . ");
	assert_tokens("\"\\\"\\\\\"", "'\"\\' / . ");
}

static void
test_string_ends_on_its_line(void **state)
{
	(void)state;
	assert_tokens("\"a\nb\"", "! / b ! / . ");
	assert_tokens("\"a\\", "! / . ");
	assert_tokens("\"a\\nb\" c", "! c / . ");
}

static void
test_control_bytes_are_faults(void **state)
{
	struct lexer lx;
	struct lexer_token t;

	(void)state;
	assert_tokens("a\001b c", "! c / . ");
	assert_tokens("\"\x7f\" c", "! c / . ");
	lexer_init(&lx, "a\0b", 3);
	lexer_next(&lx, &t);
	assert_int_equal(t.kind, LEXER_FAULT);
	lexer_next(&lx, &t);
	assert_int_equal(t.kind, LEXER_SEPARATOR);
}

static void
test_bytes_above_127_are_text(void **state)
{
	(void)state;
	assert_tokens("\"\xc3\xa4\" \xc3\xb6", "'\xc3\xa4' \xc3\xb6 / . ");
}

static void
test_word_of_4095_bytes_is_the_longest(void **state)
{
	char text[LEXER_TEXT_MAX + 1];
	struct lexer lx;
	struct lexer_token t;

	(void)state;
	memset(text, 'x', sizeof(text));
	lexer_init(&lx, text, LEXER_TEXT_MAX - 1);
	lexer_next(&lx, &t);
	assert_int_equal(t.kind, LEXER_WORD);
	assert_int_equal(strlen(t.text), LEXER_TEXT_MAX - 1);
	lexer_init(&lx, text, LEXER_TEXT_MAX);
	lexer_next(&lx, &t);
	assert_int_equal(t.kind, LEXER_FAULT);
	lexer_next(&lx, &t);
	assert_int_equal(t.kind, LEXER_SEPARATOR);
}

static void
assert_place(struct lexer *lx, unsigned int line, unsigned int column)
{
	struct lexer_token t;

	lexer_next(lx, &t);
	assert_int_equal(t.place.line, line);
	assert_int_equal(t.place.column, column);
}

static void
test_places_count_from_one_in_bytes(void **state)
{
	static const char text[] = "ab  \"c\" # x\n\n\t\xc3\xa4 d }";
	struct lexer lx;

	(void)state;
	lexer_init(&lx, text, strlen(text));
	assert_place(&lx, 1, 1);	/* ab */
	assert_place(&lx, 1, 5);	/* "c" */
	assert_place(&lx, 1, 12);	/* end of the line */
	assert_place(&lx, 3, 2);
	assert_place(&lx, 3, 5);	/* d */
	assert_place(&lx, 3, 7);	/* separator before } */
	assert_place(&lx, 3, 7);
	assert_place(&lx, 3, 8);	/* separator before the end */
	assert_place(&lx, 3, 8);	/* end */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_each_statement_ends_in_exactly_one_separator),
		cmocka_unit_test(test_empty_text_is_its_end),
		cmocka_unit_test(test_comment_ends_with_its_line),
		cmocka_unit_test(test_string_keeps_what_would_end_a_word),
		cmocka_unit_test(test_string_ends_on_its_line),
		cmocka_unit_test(test_control_bytes_are_faults),
		cmocka_unit_test(test_bytes_above_127_are_text),
		cmocka_unit_test(test_word_of_4095_bytes_is_the_longest),
		cmocka_unit_test(test_places_count_from_one_in_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
