#include <sys/stat.h>
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/log.h"

struct output {
	char	text[8192];
	int	status;
};

/* Runs f in a child of its own and gives back what it wrote and how it ended. */
static void
capture(void (*f)(void), struct output *out)
{
	size_t used = 0;
	ssize_t n;
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid != -1);
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		f();
		_exit(0);
	}
	close(fds[1]);
	while ((n = read(fds[0], out->text + used,
	    sizeof(out->text) - 1 - used)) > 0)
		used += (size_t)n;
	out->text[used] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &out->status, 0), pid);
}

static void
log_each_level(void)
{
	log_init("rde", 0);
	log_error("netlink: %s", "lost");
	log_warn("neighbor 192.0.2.1: down");
	log_info("prefix 10.0.0.101/32: announced");
	log_debug("not shown");
}

static void
log_verbosely_to_journal(void)
{
	char stream[64];
	struct stat st;

	if (fstat(STDERR_FILENO, &st) == -1)
		_exit(2);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_init("rde", 1);
	log_warn("w");
	log_debug("d");
}

static void
log_beside_the_journal(void)
{
	setenv("JOURNAL_STREAM", "8:1", 1);
	log_init("rde", 0);
	log_warn("w");
}

static void
log_control_bytes(void)
{
	log_init("ctl", 0);
	log_info("name a\nerror: parent: forged\x1b[31m\x7f\xe2\x80\xae\x9b");
}

static void
log_long_line(void)
{
	char text[4096];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_init("ctl", 0);
	log_info("%s", text);
}

static void
die_with_errno(void)
{
	log_init("parent", 0);
	if (close(-1) == -1)
		fatal("close");
}

static void
die_without_errno(void)
{
	log_init("parent", 0);
	fatalx("child died");
}

static void
test_lines_have_one_form(void **state)
{
	struct output out;

	(void)state;
	capture(log_each_level, &out);
	assert_string_equal(out.text, "error: rde: netlink: lost\n"
	    "warning: rde: neighbor 192.0.2.1: down\n"
	    "info: rde: prefix 10.0.0.101/32: announced\n");
}

static void
test_the_journal_gets_priorities(void **state)
{
	struct output out;

	(void)state;
	capture(log_verbosely_to_journal, &out);
	assert_string_equal(out.text, "<4>rde: w\n<7>rde: d\n");
}

/* Started from a service's shell, with its output in a file. */
static void
test_what_is_not_the_journal_gets_no_priorities(void **state)
{
	struct output out;

	(void)state;
	capture(log_beside_the_journal, &out);
	assert_string_equal(out.text, "warning: rde: w\n");
}

static void
test_text_cannot_forge_a_line_or_drive_a_terminal(void **state)
{
	struct output out;

	(void)state;
	capture(log_control_bytes, &out);
	assert_string_equal(out.text,
	    "info: ctl: name a\\u{a}error: parent: forged\\u{1b}[31m"
	    "\\u{7f}\\u{202e}\\x9b\n");
}

static void
test_a_long_line_is_cut_and_still_ends(void **state)
{
	struct output out;

	(void)state;
	capture(log_long_line, &out);
	assert_true(strlen(out.text) < 2049);
	assert_int_equal(out.text[strlen(out.text) - 1], '\n');
	assert_null(strchr(strchr(out.text, '\n') + 1, '\n'));
}

static void
test_fatal_ends_with_status_1_and_the_reason(void **state)
{
	struct output out;

	(void)state;
	capture(die_with_errno, &out);
	assert_true(WIFEXITED(out.status) && WEXITSTATUS(out.status) == 1);
	assert_string_equal(out.text,
	    "error: parent: close: Bad file descriptor\n");
	capture(die_without_errno, &out);
	assert_true(WIFEXITED(out.status) && WEXITSTATUS(out.status) == 1);
	assert_string_equal(out.text, "error: parent: child died\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_have_one_form),
		cmocka_unit_test(test_the_journal_gets_priorities),
		cmocka_unit_test(test_what_is_not_the_journal_gets_no_priorities),
		cmocka_unit_test(
		    test_text_cannot_forge_a_line_or_drive_a_terminal),
		cmocka_unit_test(test_a_long_line_is_cut_and_still_ends),
		cmocka_unit_test(test_fatal_ends_with_status_1_and_the_reason),
	};

	unsetenv("JOURNAL_STREAM");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
