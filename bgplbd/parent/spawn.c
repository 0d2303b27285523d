#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/parent/passwords.h"
#include "bgplbd/parent/spawn.h"
#include "bgplbd/parent/syscalls.h"
#include "bgplbd/parent/title.h"
#include "common/channel.h"
#include "common/log.h"
#include "common/log_output.h"

/* Channels, listening sockets and the pipe that tells that a child is ready. */
#define CHILD_FDS_MAX	(CHILDREN + 6)

static const struct {
	const char	 *name;		/* in log lines */
	void		(*sandbox)(const struct sandbox *);
	void		(*syscalls)(void);
} children[CHILDREN] = {
	[CHILD_FRONTEND] = { "frontend", sandbox_frontend, syscalls_frontend },
	[CHILD_SESSION] = { "session", sandbox_session, syscalls_session },
	[CHILD_RDE] = { "rde", sandbox_rde, syscalls_rde },
};

/* Both ends of all channels, until each child has its own. */
struct plumbing {
	int	parent[CHILDREN][2];		/* parent's end, child's end */
	int	sibling[CHILDREN][CHILDREN];	/* [a][b]: a's end to b */
};

static void
close_fd(int fd)
{
	if (fd != -1)
		close(fd);
}

static void
plumbing_init(struct plumbing *p)
{
	memset(p, -1, sizeof(*p));
}

static void
plumbing_close(struct plumbing *p)
{
	unsigned int a, b;

	for (a = 0; a < CHILDREN; a++) {
		close_fd(p->parent[a][0]);
		close_fd(p->parent[a][1]);
		for (b = 0; b < CHILDREN; b++)
			close_fd(p->sibling[a][b]);
	}
	plumbing_init(p);
}

/* Children cannot change that themselves (syscalls.c). */
static int
make_nonblocking_pair(int pair[2])
{
	unsigned int i;

	if (channel_pair(pair) == -1)
		return -1;
	for (i = 0; i < 2; i++)
		if (fcntl(pair[i], F_SETFL, O_RDWR | O_NONBLOCK) == -1)
			return -1;
	return 0;
}

static int
plumbing_open(struct plumbing *p)
{
	unsigned int a, b;
	int pair[2];

	plumbing_init(p);
	for (a = 0; a < CHILDREN; a++) {
		if (make_nonblocking_pair(p->parent[a]) == -1)
			return -1;
		for (b = a + 1; b < CHILDREN; b++) {
			if (make_nonblocking_pair(pair) == -1)
				return -1;
			p->sibling[a][b] = pair[0];
			p->sibling[b][a] = pair[1];
		}
	}
	return 0;
}

/* The sockets of which the child is the owner. */
static struct sockets
sockets_of(enum child child, const struct sockets *all)
{
	struct sockets own = *all;

	if (child != CHILD_FRONTEND)
		own.plugin = own.control = -1;
	if (child != CHILD_SESSION)
		own.listen4 = own.listen6 = -1;
	own.netlink = own.netlink_monitor = -1;
	return own;
}

static int
compare_fds(const void *a, const void *b)
{
	int x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* Closes all but the given descriptors and the standard ones. */
static void
close_others(int *fds, size_t n)
{
	unsigned int next = STDERR_FILENO + 1;
	size_t i;

	qsort(fds, n, sizeof(*fds), compare_fds);
	for (i = 0; i < n; i++) {
		if (fds[i] < (int)next)
			continue;
		if (fds[i] > (int)next &&
		    close_range(next, (unsigned int)fds[i] - 1, 0) == -1)
			fatal("cannot close descriptors");
		next = (unsigned int)fds[i] + 1;
	}
	if (close_range(next, ~0U, 0) == -1)
		fatal("cannot close descriptors");
}

static void
keep_own_fds(const struct child_channels *channels, const struct sockets *own,
    int ready)
{
	int fds[CHILD_FDS_MAX], null;
	size_t n = 0;
	unsigned int i;

	for (i = 0; i < CHILDREN; i++)
		fds[n++] = channels->sibling[i];
	fds[n++] = channels->parent;
	fds[n++] = own->plugin;
	fds[n++] = own->control;
	fds[n++] = own->listen4;
	fds[n++] = own->listen6;
	fds[n++] = ready;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1)
		fatal("cannot open /dev/null");
	close_others(fds, n);
}

/*
 * As after exec, but for what concerns the whole group.  The parent blocks all
 * signals while it forks.
 */
static void
reset_signals(void)
{
	struct sigaction sa;
	sigset_t none;
	int sig;

	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	for (sig = 1; sig < NSIG; sig++) {
		switch (sig) {
		case SIGHUP:
		case SIGINT:
		case SIGTERM:
		case SIGUSR1:
		case SIGPIPE:
			sa.sa_handler = SIG_IGN;
			break;
		default:
			sa.sa_handler = SIG_DFL;
		}
		sigaction(sig, &sa, NULL);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* After the change of user, which clears it.  One that is stopped obeys nothing else. */
static void
follow_parent(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1)
		fatal("cannot ask for the parent's death");
	if (getppid() != parent)
		fatalx("the parent is gone");
}

static void __attribute__((noreturn))
child_start(enum child child, const struct spawn_plan *plan,
    const struct child_channels *channels, int ready, pid_t parent)
{
	struct sockets own = sockets_of(child, plan->sockets);

	/* The kernel has wiped them. */
	passwords_free(plan->settings->passwords);
	plan->settings->passwords = NULL;
	log_output_forked();
	log_init(children[child].name, plan->verbose);
	title_set(child_title(child));
	reset_signals();
	keep_own_fds(channels, &own, ready);
	children[child].sandbox(plan->sandbox);
	follow_parent(parent);
	if (plan->programs[child].open != NULL)
		plan->programs[child].open(&own);
	children[child].syscalls();
	if (write(ready, "", 1) != 1)
		fatalx("the parent is gone");
	close(ready);
	plan->programs[child].main(plan->settings, channels, &own);
	fatalx("came to its end without being told to");
}

static struct child_channels
channels_of(enum child child, const struct plumbing *p)
{
	struct child_channels c = { .parent = p->parent[child][1] };

	memcpy(c.sibling, p->sibling[child], sizeof(c.sibling));
	return c;
}

static void
close_channels_of(enum child child, struct plumbing *p)
{
	unsigned int i;

	close_fd(p->parent[child][1]);
	p->parent[child][1] = -1;
	for (i = 0; i < CHILDREN; i++) {
		close_fd(p->sibling[child][i]);
		p->sibling[child][i] = -1;
	}
}

/* Waits until the child is in its sandbox.  0, or -1 after logging if it died on the way. */
static int
wait_until_ready(enum child child, int ready)
{
	char byte;
	ssize_t n;

	do {
		n = read(ready, &byte, 1);
	} while (n == -1 && errno == EINTR);
	if (n == 1)
		return 0;
	log_error("the %s did not start", child_title(child));
	return -1;
}

/* 0, and *ready is a pipe for wait_until_ready(); or -1 after logging. */
static int
spawn_one(enum child child, const struct spawn_plan *plan, struct plumbing *p,
    struct spawned *out, int *ready)
{
	struct child_channels channels = channels_of(child, p);
	pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1) {
		log_error("cannot make a pipe: %s", strerror(errno));
		return -1;
	}
	out->pid = fork();
	if (out->pid == 0)
		child_start(child, plan, &channels, ends[1], parent);
	close(ends[1]);
	if (out->pid == -1) {
		log_error("cannot start the %s: %s", child_title(child),
		    strerror(errno));
		close(ends[0]);
		return -1;
	}
	*ready = ends[0];
	close_channels_of(child, p);
	out->channel = p->parent[child][0];
	p->parent[child][0] = -1;
	return 0;
}

/* They make their sandboxes at the same time, for the kernel has each of them wait. */
static int
spawn_all(const struct spawn_plan *plan, struct plumbing *p,
    struct spawned out[CHILDREN])
{
	int ready[CHILDREN], rc = 0;
	unsigned int i, n;

	for (n = 0; n < CHILDREN && rc == 0; n++) {
		ready[n] = -1;
		rc = spawn_one(n, plan, p, &out[n], &ready[n]);
	}
	for (i = 0; i < n; i++) {
		if (rc == 0)
			rc = wait_until_ready(i, ready[i]);
		close_fd(ready[i]);
	}
	return rc;
}

static void
end_all(struct spawned *spawned)
{
	unsigned int i;

	for (i = 0; i < CHILDREN; i++) {
		close_fd(spawned[i].channel);
		spawned[i].channel = -1;
		if (spawned[i].pid > 0) {
			kill(spawned[i].pid, SIGKILL);
			waitpid(spawned[i].pid, NULL, 0);
		}
		spawned[i].pid = 0;
	}
}

int
spawn_children(const struct spawn_plan *plan, struct spawned out[CHILDREN])
{
	struct plumbing p;
	unsigned int i;
	int rc;

	for (i = 0; i < CHILDREN; i++) {
		out[i].pid = 0;
		out[i].channel = -1;
	}
	if (plumbing_open(&p) == -1) {
		log_error("cannot join the processes: %s", strerror(errno));
		plumbing_close(&p);
		return -1;
	}
	rc = spawn_all(plan, &p, out);
	plumbing_close(&p);
	if (rc == -1)
		end_all(out);
	return rc;
}
