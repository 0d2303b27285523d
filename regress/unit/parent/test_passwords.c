/*
 * Where the passwords are: in one place, which neither a child nor a core dump has.
 */
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bgplbd/parent/passwords.h"

static void
test_each_neighbor_has_its_own(void **state)
{
	struct passwords *p = passwords_new();

	(void)state;
	assert_string_equal(passwords_of(p, 0), "");
	memset(passwords_of(p, 0), 'a', SETTINGS_PASSWORD_MAX);
	strlcpy(passwords_of(p, SETTINGS_NEIGHBORS_MAX - 1), "last",
	    SETTINGS_PASSWORD_MAX + 1);
	assert_int_equal(strlen(passwords_of(p, 0)), SETTINGS_PASSWORD_MAX);
	assert_string_equal(passwords_of(p, 1), "");
	assert_string_equal(passwords_of(p, SETTINGS_NEIGHBORS_MAX - 1),
	    "last");
	passwords_free(p);
	passwords_free(NULL);
}

static void
test_child_has_none(void **state)
{
	static const char nothing[SETTINGS_PASSWORD_MAX + 1];
	struct passwords *p = passwords_new();
	int status;
	pid_t pid;

	(void)state;
	strlcpy(passwords_of(p, 7), "sesame", SETTINGS_PASSWORD_MAX + 1);
	pid = fork();
	assert_true(pid != -1);
	if (pid == 0)
		_exit(memcmp(passwords_of(p, 7), nothing, sizeof(nothing)) !=
		    0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_string_equal(passwords_of(p, 7), "sesame");
	passwords_free(p);
}

/* What the kernel knows of the memory at this address, as proc(5) has it. */
static bool
has_flag(const void *address, const char *flag)
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	unsigned long start, end;
	bool found = false, is_it = false;
	char line[512];

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			is_it = (uintptr_t)address >= start &&
			    (uintptr_t)address < end;
		else if (is_it && strncmp(line, "VmFlags:", 8) == 0)
			found = strstr(line, flag) != NULL;
	}
	fclose(maps);
	return found;
}

static void
test_core_dump_has_none(void **state)
{
	struct passwords *p = passwords_new();

	(void)state;
	assert_true(has_flag(p, " dd"));
	assert_true(has_flag(p, " wf"));
	passwords_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_neighbor_has_its_own),
		cmocka_unit_test(test_child_has_none),
		cmocka_unit_test(test_core_dump_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
