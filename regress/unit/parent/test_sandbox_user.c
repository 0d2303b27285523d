/*
 * Which users the processes without privilege may have.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/parent/sandbox_user.h"

static char said[4096];

static void __attribute__((format(printf, 1, 2)))
say(const char *fmt, ...)
{
	size_t len = strlen(said);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said + len, sizeof(said) - len, fmt, ap);
	va_end(ap);
	strlcat(said, "\n", sizeof(said));
}

static struct sandbox_users
sound_users(void)
{
	struct sandbox_users users = { .root = "/empty" };
	unsigned int i;

	for (i = 0; i < CHILDREN; i++) {
		users.children[i].uid = 1000 + i;
		users.children[i].gid = 2000 + i;
	}
	said[0] = '\0';
	return users;
}

static void
test_a_user_each_is_right(void **state)
{
	struct sandbox_users users = sound_users();

	(void)state;
	assert_int_equal(sandbox_users_check(&users, say), 0);
	assert_string_equal(said, "");
}

static void
test_no_child_is_root_or_of_its_group(void **state)
{
	struct sandbox_users users;
	unsigned int i;

	(void)state;
	for (i = 0; i < CHILDREN; i++) {
		users = sound_users();
		users.children[i].uid = 0;
		assert_int_equal(sandbox_users_check(&users, say), -1);
		assert_non_null(strstr(said, sandbox_user_name(i)));
		users = sound_users();
		users.children[i].gid = 0;
		assert_int_equal(sandbox_users_check(&users, say), -1);
		assert_non_null(strstr(said, sandbox_user_name(i)));
	}
}

static void
test_no_two_children_share_an_id(void **state)
{
	struct sandbox_users users;
	unsigned int i, j;

	(void)state;
	for (i = 0; i < CHILDREN; i++) {
		for (j = 0; j < i; j++) {
			users = sound_users();
			users.children[i].uid = users.children[j].uid;
			assert_int_equal(sandbox_users_check(&users, say), -1);
			users = sound_users();
			users.children[i].gid = users.children[j].gid;
			assert_int_equal(sandbox_users_check(&users, say), -1);
			assert_non_null(strstr(said, sandbox_user_name(i)));
			assert_non_null(strstr(said, sandbox_user_name(j)));
		}
	}
}

static void
test_each_child_has_a_name_of_its_own(void **state)
{
	unsigned int i, j;

	(void)state;
	for (i = 0; i < CHILDREN; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(sandbox_user_name(i),
			    sandbox_user_name(j));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_user_each_is_right),
		cmocka_unit_test(test_no_child_is_root_or_of_its_group),
		cmocka_unit_test(test_no_two_children_share_an_id),
		cmocka_unit_test(test_each_child_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
