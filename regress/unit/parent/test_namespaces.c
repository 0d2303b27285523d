/*
 * Namespaces where a user namespace may be had, and no capability in it, as with
 * AppArmor's restriction of Ubuntu.  A process that the kernel asks about each
 * chroot(2) stands for the security module.  The test needs root.
 */
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include <seccomp.h>

#include "bgplbd/parent/namespaces.h"
#include "bgplbd/parent/sandbox.h"
#include "regress/unit/parent/scratch.h"

#define TEST_UID	12345
#define TEST_GID	23456

static ino_t
user_namespace_of(unsigned int pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%u/ns/user", pid);
	return stat(path, &st) == -1 ? 0 : st.st_ino;
}

/* Until its parent ends. */
static void __attribute__((noreturn))
refuse_in_other_namespaces(int fd, pid_t parent)
{
	ino_t ours = user_namespace_of((unsigned int)getpid());
	struct seccomp_notif_resp *answer;
	struct seccomp_notif *question;
	struct pollfd fds[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = (int)syscall(SYS_pidfd_open, parent, 0), .events = POLLIN },
	};

	if (fds[1].fd == -1 || seccomp_notify_alloc(&question, &answer) != 0)
		_exit(1);
	while (poll(fds, 2, -1) != -1 && fds[1].revents == 0) {
		memset(question, 0, sizeof(*question));
		if (seccomp_notify_receive(fd, question) != 0)
			continue;
		memset(answer, 0, sizeof(*answer));
		answer->id = question->id;
		if (user_namespace_of(question->pid) == ours)
			answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		else
			answer->error = -EPERM;
		seccomp_notify_respond(fd, answer);
	}
	_exit(0);
}

/* Of this process and those that it starts.  False where the kernel cannot. */
static bool
have_capabilities_refused(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	pid_t parent = getpid();

	if (filter == NULL || seccomp_rule_add(filter, SCMP_ACT_NOTIFY,
	    SCMP_SYS(chroot), 0) != 0 || seccomp_load(filter) != 0)
		return false;
	if (fork() == 0)
		refuse_in_other_namespaces(seccomp_notify_fd(filter), parent);
	seccomp_release(filter);
	return true;
}

static int
setup(void **state)
{
	struct scratch *s = malloc(sizeof(*s));

	*state = s;
	return s == NULL ? -1 : scratch_make(s);
}

static int
teardown(void **state)
{
	int rc = scratch_remove(*state);

	free(*state);
	return rc;
}

static void
test_user_namespace_without_capabilities_is_done_without(void **state)
{
	struct sandbox sb;
	int status, i;
	pid_t pid;

	memset(&sb, 0, sizeof(sb));
	for (i = 0; i < CHILDREN; i++) {
		sb.users.children[i].uid = TEST_UID;
		sb.users.children[i].gid = TEST_GID;
	}
	strlcpy(sb.users.root, scratch_path(*state, "empty"),
	    sizeof(sb.users.root));
	assert_int_equal(mkdir(sb.users.root, 0755), 0);
	/* Whoever it leaves ends after it. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
	pid = fork();
	if (pid == 0) {
		if (!have_capabilities_refused())
			_exit(2);
		sandbox_session(&sb);
		_exit(getuid() == TEST_UID && access("/etc", F_OK) == -1 ?
		    0 : 3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	while (wait(NULL) != -1)
		continue;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		skip();
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_user_namespace_without_capabilities_is_done_without,
		    setup, teardown),
	};

	if (geteuid() != 0) {
		fprintf(stderr, "test_namespaces: skipped, it needs root\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
