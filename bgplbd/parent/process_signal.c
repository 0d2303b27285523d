#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "bgplbd/parent/process_run.h"
#include "bgplbd/parent/process_signal.h"
#include "bgplbd/parent/whole_file.h"
#include "common/clock.h"

#define PATH_SIZE	32
#define TEXT_MAX	8192	/* thirteen hierarchies, each with a path */
#define NS_PER_SECOND	1000000000LL

/* Returns how much of /proc/PID/NAME there is in buf, or -1 with errno. */
static ssize_t
read_of_process(pid_t pid, const char *name, char buf[TEXT_MAX])
{
	char path[PATH_SIZE];
	int error, fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	n = whole_file_read(fd, buf, TEXT_MAX);
	error = errno;
	close(fd);
	errno = error;
	return n;
}

/* Both clocks run on while the machine does; the difference is the boot's time. */
static int64_t
boot_wall_ns(void)
{
	struct timespec since_boot;

	clock_gettime(CLOCK_BOOTTIME, &since_boot);
	return clock_wall_ns() - (since_boot.tv_sec * NS_PER_SECOND +
	    since_boot.tv_nsec);
}

static bool
began_in_run(const char *text, size_t len, int64_t started_at)
{
	long per_second = sysconf(_SC_CLK_TCK);
	uint64_t ticks;

	if (per_second <= 0 || process_run_began(text, len, &ticks) == -1 ||
	    ticks > (uint64_t)(INT64_MAX / NS_PER_SECOND))
		return false;
	return boot_wall_ns() + (int64_t)ticks * (NS_PER_SECOND / per_second) <=
	    started_at + (int64_t)PROCESS_LATE_MS * CLOCK_NS_PER_MS;
}

/* 0, or an errno. */
static int
check_run(const struct docker_request *r)
{
	char text[TEXT_MAX];
	ssize_t n = read_of_process(r->pid, "cgroup", text);

	if (n == -1)
		return errno;
	if (!process_run_has_cgroup(text, (size_t)n, &r->id))
		return ESTALE;
	n = read_of_process(r->pid, "stat", text);
	if (n == -1)
		return errno;
	return began_in_run(text, (size_t)n, r->started_at) ? 0 : ESTALE;
}

int
process_signal(const struct docker_request *r)
{
	int error, fd = (int)syscall(SYS_pidfd_open, r->pid, 0);

	if (fd == -1)
		return errno;
	error = check_run(r);
	if (error == ENOENT)
		error = ESRCH;		/* it ended meanwhile */
	if (error == 0 && syscall(SYS_pidfd_send_signal, fd, r->signal, NULL,
	    0) == -1)
		error = errno;
	close(fd);
	return error;
}
