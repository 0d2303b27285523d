/* The program as it is built: its exit statuses, and what goes to which stream. */
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbctl/client.h"
#include "bgplbd/settings.h"
#include "regress/unit/bgplbctl/fake_daemon.h"
#include "regress/unit/bgplbctl/rows.h"

#define OUTPUT_MAX	4096
#define ARGUMENTS_MAX	8
#define USAGE \
	"usage: bgplbctl [-jV] [-s socket] command\n" \
	"       show neighbors [address]\n" \
	"       show prefixes [prefix]\n" \
	"       check [from address]\n" \
	"       withdraw prefix\n" \
	"       announce prefix\n" \
	"       drain\n" \
	"       undrain\n" \
	"       neighbor address down [reason]\n" \
	"       neighbor address up\n" \
	"       neighbor address clear [reason]\n" \
	"       neighbor address refresh\n"

struct run {
	int	status;		/* exit status */
	char	out[OUTPUT_MAX];
	char	err[OUTPUT_MAX];
};

/* build/VARIANT/bin/bgplbctl, from where this test itself lies. */
static const char *
program_path(void)
{
	static char path[PATH_MAX];
	ssize_t n;
	int i;

	n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	assert_in_range(n, 1, sizeof(path) - 1);
	path[n] = '\0';
	for (i = 0; i < 4; i++)
		*strrchr(path, '/') = '\0';
	assert_true(strlcat(path, "/bin/bgplbctl", sizeof(path)) <
	    sizeof(path));
	if (access(path, X_OK) == -1)
		fail_msg("%s is not built: run make all first", path);
	return path;
}

static void
read_back(FILE *f, char *text)
{
	size_t n;

	rewind(f);
	n = fread(text, 1, OUTPUT_MAX - 1, f);
	assert_in_range(n, 0, OUTPUT_MAX - 2);
	text[n] = '\0';
	fclose(f);
}

/* out is what the program gets as standard output. */
static void
run_with_output(struct run *r, int out, const char *const words[])
{
	const char *argv[ARGUMENTS_MAX + 2] = { "bgplbctl" };
	const char *program = program_path();
	FILE *err = tmpfile();
	int i, status;
	pid_t pid;

	assert_non_null(err);
	for (i = 0; i < ARGUMENTS_MAX && words[i] != NULL; i++)
		argv[i + 1] = words[i];
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		if (dup2(out, STDOUT_FILENO) == -1 ||
		    dup2(fileno(err), STDERR_FILENO) == -1 ||
		    setenv("LC_ALL", "C.UTF-8", 1) == -1)
			_exit(126);
		execv(program, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	r->status = WEXITSTATUS(status);
	read_back(err, r->err);
}

static void
run(struct run *r, const char *const words[])
{
	FILE *out = tmpfile();

	assert_non_null(out);
	run_with_output(r, fileno(out), words);
	read_back(out, r->out);
}

#define RUN(r, ...) \
	run((r), (const char *const[ARGUMENTS_MAX + 1]){ __VA_ARGS__ })

/* Runs "bgplbctl [-j] -s SOCKET words" against a daemon that serves so. */
static void
ask(struct run *r, fake_daemon_serve serve, bool json, const char *const words[])
{
	const char *all[ARGUMENTS_MAX + 1] = { NULL };
	struct fake_daemon daemon;
	size_t i, n = 0;

	fake_daemon_start(&daemon, serve);
	all[n++] = "-s";
	all[n++] = daemon.path;
	if (json)
		all[n++] = "-j";
	for (i = 0; words[i] != NULL && n < ARGUMENTS_MAX; i++)
		all[n++] = words[i];
	run(r, all);
	fake_daemon_stop(&daemon);
}

#define ASK(r, serve, json, ...) \
	ask((r), (serve), (json), \
	    (const char *const[ARGUMENTS_MAX + 1]){ __VA_ARGS__ })

static void
assert_run(const struct run *r, enum exit_status status, const char *out,
    const char *err)
{
	assert_string_equal(r->err, err);
	assert_string_equal(r->out, out);
	assert_int_equal(r->status, status);
}

static void
serve_neighbor(int fd)
{
	struct control_neighbor row = rows_neighbor_down();

	strlcpy(row.description, "K\303\266ln", sizeof(row.description));
	fake_daemon_expect(fd, CONTROL_SHOW_NEIGHBORS, NULL, 0);
	fake_daemon_send(fd, CONTROL_NEIGHBOR, &row, sizeof(row));
	fake_daemon_send_result(fd, CONTROL_OK, "");
}

static void
test_show_prints_a_table_and_exits_0(void **state)
{
	struct run r;

	(void)state;
	ASK(&r, serve_neighbor, false, "show", "neighbors");
	assert_run(&r, EXIT_DONE,
	    "Neighbor             AS  MsgRcvd  MsgSent  Up/Down  State/PrfSent  Description\n"
	    "2001:db8::1  4200000001        0        0    Never  Connect        K\303\266ln\n",
	    "");
}

static void
test_show_neighbor_filters_by_address(void **state)
{
	struct run r;

	(void)state;
	ASK(&r, serve_neighbor, false, "show", "neighbor", "2001:db8::1");
	assert_int_equal(r.status, EXIT_DONE);
	assert_ptr_equal(strstr(r.out, "Neighbor:           2001:db8::1\n"),
	    r.out);
	ASK(&r, serve_neighbor, true, "show", "neighbor", "2001:db8::1");
	assert_int_equal(r.status, EXIT_DONE);
	assert_ptr_equal(strstr(r.out,
	    "{\"neighbors\":[{\"address\":\"2001:db8::1\","), r.out);
}

static void
test_no_such_neighbor_exits_4(void **state)
{
	struct run r;

	(void)state;
	ASK(&r, serve_neighbor, false, "show", "neighbor", "2001:db8::2");
	assert_run(&r, EXIT_NOT_FOUND, "",
	    "bgplbctl: no such neighbor: 2001:db8::2\n");
	ASK(&r, serve_neighbor, true, "show", "neighbor", "2001:db8::2");
	assert_run(&r, EXIT_NOT_FOUND,
	    "{\"error\":\"no such neighbor: 2001:db8::2\"}\n", "");
}

static void
serve_prefixes(int fd)
{
	struct control_prefix rows[2];

	rows[0] = rows_prefix_subnet();
	rows[1] = rows_prefix_lb();
	fake_daemon_expect(fd, CONTROL_SHOW_PREFIXES, NULL, 0);
	fake_daemon_send(fd, CONTROL_PREFIX, &rows[0], sizeof(rows[0]));
	fake_daemon_send(fd, CONTROL_PREFIX, &rows[1], sizeof(rows[1]));
	fake_daemon_send_result(fd, CONTROL_OK, "");
}

/* One neighbor has the IPv4 prefix; no neighbor took the family of the other. */
static void
serve_prefixes_and_told(int fd)
{
	struct control_told rows[2];

	serve_prefixes(fd);
	fd = fake_daemon_next(fd);
	memset(rows, 0, sizeof(rows));
	rows[0].prefix = rows_prefix_subnet().prefix;
	rows[0].neighbors[ADVERTISEMENT_NOT_NEGOTIATED] = 1;
	rows[1].prefix = rows_prefix_lb().prefix;
	rows[1].neighbors[ADVERTISEMENT_ANNOUNCED] = 1;
	fake_daemon_expect(fd, CONTROL_SHOW_TOLD, NULL, 0);
	fake_daemon_send(fd, CONTROL_TOLD, &rows[0], sizeof(rows[0]));
	fake_daemon_send(fd, CONTROL_TOLD, &rows[1], sizeof(rows[1]));
	fake_daemon_send_result(fd, CONTROL_OK, "");
}

static void
serve_prefixes_and_advertisements(int fd)
{
	const struct prefix prefix = rows_prefix_lb().prefix;
	struct control_advertisement row;

	serve_prefixes(fd);
	fd = fake_daemon_next(fd);
	memset(&row, 0, sizeof(row));
	row.prefix = prefix;
	row.neighbor = rows_address("192.0.2.1");
	row.state = ADVERTISEMENT_ANNOUNCED;
	row.nexthop = rows_address("192.0.2.10");
	fake_daemon_expect(fd, CONTROL_SHOW_ADVERTISEMENTS, &prefix,
	    sizeof(prefix));
	fake_daemon_send(fd, CONTROL_ADVERTISEMENT, &row, sizeof(row));
	fake_daemon_send_result(fd, CONTROL_OK, "");
}

static void
test_show_prefixes_sorts_them(void **state)
{
	struct run r;

	(void)state;
	ASK(&r, serve_prefixes_and_told, false, "s", "p");
	assert_run(&r, EXIT_DONE,
	    "Prefix                Kind    State           Endpoints  Route  Network  Interface\n"
	    "10.0.0.101/32         lb      announced             1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "2001:db8:0:2000::/64  subnet  not negotiated          -  -      gateway  -\n",
	    "");
}

static void
test_show_one_prefix(void **state)
{
	struct run r;

	(void)state;
	ASK(&r, serve_prefixes_and_advertisements, false, "show", "prefixes",
	    "10.0.0.101");
	assert_run(&r, EXIT_DONE,
	    "Prefix         Kind  State      Endpoints  Route  Network  Interface\n"
	    "10.0.0.101/32  lb    announced        1/2  yes    web1     bgplb-1f0c2d3e4\n"
	    "neighbor 192.0.2.1: announced\n"
	    "    next hop 192.0.2.10, AS path empty, origin IGP\n",
	    "");
	ASK(&r, serve_prefixes, true, "show", "prefixes", "10.0.0.102");
	assert_run(&r, EXIT_NOT_FOUND,
	    "{\"error\":\"no such prefix: 10.0.0.102/32\"}\n", "");
}

static void
serve_change(int fd, uint32_t type, uint32_t outcome, const char *text)
{
	struct prefix prefix;

	if (prefix_parse("10.0.0.101/32", &prefix) == -1)
		_exit(1);
	fake_daemon_expect(fd, type, &prefix, sizeof(prefix));
	fake_daemon_send_result(fd, outcome, text);
}

static void
serve_withdraw_done(int fd)
{
	serve_change(fd, CONTROL_WITHDRAW, CONTROL_OK, "");
}

static void
serve_drain_done(int fd)
{
	fake_daemon_expect(fd, CONTROL_DRAIN, NULL, 0);
	fake_daemon_send_result(fd, CONTROL_OK, "");
}

static void
serve_announce_no_change(int fd)
{
	serve_change(fd, CONTROL_ANNOUNCE, CONTROL_NO_CHANGE, "");
}

static void
serve_withdraw_unknown(int fd)
{
	serve_change(fd, CONTROL_WITHDRAW, CONTROL_NO_SUCH_PREFIX, "");
}

static void
serve_withdraw_refused(int fd)
{
	serve_change(fd, CONTROL_WITHDRAW, CONTROL_REFUSED, "512 is the limit");
}

static void
serve_withdraw_failed(int fd)
{
	serve_change(fd, CONTROL_WITHDRAW, CONTROL_FAILED, "\033[2Jdisk\nfull");
}

static void
test_a_change_that_is_done_is_silent(void **state)
{
	struct run r;

	(void)state;
	ASK(&r, serve_withdraw_done, false, "withdraw", "10.0.0.101/32");
	assert_run(&r, EXIT_DONE, "", "");
	ASK(&r, serve_withdraw_done, true, "withdraw", "10.0.0.101");
	assert_run(&r, EXIT_DONE, "{\"command\":\"withdraw\","
	    "\"prefix\":\"10.0.0.101/32\",\"changed\":true,\"note\":\"\"}\n",
	    "");
}

static void
test_what_was_so_already_exits_0_with_a_note(void **state)
{
	struct run r;

	(void)state;
	ASK(&r, serve_drain_done, false, "drain");
	assert_run(&r, EXIT_DONE, "", "");
	ASK(&r, serve_drain_done, true, "drain");
	assert_run(&r, EXIT_DONE, "{\"command\":\"drain\",\"changed\":true,"
	    "\"note\":\"\"}\n", "");
	ASK(&r, serve_announce_no_change, false, "announce", "10.0.0.101/32");
	assert_run(&r, EXIT_DONE, "",
	    "bgplbctl: 10.0.0.101/32 is not withdrawn\n");
	ASK(&r, serve_announce_no_change, true, "announce", "10.0.0.101/32");
	assert_run(&r, EXIT_DONE, "{\"command\":\"announce\","
	    "\"prefix\":\"10.0.0.101/32\",\"changed\":false,"
	    "\"note\":\"10.0.0.101/32 is not withdrawn\"}\n", "");
}

static void
test_no_such_prefix_exits_4(void **state)
{
	struct run r;

	(void)state;
	ASK(&r, serve_withdraw_unknown, false, "withdraw", "10.0.0.101/32");
	assert_run(&r, EXIT_NOT_FOUND, "",
	    "bgplbctl: no such prefix: 10.0.0.101/32\n");
	ASK(&r, serve_withdraw_unknown, true, "withdraw", "10.0.0.101/32");
	assert_run(&r, EXIT_NOT_FOUND,
	    "{\"error\":\"no such prefix: 10.0.0.101/32\"}\n", "");
}

static void
test_refusal_and_failure_exit_1_with_the_daemons_reason(void **state)
{
	struct run r;

	(void)state;
	ASK(&r, serve_withdraw_refused, false, "withdraw", "10.0.0.101/32");
	assert_run(&r, EXIT_FAILED, "", "bgplbctl: 512 is the limit\n");
	ASK(&r, serve_withdraw_failed, false, "withdraw", "10.0.0.101/32");
	assert_run(&r, EXIT_FAILED, "", "bgplbctl: \\u{1b}[2Jdisk\\u{a}full\n");
	ASK(&r, serve_withdraw_failed, true, "withdraw", "10.0.0.101/32");
	assert_run(&r, EXIT_FAILED,
	    "{\"error\":\"\\u001b[2Jdisk\\u000afull\"}\n", "");
}

static void
serve_garbage(int fd)
{
	fake_daemon_expect(fd, CONTROL_SHOW_PREFIXES, NULL, 0);
	if (send(fd, "x", 1, MSG_NOSIGNAL) != 1)
		_exit(1);
}

static void
test_garbage_exits_1(void **state)
{
	struct run r;

	(void)state;
	ASK(&r, serve_garbage, false, "show", "prefixes");
	assert_run(&r, EXIT_FAILED, "", "bgplbctl: bgplbd's answer is "
	    "malformed: are bgplbd and bgplbctl of one version?\n");
}

static void
test_no_daemon_exits_3(void **state)
{
	struct run r;

	(void)state;
	RUN(&r, "-s", "/nonexistent/sock", "show", "neighbors");
	assert_run(&r, EXIT_UNREACHABLE, "", "bgplbctl: bgplbd does not run: "
	    "no socket at /nonexistent/sock\n");
	RUN(&r, "-js", "/nonexistent/sock", "show", "neighbors");
	assert_run(&r, EXIT_UNREACHABLE, "{\"error\":\"bgplbd does not run: "
	    "no socket at /nonexistent/sock\"}\n", "");
}

static void
test_mistakes_in_the_command_exit_2_with_text_even_with_j(void **state)
{
	struct run r;

	(void)state;
	RUN(&r, "show");
	assert_run(&r, EXIT_USAGE, "",
	    "bgplbctl: show what? neighbors or prefixes\n");
	RUN(&r, "-j", "show", "\033[31m");
	assert_run(&r, EXIT_USAGE, "", "bgplbctl: show \"\\u{1b}[31m\"? "
	    "neighbors or prefixes can be shown\n");
}

static void
test_mistakes_in_the_options_exit_2_with_the_usage(void **state)
{
	struct run r;

	(void)state;
	RUN(&r, NULL);
	assert_run(&r, EXIT_USAGE, "",
	    "bgplbctl: do what? show, check, withdraw, announce, drain, undrain or "
	    "neighbor\n" USAGE);
	RUN(&r, "-x", "show", "neighbors");
	assert_run(&r, EXIT_USAGE, "",
	    "bgplbctl: invalid option -- 'x'\n" USAGE);
	RUN(&r, "-s");
	assert_run(&r, EXIT_USAGE, "",
	    "bgplbctl: option requires an argument -- 's'\n" USAGE);
}

static void
test_an_answer_that_cannot_be_written_exits_1(void **state)
{
	struct fake_daemon daemon;
	struct run r;
	int full;

	(void)state;
	full = open("/dev/full", O_WRONLY);
	assert_int_not_equal(full, -1);
	fake_daemon_start(&daemon, serve_neighbor);
	run_with_output(&r, full, (const char *const[]){
	    "-s", daemon.path, "show", "neighbors", NULL });
	fake_daemon_stop(&daemon);
	close(full);
	assert_int_equal(r.status, EXIT_FAILED);
	assert_string_equal(r.err, "bgplbctl: cannot write the answer: "
	    "No space left on device\n");
}

static void
test_the_socket_asked_by_default_is_the_daemons(void **state)
{
	(void)state;
	assert_string_equal(CLIENT_SOCKET, DEFAULT_CONTROL_SOCKET);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_show_prints_a_table_and_exits_0),
		cmocka_unit_test(test_show_neighbor_filters_by_address),
		cmocka_unit_test(test_no_such_neighbor_exits_4),
		cmocka_unit_test(test_show_prefixes_sorts_them),
		cmocka_unit_test(test_show_one_prefix),
		cmocka_unit_test(test_a_change_that_is_done_is_silent),
		cmocka_unit_test(test_what_was_so_already_exits_0_with_a_note),
		cmocka_unit_test(test_no_such_prefix_exits_4),
		cmocka_unit_test(
		    test_refusal_and_failure_exit_1_with_the_daemons_reason),
		cmocka_unit_test(test_garbage_exits_1),
		cmocka_unit_test(test_no_daemon_exits_3),
		cmocka_unit_test(
		    test_mistakes_in_the_command_exit_2_with_text_even_with_j),
		cmocka_unit_test(
		    test_mistakes_in_the_options_exit_2_with_the_usage),
		cmocka_unit_test(test_an_answer_that_cannot_be_written_exits_1),
		cmocka_unit_test(
		    test_the_socket_asked_by_default_is_the_daemons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
