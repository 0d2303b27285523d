/*
 * What each version of Landlock limits, and that rules do what they say where the
 * kernel has it.
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <netinet/in.h>

#include <signal.h>

#include "bgplbd/parent/landlock.h"
#include "regress/unit/parent/scratch.h"

#define FILES_TCP_VERSION	4
#define SCOPES_VERSION		6
#define PORT			57113

static struct scratch scratch;

static int
setup(void **state)
{
	(void)state;
	return scratch_make(&scratch);
}

static int
teardown(void **state)
{
	(void)state;
	return scratch_remove(&scratch);
}

static void
test_versions_limit_what_they_know(void **state)
{
	static const struct {
		int		version;
		uint64_t	files;
		uint64_t	network;
		uint64_t	scopes;
	} rows[] = {
		{ -1, 0, 0, 0 }, { 0, 0, 0, 0 }, { 1, 0x1fff, 0, 0 },
		{ 2, 0x3fff, 0, 0 }, { 3, 0x7fff, 0, 0 }, { 4, 0x7fff, 3, 0 },
		{ 5, 0xffff, 3, 0 }, { 6, 0xffff, 3, 3 }, { 7, 0xffff, 3, 3 },
		{ 99, 0xffff, 3, 3 },
	};
	struct landlock_limits limits;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		landlock_limits_of(rows[i].version, &limits);
		assert_int_equal(limits.files, rows[i].files);
		assert_int_equal(limits.network, rows[i].network);
		assert_int_equal(limits.scopes, rows[i].scopes);
	}
}

typedef void	rules(struct landlock *);
typedef int	attempt(void);

static void
no_rule(struct landlock *l)
{
	(void)l;
}

/* The errno of an attempt under these rules, 0 for none. */
static int
outcome(int version, unsigned int keep, rules *allow, attempt *try)
{
	struct landlock l;
	int status;
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
			_exit(255);
		landlock_begin(&l, version, keep);
		allow(&l);
		landlock_enforce(&l);
		_exit(try() == -1 ? errno : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
read_passwd(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int
make_file(void)
{
	return open(scratch_path(&scratch, "made"), O_WRONLY | O_CREAT, 0600);
}

static int
make_file_in_new_folder(void)
{
	if (mkdir(scratch_path(&scratch, "folder"), 0700) == -1)
		return -1;
	return open(scratch_path(&scratch, "folder/made"), O_WRONLY | O_CREAT,
	    0600);
}

static int
connect_to_port(void)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return connect(fd, (struct sockaddr *)&sin, sizeof(sin));
}

static int
listen_on_port(void)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return bind(fd, (struct sockaddr *)&sin, sizeof(sin));
}

static int
signal_parent(void)
{
	return kill(getppid(), 0);
}

static int
signal_itself(void)
{
	return kill(getpid(), 0);
}

static void
allow_etc(struct landlock *l)
{
	landlock_allow(l, "/etc", LANDLOCK_READ);
}

static void
allow_scratch(struct landlock *l)
{
	landlock_allow_beside(l, scratch_path(&scratch, "made"),
	    LANDLOCK_CHANGE);
}

static void
allow_above_folder(struct landlock *l)
{
	landlock_allow_above(l, scratch_path(&scratch, "folder/made"),
	    LANDLOCK_CHANGE);
}

static void
allow_target_of_link(struct landlock *l)
{
	landlock_allow_beside(l, scratch_path(&scratch, "link"),
	    LANDLOCK_READ);
}

static void
allow_port(struct landlock *l)
{
	landlock_allow_connect(l, PORT);
}

static void
test_without_landlock_all_goes_on(void **state)
{
	(void)state;
	assert_int_equal(outcome(0, 0, no_rule, read_passwd), 0);
	assert_int_equal(outcome(0, 0, allow_port, make_file), 0);
	assert_int_equal(outcome(0, 0, no_rule, connect_to_port),
	    ECONNREFUSED);
	assert_int_equal(outcome(0, 0, no_rule, signal_parent), 0);
}

static void
test_only_allowed_files_are_reached(void **state)
{
	int version = landlock_version();

	(void)state;
	if (version < 1)
		skip();
	assert_int_equal(outcome(version, 0, no_rule, read_passwd), EACCES);
	assert_int_equal(outcome(version, 0, allow_etc, read_passwd), 0);
	assert_int_equal(outcome(version, 0, allow_etc, make_file), EACCES);
	assert_int_equal(outcome(version, 0, allow_scratch, make_file), 0);
	assert_int_equal(outcome(version, 0, allow_scratch, read_passwd),
	    EACCES);
	assert_int_equal(outcome(version, 0, allow_above_folder,
	    make_file_in_new_folder), 0);
}

static void
test_what_a_link_leads_to_is_allowed_with_it(void **state)
{
	int version = landlock_version();

	(void)state;
	if (version < 1)
		skip();
	assert_int_equal(symlink("/etc/anything", scratch_path(&scratch,
	    "link")), 0);
	assert_int_equal(outcome(version, 0, allow_target_of_link,
	    read_passwd), 0);
}

static void
test_only_allowed_ports_are_connected_to(void **state)
{
	int version = landlock_version();

	(void)state;
	if (version < FILES_TCP_VERSION)
		skip();
	assert_int_equal(outcome(version, 0, no_rule, connect_to_port),
	    EACCES);
	assert_int_equal(outcome(version, 0, allow_port, connect_to_port),
	    ECONNREFUSED);
	assert_int_equal(outcome(version, 0, allow_port, listen_on_port),
	    EACCES);
	assert_int_equal(outcome(version, LANDLOCK_KEEP_NETWORK, no_rule,
	    connect_to_port), ECONNREFUSED);
}

static void
test_signals_end_at_the_process(void **state)
{
	int version = landlock_version();

	(void)state;
	if (version < SCOPES_VERSION)
		skip();
	assert_int_equal(outcome(version, 0, no_rule, signal_parent), EPERM);
	assert_int_equal(outcome(version, 0, no_rule, signal_itself), 0);
	assert_int_equal(outcome(version, LANDLOCK_KEEP_SCOPES, no_rule,
	    signal_parent), 0);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_versions_limit_what_they_know),
		TEST(test_without_landlock_all_goes_on),
		TEST(test_only_allowed_files_are_reached),
		TEST(test_what_a_link_leads_to_is_allowed_with_it),
		TEST(test_only_allowed_ports_are_connected_to),
		TEST(test_signals_end_at_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
