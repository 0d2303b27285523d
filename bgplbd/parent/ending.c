#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/messages/sibling.h"
#include "bgplbd/messages/types.h"
#include "bgplbd/parent/notify.h"
#include "bgplbd/parent/parent_parts.h"
#include "bgplbd/parent/socket_watch.h"
#include "common/log.h"

/* What a child gets to end in good order before it is killed. */
static const struct timeval shutdown_grace = { .tv_sec = 3, .tv_usec = 0 };

/* The kernel tells of a child's death a little after its channels end. */
static const struct timeval death_notice = { .tv_sec = 0, .tv_usec = 500000 };

/* Tells the first child that still runs to end; the loop ends with the last. */
static void
end_next(struct parent *p)
{
	struct member *m;
	unsigned int i;

	for (i = 0; i < CHILDREN && p->members[i].pid == 0; i++)
		;
	if (i == CHILDREN) {
		event_base_loopbreak(p->base);
		return;
	}
	m = &p->members[i];
	if (m->told_to_end)
		return;
	m->told_to_end = true;
	overseer_remove(p->overseer, i);
	if (m->channel != NULL)
		(void)channel_send(m->channel, i == CHILD_SESSION &&
		    p->restarting ? MSG_PARENT_RESTART : MSG_PARENT_SHUTDOWN,
		    0, -1, NULL, 0);
	event_add(&p->grace, &shutdown_grace);	/* starts it anew */
}

void
parent_end(struct parent *p, int status, bool restart)
{
	if (status != 0)
		p->status = status;
	if (p->ending)
		return;
	p->ending = true;
	socket_watch_free(p->socket_watch);
	p->socket_watch = NULL;
	/* After a failure the service manager starts it anew. */
	p->restarting = (restart || status != 0) &&
	    p->settings->graceful_restart != GRACEFUL_NO;
	notify_service_manager("STOPPING=1");
	end_next(p);
}

static void
kill_child(struct parent *p, enum child child)
{
	p->members[child].killed = true;
	if (kill(p->members[child].pid, SIGKILL) == -1)
		log_error("cannot kill the %s: %s", child_title(child),
		    strerror(errno));
}

/*
 * The child that was told to end did not.  One that was killed and still is there
 * waits for the kernel, and dies when that lets go of it.
 */
static void
grace_over(evutil_socket_t fd, short what, void *arg)
{
	struct parent *p = arg;
	unsigned int i;

	(void)fd;
	(void)what;
	for (i = 0; i < CHILDREN; i++) {
		if (p->members[i].pid == 0 || !p->members[i].told_to_end)
			continue;
		if (p->members[i].killed) {
			log_error("the %s cannot be killed now, the kernel "
			    "holds it; it is left alone", child_title(i));
			p->members[i].pid = 0;
			p->status = 1;
			end_next(p);
			return;
		}
		log_warn("the %s does not end, killing it", child_title(i));
		kill_child(p, i);
		event_add(&p->grace, &shutdown_grace);
	}
}

/* Told to end it would not, so the others' turn comes the sooner. */
static void
child_hangs(enum child child, void *arg)
{
	struct parent *p = arg;

	kill_child(p, child);
	parent_end(p, 1, false);
}

static void
ask_child(enum child child, uint32_t number, void *arg)
{
	struct parent *p = arg;

	if (p->members[child].channel != NULL)
		(void)channel_send(p->members[child].channel,
		    MSG_PARENT_PROBE, number, -1, NULL, 0);
}

const struct overseer_ops parent_overseer_ops = {
	.ask = ask_child,
	.hangs = child_hangs,
};

/* Neither has died, and one of them cannot be heard by the other. */
static void
still_unjoined(evutil_socket_t fd, short what, void *arg)
{
	struct parent *p = arg;

	(void)fd;
	(void)what;
	if (p->ending)
		return;
	log_error("the channel between the %s and the %s has ended, though "
	    "both run", child_title(p->unjoined_pair[0]),
	    child_title(p->unjoined_pair[1]));
	parent_end(p, 1, false);
}

/* In most cases the other one is dying. */
void
parent_sibling_ended(struct parent *p, enum child reporter, const struct message *msg)
{
	struct sibling_ended ended;

	memcpy(&ended, msg->data, sizeof(ended));
	if (p->ending || evtimer_pending(&p->unjoined, NULL))
		return;
	p->unjoined_pair[0] = reporter;
	p->unjoined_pair[1] = ended.sibling;
	event_add(&p->unjoined, &death_notice);
}

int
parent_end_init(struct parent *p)
{
	if (evtimer_assign(&p->grace, p->base, grace_over, p) == -1)
		return -1;
	return evtimer_assign(&p->unjoined, p->base, still_unjoined, p);
}

/* True if it ended as it should. */
static bool
log_death(enum child child, const struct member *m, int status)
{
	const char *title = child_title(child);

	if (m->told_to_end && !m->left && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		log_debug("the %s has ended", title);
		return true;
	}
	if (m->killed)
		return false;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		log_error("the %s made a system call that it may not make, "
		    "and was killed; the kernel's log has its number", title);
	else if (WIFSIGNALED(status))
		log_error("the %s died of signal %d (%s)", title,
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		log_error("the %s ended %swith exit status %d", title,
		    m->told_to_end && !m->left ? "" : "by itself ",
		    WEXITSTATUS(status));
	return false;
}

void
parent_reap(struct parent *p)
{
	struct member *m;
	unsigned int i;
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < CHILDREN && p->members[i].pid != pid; i++)
			;
		if (i == CHILDREN)
			continue;	/* one that it had before it was us */
		m = &p->members[i];
		m->pid = 0;
		if (!log_death(i, m, status))
			parent_end(p, 1, false);
		if (p->ending)
			end_next(p);
	}
}
