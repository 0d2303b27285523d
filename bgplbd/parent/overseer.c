#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "bgplbd/parent/liveness.h"
#include "bgplbd/parent/overseer.h"
#include "common/clock.h"
#include "common/log.h"

struct watched {
	pid_t		 pid;		/* 0: not watched */
	uint32_t	 number;	/* of the last probe */
	bool		 is_asked;	/* it has not answered */
	bool		 is_told;	/* that it waits is in the log */
	unsigned int	 turns;		/* without an answer */
	uint64_t	 cpu_first;	/* used, one turn after it was asked */
	uint64_t	 cpu_last;	/* in the last turn */
	uint64_t	 asked_at;	/* clock_ms() */
	uint64_t	 heard_at;
	uint32_t	 heard_type;	/* of its last message; 0: none */
};

struct overseer {
	struct event			 timer;
	const struct overseer_ops	*ops;
	void				*arg;
	struct watched			 watched[CHILDREN];
};

static void
read_state(pid_t pid, struct process_state *state)
{
	char path[32], text[512];
	ssize_t n = -1;
	int fd;

	state->letter = '?';
	state->cpu_ms = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	if (n <= 0)
		return;
	text[n] = '\0';
	if (process_state_parse(text, sysconf(_SC_CLK_TCK), state) == -1)
		log_debug("%s is not understood", path);
}

static const char *
describe(const struct watched *w, const struct process_state *state,
    uint64_t used_ms, char buf[160])
{
	uint64_t now = clock_ms();
	int n;

	n = snprintf(buf, 160, "not for %llu s: %s, has computed for %llu ms "
	    "since", (unsigned long long)(now - w->asked_at) / 1000,
	    liveness_letter_text(state->letter), (unsigned long long)used_ms);
	if (w->heard_type != 0)
		snprintf(buf + n, 160 - (size_t)n, "; its last message, of "
		    "type %u, came %llu s ago", w->heard_type,
		    (unsigned long long)(now - w->heard_at) / 1000);
	return buf;
}

static void
judge(struct overseer *o, enum child child)
{
	struct watched *w = &o->watched[child];
	struct process_state state;
	uint64_t used_ms;
	char text[160];
	bool moves;

	read_state(w->pid, &state);
	if (++w->turns == 1)
		w->cpu_first = w->cpu_last = state.cpu_ms;
	used_ms = state.cpu_ms > w->cpu_first ? state.cpu_ms - w->cpu_first : 0;
	moves = state.cpu_ms != w->cpu_last;
	w->cpu_last = state.cpu_ms;
	switch (liveness_judge(w->turns, state.letter, used_ms, moves)) {
	case LIVENESS_FINE:
		break;
	case LIVENESS_WAITS:
		if (!w->is_told)
			log_warn("the %s does not answer, %s; the machine may "
			    "be overloaded", child_title(child),
			    describe(w, &state, used_ms, text));
		w->is_told = true;
		break;
	case LIVENESS_HANGS:
		log_error("the %s hangs: it does not answer, %s",
		    child_title(child), describe(w, &state, used_ms, text));
		w->pid = 0;
		o->ops->hangs(child, o->arg);
		break;
	}
}

static void
turn(evutil_socket_t fd, short what, void *arg)
{
	struct overseer *o = arg;
	struct watched *w;
	unsigned int i;

	(void)fd;
	(void)what;
	for (i = 0; i < CHILDREN; i++) {
		w = &o->watched[i];
		if (w->pid == 0)
			continue;
		if (w->is_asked) {
			judge(o, i);
			continue;
		}
		w->is_asked = true;
		w->asked_at = clock_ms();
		o->ops->ask(i, ++w->number, o->arg);
	}
}

struct overseer *
overseer_new(struct event_base *base, unsigned int turn_ms,
    const struct overseer_ops *ops, void *arg)
{
	const struct timeval every = {
		.tv_sec = turn_ms / 1000,
		.tv_usec = turn_ms % 1000 * 1000,
	};
	struct overseer *o = xcalloc(1, sizeof(*o));

	o->ops = ops;
	o->arg = arg;
	if (event_assign(&o->timer, base, -1, EV_PERSIST, turn, o) == -1 ||
	    event_add(&o->timer, &every) == -1)
		fatalx("cannot make a timer");
	return o;
}

void
overseer_free(struct overseer *o)
{
	if (o == NULL)
		return;
	event_del(&o->timer);
	free(o);
}

void
overseer_add(struct overseer *o, enum child child, pid_t pid)
{
	o->watched[child].pid = pid;
}

void
overseer_remove(struct overseer *o, enum child child)
{
	o->watched[child].pid = 0;
}

void
overseer_heard(struct overseer *o, enum child child, uint32_t type)
{
	o->watched[child].heard_type = type;
	o->watched[child].heard_at = clock_ms();
}

void
overseer_answered(struct overseer *o, enum child child, uint32_t number)
{
	struct watched *w = &o->watched[child];

	if (!w->is_asked || number != w->number)
		return;
	if (w->is_told)
		log_info("the %s answers again, after %llu s",
		    child_title(child),
		    (unsigned long long)(clock_ms() - w->asked_at) / 1000);
	w->is_asked = w->is_told = false;
	w->turns = 0;
}
