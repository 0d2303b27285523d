#include <sys/queue.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "bgplbd/frontend/docker_client.h"
#include "bgplbd/frontend/http_reply.h"
#include "bgplbd/messages/driver_names.h"
#include "bgplbd/messages/types.h"
#include "bgplbd/settings.h"
#include "common/channel.h"
#include "common/log.h"

#define READ_SIZE	16384
/* Pieces taken in one turn of the loop, so that a long list delays no event. */
#define READS_PER_TURN	8
#define ERROR_MAX	(SETTINGS_PATH_MAX + 84)

struct docker_transfer {
	TAILQ_ENTRY(docker_transfer)	 entry;
	struct docker_client		*client;
	const struct docker_transfer_ops *ops;
	void				*arg;
	uint32_t			 tag;
	uint32_t			 kind;
	int				 fd;	/* -1 until the parent's reply */
	bool				 ping;	/* its answer comes first */
	struct event			 readable;
	struct http_reply		 http;
	int64_t				 received;	/* bytes of the body */
	bool				*cancelled;	/* set by cancel */
};

struct docker_client {
	struct event_base		*base;
	struct channel			*parent;
	const char			*socket;	/* for sentences */
	uint32_t			 last_tag;
	TAILQ_HEAD(, docker_transfer)	 transfers;
};

struct docker_client *
docker_client_new(struct event_base *base, struct channel *parent,
    const char *socket)
{
	struct docker_client *c = xcalloc(1, sizeof(*c));

	c->base = base;
	c->parent = parent;
	c->socket = socket;
	TAILQ_INIT(&c->transfers);
	return c;
}

void
docker_client_free(struct docker_client *c)
{
	struct docker_transfer *t;

	if (c == NULL)
		return;
	while ((t = TAILQ_FIRST(&c->transfers)) != NULL)
		docker_transfer_cancel(t);
	free(c);
}

struct docker_transfer *
docker_client_start(struct docker_client *c, const struct docker_request *r,
    const struct docker_transfer_ops *ops, void *arg)
{
	struct docker_transfer *t = xcalloc(1, sizeof(*t));

	t->client = c;
	t->ops = ops;
	t->arg = arg;
	t->tag = ++c->last_tag;
	t->kind = r->kind;
	t->fd = -1;
	t->ping = r->kind == DOCKER_STOP_CONTAINER;
	http_reply_init(&t->http);
	TAILQ_INSERT_TAIL(&c->transfers, t, entry);
	if (channel_send(c->parent, MSG_FRONTEND_DOCKER_REQUEST, t->tag, -1,
	    r, sizeof(*r)) == -1)
		log_debug("the parent is gone, Docker cannot be asked");
	return t;
}

void
docker_client_name_driver(struct docker_client *c, const char *name)
{
	struct driver_name message;

	memset(&message, 0, sizeof(message));
	strlcpy(message.text, name, sizeof(message.text));
	if (channel_send(c->parent, MSG_FRONTEND_DRIVER_NAME, 0, -1, &message,
	    sizeof(message)) == -1)
		log_debug("the parent is gone, it is told no name");
}

void
docker_transfer_cancel(struct docker_transfer *t)
{
	if (t == NULL)
		return;
	if (t->cancelled != NULL)
		*t->cancelled = true;
	TAILQ_REMOVE(&t->client->transfers, t, entry);
	if (t->fd != -1) {
		event_del(&t->readable);
		close(t->fd);
	}
	free(t);
}

static void
finish(struct docker_transfer *t, const char *error)
{
	const struct docker_transfer_ops *ops = t->ops;
	void *arg = t->arg;

	docker_transfer_cancel(t);
	ops->end(error, arg);
}

/* Only what is asked of a container is refused. */
static void
finish_refused(struct docker_transfer *t)
{
	const struct docker_transfer_ops *ops = t->ops;
	void *arg = t->arg;

	docker_transfer_cancel(t);
	ops->refused(arg);
}

static void
finish_at_eof(struct docker_transfer *t)
{
	if (!t->http.complete)
		finish(t, t->kind == DOCKER_STOP_CONTAINER ?
		    "Docker did not take the order" :
		    "Docker closed the connection without a reply");
	else if (t->http.content_length > t->received)
		finish(t, "Docker's reply was cut short");
	else
		finish(t, "");
}

/*
 * The rest of what was read, behind the header; false if the transfer is over.
 */
static bool
take_body(struct docker_transfer *t, const char *data, size_t len)
{
	bool cancelled = false;

	if (len == 0)
		return true;
	t->received += (int64_t)len;
	t->cancelled = &cancelled;
	t->ops->data(data, len, t->arg);
	if (cancelled)
		return false;
	t->cancelled = NULL;
	return true;
}

static bool
take_header(struct docker_transfer *t, const char *data, size_t len)
{
	bool cancelled = false;
	char error[ERROR_MAX];
	size_t used;

	used = http_reply_feed(&t->http, data, len);
	if (t->http.fault != HTTP_FINE) {
		snprintf(error, sizeof(error), "Docker's reply %s",
		    http_fault_text(t->http.fault));
		finish(t, error);
		return false;
	}
	if (!t->http.complete)
		return true;
	if (t->ping) {		/* without a body */
		t->ping = false;
		http_reply_init(&t->http);
		return len == used || take_header(t, data + used, len - used);
	}
	t->cancelled = &cancelled;
	t->ops->header(t->http.status, t->arg);
	if (cancelled)
		return false;
	t->cancelled = NULL;
	return take_body(t, data + used, len - used);
}

/* False if there is no more for now, or the transfer is over. */
static bool
read_piece(struct docker_transfer *t)
{
	char buf[READ_SIZE];
	ssize_t n = read(t->fd, buf, sizeof(buf));

	if (n == -1) {
		if (errno != EAGAIN && errno != EINTR)
			finish(t, strerror(errno));
		return false;
	}
	if (n == 0) {
		finish_at_eof(t);
		return false;
	}
	if (!t->http.complete)
		return take_header(t, buf, (size_t)n);
	return take_body(t, buf, (size_t)n);
}

static void
transfer_readable(evutil_socket_t fd, short what, void *arg)
{
	struct docker_transfer *t = arg;
	unsigned int i;

	(void)fd;
	(void)what;
	for (i = 0; i < READS_PER_TURN; i++)
		if (!read_piece(t))
			break;
}

/* The parent could not pass the request on. */
static void
finish_unasked(struct docker_transfer *t, int error)
{
	char text[ERROR_MAX];

	if (error == EHOSTDOWN)
		strlcpy(text, "no engine runs", sizeof(text));
	else
		snprintf(text, sizeof(text), "%s: %s", t->client->socket,
		    strerror(error != 0 ? error : EPROTO));
	finish(t, text);
}

void
docker_client_reply(struct docker_client *c, const struct message *m)
{
	const struct docker_reply *reply = m->data;
	struct docker_transfer *t;

	TAILQ_FOREACH(t, &c->transfers, entry)
		if (t->tag == m->peerid)
			break;
	if (t == NULL || t->fd != -1) {		/* cancelled meanwhile */
		if (m->fd != -1)
			close(m->fd);
		return;
	}
	if (reply->error == EACCES && m->fd == -1 && t->ops->refused != NULL) {
		finish_refused(t);
		return;
	}
	if (t->kind == DOCKER_SIGNAL_PROCESS && m->fd == -1) {
		finish(t, reply->error == 0 ? "" : strerror(reply->error));
		return;
	}
	if (reply->error != 0 || m->fd == -1) {
		if (m->fd != -1)
			close(m->fd);
		/* No error, and no pipe: it was lost on the way, see channel.h. */
		finish_unasked(t, reply->error != 0 ? reply->error : EMFILE);
		return;
	}
	t->fd = m->fd;
	if (evutil_make_socket_nonblocking(t->fd) == -1 ||
	    event_assign(&t->readable, c->base, t->fd, EV_READ | EV_PERSIST,
	    transfer_readable, t) == -1 ||
	    event_add(&t->readable, NULL) == -1)
		fatal("cannot read from Docker");
}
