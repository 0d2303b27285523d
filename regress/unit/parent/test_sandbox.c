/*
 * Each promise of the sandbox, as the kernel tells it in /proc/self/status and by
 * what it refuses.  The sandbox binds a forked child; the test needs root.
 */
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <linux/netlink.h>
#include <netinet/in.h>

#include <grp.h>
#include <signal.h>

#include "bgplbd/parent/landlock.h"
#include "bgplbd/parent/sandbox.h"
#include "regress/unit/parent/scratch.h"

#define CAP_NET_ADMIN_BIT	(1ULL << 12)
#define CAP_KILL_BIT		(1ULL << 5)

#define LANDLOCK_TCP	4	/* the version that limits it */
#define UNUSED_PORT	1

#define TEST_UID	12345
#define TEST_GID	23456

struct fixture {
	struct scratch	scratch;
	struct sandbox	sandbox;
	struct settings	settings;
	struct stat	root;		/* the children's root directory */
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	unsigned int i;

	*state = f;
	if (scratch_make(&f->scratch) == -1)
		return -1;
	settings_init(&f->settings);
	for (i = 0; i < CHILDREN; i++) {
		f->sandbox.users.children[i].uid = TEST_UID + i;
		f->sandbox.users.children[i].gid = TEST_GID + i;
	}
	strlcpy(f->sandbox.users.root, scratch_path(&f->scratch, "empty"),
	    sizeof(f->sandbox.users.root));
	strlcpy(f->settings.state_file, scratch_path(&f->scratch, "state"),
	    sizeof(f->settings.state_file));
	if (mkdir(f->sandbox.users.root, 0755) == -1)
		return -1;
	return stat(f->sandbox.users.root, &f->root);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	int rc = scratch_remove(&f->scratch);

	free(f);
	return rc;
}

/* What a process says of itself, sent by the sandboxed child. */
struct report {
	char		status[4096];	/* of /proc/self/status */
	struct stat	root;		/* of "/" */
	bool		has_root;
	bool		can_open_root;
	bool		can_open_passwd;
	bool		can_read_proc;
	bool		can_signal_parent;
	bool		can_trace_parent;
	int		connect_error;	/* of TCP to 127.0.0.1 */
	bool		can_fork;
	bool		can_set_uid_0;
	bool		can_open_netlink;
	bool		is_dumpable;
	rlim_t		core;
	rlim_t		descriptors;
	rlim_t		memory;
};

static void
report_status(int status_fd, struct report *r)
{
	ssize_t n = pread(status_fd, r->status, sizeof(r->status) - 1, 0);

	r->status[n > 0 ? n : 0] = '\0';
}

static bool
can_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd != -1)
		close(fd);
	return fd != -1;
}

static bool
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return pid > 0;
}

/* errno: ECONNREFUSED where the host's network is reached. */
static int
connect_by_tcp(void)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons(UNUSED_PORT),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int error, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return errno;
	error = connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1 ?
	    errno : 0;
	close(fd);
	return error;
}

static void
report_self(int status_fd, struct report *r)
{
	struct rlimit limit;
	int fd;

	report_status(status_fd, r);
	r->has_root = stat("/", &r->root) == 0;
	r->can_open_root = can_open("/");
	r->can_open_passwd = can_open("/etc/passwd");
	r->can_read_proc = can_open("/proc/self/stat");
	r->can_signal_parent = kill(getppid(), 0) == 0;
	r->can_trace_parent = ptrace(PTRACE_SEIZE, getppid(), NULL, 0) == 0;
	r->connect_error = connect_by_tcp();
	r->can_fork = try_fork();
	r->can_set_uid_0 = setuid(0) == 0;
	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	r->can_open_netlink = fd != -1;
	r->is_dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
	getrlimit(RLIMIT_CORE, &limit);
	r->core = limit.rlim_max;
	getrlimit(RLIMIT_NOFILE, &limit);
	r->descriptors = limit.rlim_cur;
	getrlimit(RLIMIT_DATA, &limit);
	r->memory = limit.rlim_max;
}

/* which: the child's sandbox, or NULL for the parent's. */
static void
run_in_sandbox(const struct fixture *f, void (*which)(const struct sandbox *),
    struct report *r)
{
	const gid_t groups[] = { 0, 4, 27 };
	int fds[2], status, status_fd;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		setgroups(3, groups);
		/* Opened before the chroot; shows the one who reads. */
		status_fd = open("/proc/self/status", O_RDONLY);
		memset(r, 0, sizeof(*r));
		if (which != NULL)
			which(&f->sandbox);
		else
			sandbox_parent(&f->settings);
		report_self(status_fd, r);
		_exit(write(fds[1], r, sizeof(*r)) == sizeof(*r) ? 0 : 1);
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], r, sizeof(*r)), sizeof(*r));
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* The words after "NAME:\t" in /proc/PID/status. */
static const char *
field(const struct report *r, const char *name, char buf[128])
{
	const char *line = strstr(r->status, name), *end;
	size_t len;

	assert_non_null(line);
	line += strlen(name) + 1;
	end = strchr(line, '\n');
	assert_non_null(end);
	len = (size_t)(end - line);
	assert_true(len < 128);
	memcpy(buf, line, len);
	buf[len] = '\0';
	return buf;
}

static unsigned long long
caps(const struct report *r, const char *name)
{
	char buf[128];

	return strtoull(field(r, name, buf), NULL, 16);
}

/* Real, effective, saved and of the file system. */
static void
assert_four_ids(const struct report *r, const char *name, unsigned int id)
{
	char buf[128], wanted[128];

	snprintf(wanted, sizeof(wanted), "%u\t%u\t%u\t%u", id, id, id, id);
	assert_string_equal(field(r, name, buf), wanted);
}

static void
assert_unprivileged(const struct fixture *f, const struct report *r,
    enum child child, unsigned long long kept)
{
	char buf[128];

	assert_four_ids(r, "\nUid:", TEST_UID + child);
	assert_four_ids(r, "\nGid:", TEST_GID + child);
	assert_string_equal(field(r, "\nGroups:", buf), " ");
	assert_int_equal(caps(r, "\nCapInh:"), 0);
	assert_int_equal(caps(r, "\nCapPrm:"), kept);
	assert_int_equal(caps(r, "\nCapEff:"), kept);
	assert_int_equal(caps(r, "\nCapBnd:"), 0);
	assert_int_equal(caps(r, "\nCapAmb:"), 0);
	assert_string_equal(field(r, "\nNoNewPrivs:", buf), "1");
	assert_true(r->has_root);
	assert_int_equal(r->root.st_dev, f->root.st_dev);
	assert_int_equal(r->root.st_ino, f->root.st_ino);
	assert_int_equal(r->can_open_root, landlock_version() == 0);
	assert_false(r->can_open_passwd);
	assert_false(r->can_signal_parent);
	assert_false(r->can_trace_parent);
	if (child != CHILD_SESSION && landlock_version() >= LANDLOCK_TCP)
		assert_int_not_equal(r->connect_error, ECONNREFUSED);
	assert_false(r->can_fork);
	assert_false(r->can_set_uid_0);
	assert_false(r->is_dumpable);
	assert_int_equal(r->core, 0);
	assert_true(r->descriptors <= 4096);
	if (!SANITIZED)
		assert_int_equal(r->memory, SANDBOX_MEMORY_MAX);
}

static void
test_session_has_no_privilege(void **state)
{
	struct report r;

	run_in_sandbox(*state, sandbox_session, &r);
	assert_unprivileged(*state, &r, CHILD_SESSION, 0);
}

static void
test_frontend_has_no_privilege(void **state)
{
	struct report r;

	run_in_sandbox(*state, sandbox_frontend, &r);
	assert_unprivileged(*state, &r, CHILD_FRONTEND, 0);
}

static void
test_rde_has_net_admin_and_nothing_else(void **state)
{
	struct report r;

	run_in_sandbox(*state, sandbox_rde, &r);
	assert_unprivileged(*state, &r, CHILD_RDE, CAP_NET_ADMIN_BIT);
	assert_true(r.can_open_netlink);
}

static void
test_parent_is_root_with_cap_kill_alone(void **state)
{
	struct report r;
	char buf[128];

	run_in_sandbox(*state, NULL, &r);
	assert_string_equal(field(&r, "\nUid:", buf), "0\t0\t0\t0");
	assert_int_equal(caps(&r, "\nCapInh:"), 0);
	assert_int_equal(caps(&r, "\nCapPrm:"), CAP_KILL_BIT);
	assert_int_equal(caps(&r, "\nCapEff:"), CAP_KILL_BIT);
	assert_int_equal(caps(&r, "\nCapBnd:"), 0);
	assert_int_equal(caps(&r, "\nCapAmb:"), 0);
	assert_string_equal(field(&r, "\nNoNewPrivs:", buf), "1");
	assert_false(r.is_dumpable);
	assert_int_equal(r.core, 0);
	if (!SANITIZED)
		assert_int_equal(r.memory, SANDBOX_MEMORY_MAX);
	assert_true(r.can_read_proc);
	assert_int_equal(r.can_open_passwd, landlock_version() == 0);
}

static void
test_root_directory_is_made(void **state)
{
	struct fixture *f = *state;
	const char *path = scratch_path(&f->scratch, "a/b/empty");
	mode_t mask = umask(077);
	struct stat st;

	assert_int_equal(sandbox_prepare_root(path), 0);
	umask(mask);
	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0755);
	assert_int_equal(st.st_uid, 0);
	assert_int_equal(sandbox_prepare_root(path), 0);
}

static void
test_root_directory_that_others_can_write_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(chmod(f->sandbox.users.root, 0775), 0);
	assert_int_equal(sandbox_prepare_root(f->sandbox.users.root), -1);
	assert_int_equal(chmod(f->sandbox.users.root, 0757), 0);
	assert_int_equal(sandbox_prepare_root(f->sandbox.users.root), -1);
	assert_int_equal(chmod(f->sandbox.users.root, 0755), 0);
	assert_int_equal(sandbox_prepare_root(f->sandbox.users.root), 0);
}

static void
test_root_directory_of_another_user_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(chown(f->sandbox.users.root, TEST_UID, 0), 0);
	assert_int_equal(sandbox_prepare_root(f->sandbox.users.root), -1);
}

static void
test_root_directory_that_is_no_directory_is_refused(void **state)
{
	struct fixture *f = *state;
	const char *path = scratch_path(&f->scratch, "link");

	assert_int_equal(symlink(f->sandbox.users.root, path), 0);
	assert_int_equal(sandbox_prepare_root(path), -1);
	assert_int_equal(sandbox_prepare_root("/"), -1);
	assert_int_equal(sandbox_prepare_root("empty"), -1);
	assert_int_equal(sandbox_prepare_root(""), -1);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_session_has_no_privilege),
		TEST(test_frontend_has_no_privilege),
		TEST(test_rde_has_net_admin_and_nothing_else),
		TEST(test_parent_is_root_with_cap_kill_alone),
		TEST(test_root_directory_is_made),
		TEST(test_root_directory_that_others_can_write_is_refused),
		TEST(test_root_directory_of_another_user_is_refused),
		TEST(test_root_directory_that_is_no_directory_is_refused),
	};

	if (geteuid() != 0) {
		fprintf(stderr, "test_sandbox: skipped, it needs root\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
