/*
 * Whether a process belongs to a run of a container: the texts of /proc, and processes
 * in cgroups and none.
 */
#include <sys/wait.h>

#include <signal.h>
#include <time.h>

#include "bgplbd/parent/process_run.h"
#include "bgplbd/parent/process_signal.h"
#include "common/clock.h"
#include "regress/unit/parent/scratch.h"

#define ID	"0123456789abcdef0123456789abcdef" \
		"0123456789abcdef0123456789abcdef"
#define OTHER	"fedcba9876543210fedcba9876543210" \
		"fedcba9876543210fedcba9876543210"

static bool
has(const char *text)
{
	struct object_id id = { .hex = ID };

	return process_run_has_cgroup(text, strlen(text), &id);
}

static void
test_cgroup_of_each_version_and_driver_is_known(void **state)
{
	(void)state;
	assert_true(has("0::/docker/" ID "\n"));
	assert_true(has("0::/system.slice/docker-" ID ".scope\n"));
	assert_true(has("0::/some/parent/of:mine/" ID "\n"));
	assert_true(has("0::/docker/" ID "/init.scope\n"));
	assert_true(has("0::/../" ID));
	assert_true(has("12:cpu,cpuacct:/\n9:name=systemd:/docker/" ID
	    "\n8:pids:/x\n0::/\n"));
	assert_true(has("8:devices,pids:/docker/" ID "\n"));
}

static void
test_other_cgroups_are_not_the_containers(void **state)
{
	(void)state;
	assert_false(has(""));
	assert_false(has("0::/\n"));
	assert_false(has(ID));
	assert_false(has("0::" ID "\n"));
	assert_false(has("0::/docker/" OTHER "\n"));
	assert_false(has("0::/docker/" ID "0\n"));
	assert_false(has("0::/docker/x" ID "\n"));
	assert_false(has("0::/docker/docker-" ID "\n"));
	assert_false(has("0::/docker/docker-" ID ".service\n"));
	assert_false(has("0::/docker/podman-" ID ".scope\n"));
	assert_false(has("3:cpuset:/docker/" ID "\n"));
	assert_false(has("3:xpids:/docker/" ID "\n"));
	assert_false(has("/docker/" ID "\n"));
	assert_false(has("0:/docker/" ID "\n"));
}

static int
began(const char *text, uint64_t *ticks)
{
	return process_run_began(text, strlen(text), ticks);
}

#define FIELDS_4_TO_21	"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 "

static void
test_start_is_the_22nd_field_whatever_the_name_is(void **state)
{
	uint64_t ticks = 0;

	(void)state;
	assert_int_equal(began("7 (a) S " FIELDS_4_TO_21 "4711 8\n", &ticks), 0);
	assert_int_equal(ticks, 4711);
	assert_int_equal(began("7 (a) S 1) b) R " FIELDS_4_TO_21 "12 8\n",
	    &ticks), 0);
	assert_int_equal(ticks, 12);
	assert_int_equal(began("", &ticks), -1);
	assert_int_equal(began("7 (a)", &ticks), -1);
	assert_int_equal(began("7 (a) S " FIELDS_4_TO_21, &ticks), -1);
	assert_int_equal(began("7 (a) S " FIELDS_4_TO_21 "-1 8\n", &ticks), -1);
	assert_int_equal(began("7 (a) S " FIELDS_4_TO_21
	    "99999999999999999999 8\n", &ticks), -1);
}

static pid_t
start_process(void)
{
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		pause();
		_exit(0);
	}
	return pid;
}

/* The order's errno for that process; it must not have ended by that. */
static int
refusal(struct docker_request r)
{
	int error = process_signal(&r), status;

	assert_int_equal(waitpid(r.pid, &status, WNOHANG), 0);
	return error;
}

static void
test_process_outside_the_cgroup_is_not_signalled(void **state)
{
	struct docker_request r = { .kind = DOCKER_SIGNAL_PROCESS,
	    .signal = SIGTERM, .started_at = clock_wall_ns(),
	    .id = { .hex = ID } };

	(void)state;
	r.pid = start_process();
	assert_int_equal(refusal(r), ESTALE);
	kill(r.pid, SIGKILL);
	assert_int_equal(waitpid(r.pid, NULL, 0), r.pid);
	assert_int_equal(process_signal(&r), ESRCH);
}

/* Where this machine lets a cgroup be made: version 2, or the systemd hierarchy. */
static int
make_cgroup(char path[PATH_MAX])
{
	static const char *const roots[] =
	    { "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified",
	    "/sys/fs/cgroup/pids", "/sys/fs/cgroup" };
	size_t i;

	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		snprintf(path, PATH_MAX, "%s/" ID, roots[i]);
		if (mkdir(path, 0755) == 0)
			return 0;
	}
	return -1;
}

static void
test_process_of_the_run_is_signalled_and_one_begun_after_it_is_not(void **state)
{
	struct docker_request r = { .kind = DOCKER_SIGNAL_PROCESS,
	    .signal = SIGTERM, .id = { .hex = ID } };
	char group[PATH_MAX], procs[PATH_MAX + 16], pid[16];
	int status;

	(void)state;
	assert_int_equal(make_cgroup(group), 0);
	r.pid = start_process();
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", group);
	snprintf(pid, sizeof(pid), "%d", r.pid);
	scratch_write(procs, pid, strlen(pid));
	r.started_at = clock_wall_ns() - 3000LL * CLOCK_NS_PER_MS;
	assert_int_equal(refusal(r), ESTALE);
	r.started_at = clock_wall_ns();
	assert_int_equal(process_signal(&r), 0);
	assert_int_equal(waitpid(r.pid, &status, 0), r.pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	while (rmdir(group) == -1 && errno == EBUSY)
		usleep(1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cgroup_of_each_version_and_driver_is_known),
		cmocka_unit_test(test_other_cgroups_are_not_the_containers),
		cmocka_unit_test(
		    test_start_is_the_22nd_field_whatever_the_name_is),
		cmocka_unit_test(
		    test_process_outside_the_cgroup_is_not_signalled),
		cmocka_unit_test(test_process_of_the_run_is_signalled_and_one_begun_after_it_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
