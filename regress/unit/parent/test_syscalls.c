/*
 * Which system calls each process may make: what it needs goes on, anything else ends
 * it.  Each attempt is made by a forked child that has bound itself.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <event2/event.h>

#include "bgplbd/parent/syscalls.h"
#include "common/log.h"
#include "common/memory.h"

typedef void attempt(void);

static void	(*const children[])(void) = {
	syscalls_session, syscalls_frontend, syscalls_rde
};
#define CHILDREN	(sizeof(children) / sizeof(children[0]))

/* As waitpid(2) tells: of a process that binds itself and makes the attempt. */
static int
end_of(attempt *f, void (*bind_itself)(void))
{
	int status;
	pid_t pid;

	pid = fork();
	assert_true(pid != -1);
	if (pid == 0) {
		alarm(10);
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
			_exit(2);
		bind_itself();
		f();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
assert_allowed(attempt *f, void (*bind_itself)(void))
{
	assert_int_equal(end_of(f, bind_itself), 0);
}

static void
assert_killed(attempt *f, void (*bind_itself)(void))
{
	int status = end_of(f, bind_itself);

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}

/*
 * Sockets.
 */

static void
open_socket(int family, int type, int protocol)
{
	int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);

	if (fd != -1)
		close(fd);
}

static void
tcp(void)
{
	open_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	open_socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
	open_socket(AF_INET, SOCK_STREAM, 0);
}

static void
multipath_tcp(void)
{
	open_socket(AF_INET, SOCK_STREAM, 262);
}

static void
udp(void)
{
	open_socket(AF_INET6, SOCK_DGRAM, 0);
}

static void
raw(void)
{
	open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

static void
unix_stream(void)
{
	open_socket(AF_UNIX, SOCK_STREAM, 0);
}

static void
packet(void)
{
	open_socket(AF_PACKET, SOCK_RAW, 0);
}

static void
netlink_route(void)
{
	open_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

static void
netlink_netfilter(void)
{
	open_socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
}

static void
test_the_session_engine_opens_no_socket(void **state)
{
	(void)state;
	assert_killed(tcp, syscalls_session);
	assert_killed(multipath_tcp, syscalls_session);
	assert_killed(udp, syscalls_session);
	assert_killed(raw, syscalls_session);
	assert_killed(unix_stream, syscalls_session);
	assert_killed(packet, syscalls_session);
	assert_killed(netlink_route, syscalls_session);
}

static void
test_the_frontend_opens_no_socket(void **state)
{
	(void)state;
	assert_killed(tcp, syscalls_frontend);
	assert_killed(udp, syscalls_frontend);
	assert_killed(unix_stream, syscalls_frontend);
	assert_killed(packet, syscalls_frontend);
	assert_killed(netlink_route, syscalls_frontend);
}

static void
bind_somewhere(void)
{
	struct sockaddr_nl sa = { .nl_family = AF_NETLINK };

	(void)bind(STDIN_FILENO, (struct sockaddr *)&sa, sizeof(sa));
}

static void
test_the_rde_opens_no_socket(void **state)
{
	(void)state;
	assert_killed(netlink_route, syscalls_rde);
	assert_killed(bind_somewhere, syscalls_rde);
	assert_killed(netlink_netfilter, syscalls_rde);
	assert_killed(tcp, syscalls_rde);
	assert_killed(unix_stream, syscalls_rde);
	assert_killed(packet, syscalls_rde);
}

static void
connect_somewhere(void)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };

	(void)connect(STDIN_FILENO, (struct sockaddr *)&sa, sizeof(sa));
}

static void
test_no_child_connects(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < CHILDREN; i++)
		assert_killed(connect_somewhere, children[i]);
}

static void
listen_on_one_it_has(void)
{
	(void)listen(STDIN_FILENO, 1);
}

static void
test_the_session_engine_takes_no_further_port(void **state)
{
	(void)state;
	assert_killed(bind_somewhere, syscalls_session);
	assert_killed(listen_on_one_it_has, syscalls_session);
}

/*
 * What no child does.
 */

static void
run_a_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void
fork_itself(void)
{
	if (fork() == 0)
		_exit(0);
}

static void
trace(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void
write_a_file(void)
{
	(void)open("/dev/null", O_WRONLY);
}

static void
make_a_file(void)
{
	(void)open("/tmp/bgplbd-must-not-be", O_RDONLY | O_CREAT, 0600);
}

static void
remove_a_file(void)
{
	(void)unlink("/tmp/bgplbd-must-not-be");
}

static void
make_memory_code(void)
{
	(void)mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void
type_into_the_terminal(void)
{
	char c = '\n';

	(void)ioctl(STDIN_FILENO, TIOCSTI, &c);
}

static void
signal_another(void)
{
	(void)kill(getppid(), 0);
}

static void
signal_anothers_thread(void)
{
	(void)syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static void
mount_something(void)
{
	(void)syscall(SYS_mount, NULL, "/", NULL, 0, NULL);
}

static void
test_no_child_does_what_is_not_its_work(void **state)
{
	attempt *const attempts[] = {
		run_a_program, write_a_file, make_a_file, remove_a_file,
		make_memory_code, type_into_the_terminal,
		signal_anothers_thread, mount_something,
	};
	/* The runtimes of sanitizers may, for their reports. */
	attempt *const unsanitized[] = { fork_itself, trace, signal_another };
	size_t i, j;

	(void)state;
	for (i = 0; i < CHILDREN; i++) {
		for (j = 0; j < sizeof(attempts) / sizeof(attempts[0]); j++)
			assert_killed(attempts[j], children[i]);
		for (j = 0; j < sizeof(unsanitized) / sizeof(unsanitized[0]) &&
		    !SANITIZED; j++)
			assert_killed(unsanitized[j], children[i]);
	}
}

/*
 * Standard error is shared with others: what it is to them no child changes.
 */

static void
clear_append(void)
{
	(void)fcntl(STDERR_FILENO, F_SETFL, O_WRONLY);
}

static void
go_back_in_the_log(void)
{
	(void)lseek(STDERR_FILENO, 0, SEEK_SET);
}

static void
write_into_the_log(void)
{
	(void)syscall(SYS_pwrite64, STDERR_FILENO, "x", 1, 0);
}

static void
cut_the_log(void)
{
	(void)syscall(SYS_ftruncate, STDERR_FILENO, 0);
}

static void
map_the_log(void)
{
	(void)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
	    STDERR_FILENO, 0);
}

static void
duplicate_the_log(void)
{
	(void)dup3(STDERR_FILENO, 100, O_CLOEXEC);
}

static void
replace_the_log(void)
{
	(void)dup3(STDIN_FILENO, STDERR_FILENO, O_CLOEXEC);
}

static void
end_the_log(void)
{
	(void)shutdown(STDERR_FILENO, SHUT_RDWR);
}

/* The kernel takes the lower 32 bits of a descriptor, a filter sees all 64. */
#define WIDE_STDERR	(UINT64_C(0x100000000) | STDERR_FILENO)

static void
duplicate_the_log_by_a_wide_number(void)
{
	(void)syscall(SYS_dup3, WIDE_STDERR, 100, O_CLOEXEC);
}

static void
replace_the_log_by_a_wide_number(void)
{
	(void)syscall(SYS_dup3, STDIN_FILENO, WIDE_STDERR, O_CLOEXEC);
}

static void
end_the_log_by_a_wide_number(void)
{
	(void)syscall(SYS_shutdown, WIDE_STDERR, SHUT_RDWR);
}

static void
lock_the_log(void)
{
	struct flock lock = { .l_type = F_WRLCK };

	(void)fcntl(STDERR_FILENO, F_SETLK, &lock);
}

static void
make_the_log_block_nobody(void)
{
	int on = 1;

	(void)ioctl(STDERR_FILENO, FIONBIO, &on);
}

static void
test_no_child_changes_what_standard_error_is(void **state)
{
	attempt *const attempts[] = {
		clear_append, write_into_the_log, cut_the_log,
		duplicate_the_log, duplicate_the_log_by_a_wide_number,
		replace_the_log, replace_the_log_by_a_wide_number,
		end_the_log, end_the_log_by_a_wide_number,
		lock_the_log, make_the_log_block_nobody,
	};
	attempt *const unsanitized[] = { go_back_in_the_log, map_the_log };
	size_t i, j;

	(void)state;
	for (i = 0; i < CHILDREN; i++) {
		for (j = 0; j < sizeof(attempts) / sizeof(attempts[0]); j++)
			assert_killed(attempts[j], children[i]);
		for (j = 0; j < sizeof(unsanitized) / sizeof(unsanitized[0]) &&
		    !SANITIZED; j++)
			assert_killed(unsanitized[j], children[i]);
	}
}

/*
 * Signals by the kernel's notifications, and sockets by another way.
 */

static void
own_a_descriptor(void)
{
	(void)fcntl(STDIN_FILENO, F_SETOWN, getppid());
}

static void
choose_the_signal(void)
{
	(void)fcntl(STDIN_FILENO, F_SETSIG, SIGKILL);
}

static void
switch_signals_on(void)
{
	(void)fcntl(STDIN_FILENO, F_SETFL, O_RDWR | O_ASYNC);
}

static void
switch_signals_on_by_ioctl(void)
{
	int on = 1;

	(void)ioctl(STDIN_FILENO, FIOASYNC, &on);
}

static void
own_a_descriptor_by_ioctl(void)
{
	int pid = getppid();

	(void)ioctl(STDIN_FILENO, SIOCSPGRP, &pid);
}

static void
watch_a_directory(void)
{
	(void)fcntl(STDIN_FILENO, F_NOTIFY, DN_MODIFY);
}

static void
set_a_timer(void)
{
	struct itimerval soon = { .it_value = { .tv_sec = 1 } };

	(void)setitimer(ITIMER_REAL, &soon, NULL);
}

static void
connect_by_sending(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };

	(void)sendto(STDIN_FILENO, "x", 1, MSG_FASTOPEN,
	    (struct sockaddr *)&sin, sizeof(sin));
}

static void
connect_by_sending_a_message(void)
{
	struct msghdr msg = { .msg_iovlen = 0 };

	(void)sendmsg(STDIN_FILENO, &msg, MSG_FASTOPEN);
}

static void
send_out_of_band(void)
{
	(void)send(STDIN_FILENO, "x", 1, MSG_OOB);
}

static void
receive_out_of_band(void)
{
	char c;

	(void)recv(STDIN_FILENO, &c, 1, MSG_OOB);
}

static void
make_a_pair(void)
{
	int pair[2];

	(void)socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
}

static void
filter_a_socket(void)
{
	(void)setsockopt(STDIN_FILENO, SOL_SOCKET, SO_ATTACH_FILTER, NULL, 0);
}

static void
connect_with_the_first_write(void)
{
	int on = 1;

	(void)setsockopt(STDIN_FILENO, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on,
	    sizeof(on));
}

static void
make_a_pipe_of_notifications(void)
{
	int pair[2];

	(void)syscall(SYS_pipe2, pair, O_EXCL);
}

static void
test_no_child_has_another_way_to_signals_and_sockets(void **state)
{
	attempt *const attempts[] = {
		own_a_descriptor, choose_the_signal, switch_signals_on,
		switch_signals_on_by_ioctl, own_a_descriptor_by_ioctl,
		watch_a_directory, set_a_timer, connect_by_sending,
		connect_by_sending_a_message, send_out_of_band,
		receive_out_of_band, make_a_pair, filter_a_socket,
		connect_with_the_first_write, make_a_pipe_of_notifications,
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < CHILDREN; i++)
		for (j = 0; j < sizeof(attempts) / sizeof(attempts[0]); j++)
			assert_killed(attempts[j], children[i]);
}

/*
 * What C libraries do between the lines.
 */

static void
look_at_files(void)
{
	struct stat st;
	char buf[16];

	if (open("/etc/localtime", O_RDONLY | O_CLOEXEC) != -1 ||
	    errno != EACCES || access("/", R_OK) != -1 || errno != EACCES ||
	    stat("/", &st) != -1 || errno != EACCES ||
	    readlink("/proc/self/exe", buf, sizeof(buf)) != -1 ||
	    errno != EACCES)
		_exit(1);
}

static void
test_to_look_at_files_fails_and_does_not_kill(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CHILDREN; i++)
		assert_allowed(look_at_files, children[i]);
}

static void
use_memory(void)
{
	char *large = xmalloc(1 << 20), *small[100];
	size_t i;

	memset(large, 1, 1 << 20);
	large = xreallocarray(large, 1 << 23, 1);
	memset(large, 1, 1 << 23);
	for (i = 0; i < 100; i++)
		small[i] = xcalloc(1, 5000);
	free(large);
	for (i = 0; i < 100; i++)
		free(small[i]);
	memory_give_back();
}

static void
timer_fired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	event_base_loopbreak(arg);
}

static void
run_a_loop(void)
{
	const struct timeval soon = { .tv_usec = 1000 };
	struct event_base *base = event_base_new();
	struct event *timer = evtimer_new(base, timer_fired, base);

	evtimer_add(timer, &soon);
	event_base_dispatch(base);
	event_free(timer);
	event_base_free(base);
}

static void
tell_the_date(void)
{
	char text[64];
	time_t now = time(NULL);
	struct tm tm;

	strftime(text, sizeof(text), "%a", gmtime_r(&now, &tm));
	strftime(text, sizeof(text), "%a", localtime_r(&now, &tm));
}

static void
throw_dice(void)
{
	if (arc4random_uniform(6) > 5)
		_exit(1);
}

static void
end_with_status_0(void)
{
	log_debug("not shown");
	log_warn("that goes on");
	if (SANITIZED)
		_exit(0);	/* the leak check would read files */
	exit(0);
}

static void
test_what_libraries_need_goes_on(void **state)
{
	attempt *const needs[] = {
		use_memory, run_a_loop, tell_the_date, throw_dice,
		end_with_status_0,
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < CHILDREN; i++)
		for (j = 0; j < sizeof(needs) / sizeof(needs[0]); j++)
			assert_allowed(needs[j], children[i]);
}

static void
end_by_fault(void)
{
	fatalx("as asked");
}

static void
test_a_fault_ends_a_child_in_its_own_words(void **state)
{
	int status;
	size_t i;

	(void)state;
	for (i = 0; i < CHILDREN; i++) {
		status = end_of(end_by_fault, children[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 1);
		status = end_of(abort, children[i]);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
	}
}

/*
 * The parent.
 */

static void
work_as_the_parent(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd == -1)
		_exit(1);
	close(fd);
	unix_stream();
	use_memory();
	run_a_loop();
	kill(getpid(), 0);
}

static void
make_a_device(void)
{
	(void)syscall(SYS_mknodat, AT_FDCWD, "/tmp/bgplbd-must-not-be", S_IFBLK,
	    0);
}

static void
start_a_process(void)
{
	(void)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
}

static void
test_the_parent_works_but_runs_and_traces_nothing(void **state)
{
	(void)state;
	assert_allowed(work_as_the_parent, syscalls_parent);
	assert_killed(run_a_program, syscalls_parent);
	assert_killed(make_a_device, syscalls_parent);
	if (SANITIZED)
		return;
	assert_killed(trace, syscalls_parent);
	assert_killed(start_a_process, syscalls_parent);
	assert_killed(mount_something, syscalls_parent);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_session_engine_opens_no_socket),
		cmocka_unit_test(test_the_frontend_opens_no_socket),
		cmocka_unit_test(
		    test_the_rde_opens_no_socket),
		cmocka_unit_test(test_no_child_connects),
		cmocka_unit_test(test_the_session_engine_takes_no_further_port),
		cmocka_unit_test(test_no_child_does_what_is_not_its_work),
		cmocka_unit_test(test_no_child_changes_what_standard_error_is),
		cmocka_unit_test(
		    test_no_child_has_another_way_to_signals_and_sockets),
		cmocka_unit_test(test_to_look_at_files_fails_and_does_not_kill),
		cmocka_unit_test(test_what_libraries_need_goes_on),
		cmocka_unit_test(test_a_fault_ends_a_child_in_its_own_words),
		cmocka_unit_test(
		    test_the_parent_works_but_runs_and_traces_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
