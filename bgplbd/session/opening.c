#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/session/opening.h"
#include "bgplbd/session/tcp.h"
#include "common/log.h"

#define WHY_MAX	128

void
opening_init(struct opening *o, struct event_base *base,
    const struct opening_ops *ops, void *arg)
{
	memset(o, 0, sizeof(*o));
	o->base = base;
	o->ops = ops;
	o->arg = arg;
	o->fd = -1;
}

static void
ask(struct opening *o)
{
	o->request = OPENING_ASKED;
	o->number = o->ops->ask(o->arg);
}

void
opening_begin(struct opening *o)
{
	if (o->request == OPENING_UNASKED)
		ask(o);
	else
		o->request = OPENING_RENEWED;
}

void
opening_cancel(struct opening *o)
{
	if (o->request != OPENING_UNASKED)
		o->request = OPENING_CANCELLED;
	if (o->fd == -1)
		return;
	event_del(&o->connected);
	close(o->fd);
	o->fd = -1;
}

bool
opening_is_asking(const struct opening *o)
{
	return o->request == OPENING_ASKED || o->request == OPENING_RENEWED;
}

static void
opening_failed(struct opening *o, enum connect_step step, int error)
{
	char why[WHY_MAX];

	if (step == CONNECT_LIMIT)
		snprintf(why, sizeof(why), "%s: not more than %d in a row, "
		    "and then %d a second", connect_step_name(step),
		    CONNECT_BURST, CONNECT_PER_SECOND);
	else
		snprintf(why, sizeof(why), "%s: %s", connect_step_name(step),
		    strerror(error));
	o->ops->failed(why, o->arg);
}

static void
socket_writable(evutil_socket_t fd, short what, void *arg)
{
	struct opening *o = arg;
	int error = tcp_error(fd);

	(void)what;
	if (error == 0) {
		o->fd = -1;
		o->ops->connected(fd, o->arg);
		return;
	}
	opening_cancel(o);
	opening_failed(o, CONNECT_CONNECT, error);
}

static void
watch(struct opening *o, int fd)
{
	o->fd = fd;
	if (event_assign(&o->connected, o->base, fd, EV_WRITE,
	    socket_writable, o) == -1 || event_add(&o->connected, NULL) == -1)
		fatal("cannot watch a connection");
}

bool
opening_answer(struct opening *o, uint32_t number,
    const struct connect_answer *answer, int fd)
{
	enum opening_request was = o->request;

	if (was == OPENING_UNASKED || number != o->number)
		return false;
	o->request = OPENING_UNASKED;
	if (was != OPENING_ASKED) {
		if (fd != -1)
			close(fd);
		if (was == OPENING_RENEWED)
			ask(o);
	} else if (answer->error != 0) {
		if (fd != -1)
			close(fd);
		opening_failed(o, answer->step, answer->error);
	} else if (fd == -1)
		/* See common/channel.h. */
		opening_failed(o, CONNECT_SOCKET, EMFILE);
	else
		watch(o, fd);
	return true;
}
