#include <stdlib.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "bgplbd/parent/engine_question.h"
#include "bgplbd/parent/relay.h"
#include "common/log.h"

struct engine_question {
	struct relay		*relay;
	struct event		 deadline;
	struct id_scan		 scan;
	size_t			 len;		/* of the answer so far */
	engine_question_done	*done;
	void			*arg;
};

static void
show(const char *data, size_t len, void *arg)
{
	struct engine_question *q = arg;

	if (len > QUESTION_BODY_MAX - q->len) {
		log_warn("Docker: a list is longer than %d bytes",
		    QUESTION_BODY_MAX);
		q->len = QUESTION_BODY_MAX;
		q->scan.part = ID_SCAN_FAILED;
		return;
	}
	q->len += len;
	id_scan_feed(&q->scan, data, len);
}

static void
ended(struct relay *relay, enum relay_end end, void *arg)
{
	struct engine_question *q = arg;

	(void)relay;
	q->done(end == RELAY_FINISHED && id_scan_is_complete(&q->scan),
	    q->arg);
}

static void
deadline_passed(evutil_socket_t fd, short what, void *arg)
{
	struct engine_question *q = arg;

	(void)fd;
	(void)what;
	log_debug("Docker did not answer a question of the parent in time");
	q->done(false, q->arg);
}

struct engine_question *
engine_question_new(struct event_base *base, int docker,
    struct evbuffer *request, id_scan_fn *found, engine_question_done *done,
    void *arg)
{
	static const struct timeval deadline =
	    { .tv_sec = QUESTION_MS / 1000 };
	struct engine_question *q = xcalloc(1, sizeof(*q));

	q->done = done;
	q->arg = arg;
	id_scan_init(&q->scan, found, arg);
	q->relay = relay_new(base, docker, -1, ended, q);
	relay_set_show(q->relay, show, q);
	if (evtimer_assign(&q->deadline, base, deadline_passed, q) == -1 ||
	    evtimer_add(&q->deadline, &deadline) == -1)
		fatalx("cannot set a deadline for Docker");
	relay_send(q->relay, request);
	return q;
}

void
engine_question_free(struct engine_question *q)
{
	if (q == NULL)
		return;
	evtimer_del(&q->deadline);
	relay_free(q->relay);
	free(q);
}
