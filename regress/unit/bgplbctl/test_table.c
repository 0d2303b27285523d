/* How tables are laid out. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbctl/table.h"
#include "common/control.h"
#include "regress/unit/bgplbctl/rendered.h"

static const struct table_column columns[] = {
	{ "Name",	TABLE_LEFT },
	{ "Count",	TABLE_RIGHT },
	{ "Note",	TABLE_LEFT }
};

static struct table *
new_table(void)
{
	return table_new(columns, 3);
}

static void
test_without_rows_the_titles_stand_alone(void **state)
{
	struct table *table = new_table();
	struct rendered r;

	(void)state;
	table_print(table, rendered_open(&r));
	assert_rendered(&r, "Name  Count  Note\n");
	table_free(table);
}

static void
test_columns_are_as_wide_as_their_widest_cell(void **state)
{
	struct table *table = new_table();
	struct rendered r;

	(void)state;
	table_add(table, "a");
	table_addf(table, "%u", 1);
	table_add(table, "x");
	table_add(table, "longer");
	table_addf(table, "%u", 1234567);
	table_add(table, "y");
	table_print(table, rendered_open(&r));
	assert_rendered(&r,
	    "Name      Count  Note\n"
	    "a             1  x\n"
	    "longer  1234567  y\n");
	table_free(table);
}

static void
test_no_line_ends_in_blanks(void **state)
{
	struct table *table = new_table();
	struct rendered r;

	(void)state;
	table_add(table, "a");
	table_add(table, "");
	table_add(table, "");
	table_add(table, "");
	table_add(table, "");
	table_add(table, "note");
	table_print(table, rendered_open(&r));
	assert_rendered(&r,
	    "Name  Count  Note\n"
	    "a\n"
	    "             note\n");
	table_free(table);
}

static void
test_wide_characters_do_not_shift_columns(void **state)
{
	struct table *table = new_table();
	struct rendered r;

	(void)state;
	table_add(table, "K\303\266ln");
	table_add(table, "1");
	table_add(table, "x");
	table_add(table, "\346\235\261\344\272\254");
	table_add(table, "2");
	table_add(table, "x");
	table_print(table, rendered_open(&r));
	assert_rendered(&r,
	    "Name  Count  Note\n"
	    "K\303\266ln      1  x\n"
	    "\346\235\261\344\272\254      2  x\n");
	table_free(table);
}

static void
test_a_cell_cannot_forge_a_line(void **state)
{
	struct table *table = new_table();
	struct rendered r;

	(void)state;
	table_add(table, "a\nb");
	table_add(table, "1");
	table_add(table, "\033[31m");
	table_print(table, rendered_open(&r));
	assert_rendered(&r,
	    "Name     Count  Note\n"
	    "a\\u{a}b      1  \\u{1b}[31m\n");
	table_free(table);
}

static void
test_many_rows_are_kept(void **state)
{
	struct table *table = new_table();
	struct rendered r;
	unsigned int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		table_addf(table, "n%03u", i);
		table_addf(table, "%u", i);
		table_add(table, "");
	}
	table_print(table, rendered_open(&r));
	assert_int_equal(fclose(r.out), 0);
	assert_int_equal(r.len, 18 + 1000 * 12);
	assert_string_equal(r.text + r.len - 24, "n998    998\nn999    999\n");
	free(r.text);
	table_free(table);
}

static int
use_utf8(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_rows_the_titles_stand_alone),
		cmocka_unit_test(test_columns_are_as_wide_as_their_widest_cell),
		cmocka_unit_test(test_no_line_ends_in_blanks),
		cmocka_unit_test(test_wide_characters_do_not_shift_columns),
		cmocka_unit_test(test_a_cell_cannot_forge_a_line),
		cmocka_unit_test(test_many_rows_are_kept),
	};

	return cmocka_run_group_tests(tests, use_utf8, NULL);
}
