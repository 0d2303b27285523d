/*
 * The table of Docker's objects.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/frontend/id_table.h"
#include "common/log.h"

struct thing {
	struct id_entry	entry;
	unsigned int	number;
};

static struct object_id
id_of(unsigned int n)
{
	struct object_id id;
	char text[OBJECT_ID_DIGITS + 1];

	snprintf(text, sizeof(text), "%064x", n);
	assert_int_equal(object_id_parse(text, OBJECT_ID_DIGITS, &id), 0);
	return id;
}

static void
clear(struct id_table *table)
{
	void *entry;

	while ((entry = id_table_first(table)) != NULL)
		id_table_remove(table, entry);
	assert_int_equal(table->count, 0);
}

static void
test_an_entry_is_made_once_and_found_by_its_id(void **state)
{
	struct id_table table;
	struct object_id id = id_of(7), other = id_of(8);
	struct thing *t;

	(void)state;
	id_table_init(&table, "thing");
	assert_null(id_table_find(&table, &id));
	t = id_table_get(&table, &id, sizeof(*t));
	assert_non_null(t);
	assert_int_equal(t->number, 0);
	t->number = 5;
	assert_ptr_equal(id_table_get(&table, &id, sizeof(*t)), t);
	assert_ptr_equal(id_table_find(&table, &id), t);
	assert_null(id_table_find(&table, &other));
	assert_int_equal(table.count, 1);
	clear(&table);
}

static void
test_entries_come_in_order_and_can_be_removed_on_the_way(void **state)
{
	static const unsigned int numbers[] = { 5, 1, 4, 2, 3 };
	struct id_table table;
	struct object_id id;
	struct thing *t, *next;
	unsigned int i, seen = 0;

	(void)state;
	id_table_init(&table, "thing");
	for (i = 0; i < 5; i++) {
		id = id_of(numbers[i]);
		t = id_table_get(&table, &id, sizeof(*t));
		t->number = numbers[i];
	}
	for (t = id_table_first(&table); t != NULL; t = next) {
		next = id_table_next(t);
		assert_int_equal(t->number, ++seen);
		if (t->number % 2 == 0)
			id_table_remove(&table, t);
	}
	assert_int_equal(seen, 5);
	assert_int_equal(table.count, 3);
	clear(&table);
}

static void
test_a_full_table_takes_no_more(void **state)
{
	struct id_table table;
	struct object_id id;
	struct thing *t;
	unsigned int i;

	(void)state;
	id_table_init(&table, "thing");
	for (i = 0; i < ID_TABLE_MAX; i++) {
		id = id_of(i);
		assert_non_null(id_table_get(&table, &id, sizeof(*t)));
	}
	id = id_of(i);
	assert_null(id_table_get(&table, &id, sizeof(*t)));
	id = id_of(0);
	assert_non_null(id_table_get(&table, &id, sizeof(*t)));
	clear(&table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_entry_is_made_once_and_found_by_its_id),
		cmocka_unit_test(test_entries_come_in_order_and_can_be_removed_on_the_way),
		cmocka_unit_test(test_a_full_table_takes_no_more),
	};

	log_init("frontend", 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
