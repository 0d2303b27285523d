#include <sys/queue.h>
#include <sys/socket.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/listener.h>

#include "bgplbd/frontend/accept_gate.h"
#include "bgplbd/frontend/control_server.h"
#include "common/channel.h"
#include "common/control.h"
#include "common/log.h"

_Static_assert(sizeof(struct channel_hdr) %
    _Alignof(struct control_result) == 0,
    "a result follows its header without a gap");

struct client {
	TAILQ_ENTRY(client)	 entry;
	struct control_server	*server;
	struct channel		*channel;
	uint32_t		 number;
	uint32_t		 peerid;	/* of its request, for the replies */
	uint32_t		 type;		/* of its request */
	bool			 busy;		/* a request is under way */
	bool			 paused;	/* more rows are to be asked for */
};

struct control_server {
	struct event_base	*base;
	struct evconnlistener	*listener;
	struct accept_gate	*gate;
	const struct control_server_ops *ops;
	void			*arg;
	uint32_t		 last_number;
	unsigned int		 nclients;
	TAILQ_HEAD(, client)	 clients;
};

static void
send_result(struct channel *channel, uint32_t peerid,
    enum control_outcome outcome, const char *text)
{
	struct control_result result;

	memset(&result, 0, sizeof(result));
	result.outcome = outcome;
	strlcpy(result.text, text, sizeof(result.text));
	if (channel_send(channel, CONTROL_RESULT, peerid, -1, &result,
	    sizeof(result)) == -1)
		log_debug("a control client left before its result");
}

static void
client_free(struct client *c)
{
	struct control_server *s = c->server;

	if (c->busy)
		s->ops->left(c->type, c->number, s->arg);
	TAILQ_REMOVE(&s->clients, c, entry);
	s->nclients--;
	channel_free(c->channel);
	free(c);
}

/* NULL if there is nothing against it. */
static const char *
fault_of(const struct client *c, const struct message *m)
{
	if (m->fd != -1)
		return "a request brings no descriptor";
	if (!control_request_is_valid(m->type, m->data, m->len))
		return "that is no request that bgplbd knows";
	if (c->busy)
		return "another request is under way";
	return NULL;
}

static void
client_receive(struct channel *channel, struct message *m, void *arg)
{
	struct client *c = arg;
	const char *fault = fault_of(c, m);

	if (m->fd != -1)
		close(m->fd);
	if (fault != NULL) {
		log_debug("control client %u: refused: %s", c->number, fault);
		send_result(channel, m->peerid, CONTROL_REFUSED, fault);
		client_free(c);
		return;
	}
	c->busy = true;
	c->paused = false;
	c->peerid = m->peerid;
	c->type = m->type;
	if (c->server->ops->pass(m->type, c->number, m->data, m->len,
	    c->server->arg) == -1) {
		c->busy = false;
		send_result(channel, m->peerid, CONTROL_FAILED,
		    "the process of bgplbd that knows has ended");
	}
}

/*
 * The channel is dead after a packet that is none, but its socket still takes
 * one.
 */
static void
refuse_packet(struct channel *channel)
{
	struct {
		struct channel_hdr	hdr;
		struct control_result	result;
	} packet;

	memset(&packet, 0, sizeof(packet));
	packet.hdr.type = CONTROL_RESULT;
	packet.hdr.len = sizeof(packet);
	packet.hdr.pid = (uint32_t)getpid();
	packet.result.outcome = CONTROL_REFUSED;
	strlcpy(packet.result.text, "that is no message of the control "
	    "protocol", sizeof(packet.result.text));
	if (send(channel_fd(channel), &packet, sizeof(packet),
	    MSG_NOSIGNAL | MSG_DONTWAIT) == -1)
		log_debug("a control client left before it was refused");
}

static void
client_end(struct channel *channel, enum channel_end end, void *arg)
{
	struct client *c = arg;

	if (end != CHANNEL_EOF)
		log_debug("control client %u: closed: %s", c->number,
		    channel_error(channel));
	if (end == CHANNEL_BROKEN)
		refuse_packet(channel);
	client_free(c);
}

static void
client_drained(struct channel *channel, void *arg)
{
	struct client *c = arg;

	if (!c->paused || !channel_is_idle(channel))
		return;
	c->paused = false;
	c->server->ops->next_turn(c->type, c->number, c->server->arg);
}

static const struct channel_ops client_ops = {
	.receive = client_receive,
	.end = client_end,
	.drained = client_drained,
};

static void
client_accepted(struct evconnlistener *listener, evutil_socket_t fd,
    struct sockaddr *addr, int len, void *arg)
{
	struct control_server *s = arg;
	struct client *c;

	(void)listener;
	(void)addr;
	(void)len;
	accept_gate_passed(s->gate);
	c = xcalloc(1, sizeof(*c));
	c->server = s;
	c->number = ++s->last_number;
	c->channel = channel_new(s->base, fd, &client_ops, c,
	    CONTROL_BACKLOG_MAX);
	TAILQ_INSERT_TAIL(&s->clients, c, entry);
	if (++s->nclients <= CONTROL_CLIENTS_MAX)
		return;
	log_warn("a control client was refused: there are %d already",
	    CONTROL_CLIENTS_MAX);
	send_result(c->channel, 0, CONTROL_REFUSED,
	    "too many clients are connected, try again later");
	client_free(c);
}

struct control_server *
control_server_new(struct event_base *base, int fd,
    const struct control_server_ops *ops, void *arg)
{
	struct control_server *s = xcalloc(1, sizeof(*s));

	s->base = base;
	s->ops = ops;
	s->arg = arg;
	TAILQ_INIT(&s->clients);
	if (evutil_make_socket_nonblocking(fd) == -1)
		fatal("cannot set up the control socket");
	s->listener = evconnlistener_new(base, client_accepted, s,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (s->listener == NULL)
		fatal("cannot listen on the control socket");
	s->gate = accept_gate_new(s->listener, "control socket");
	return s;
}

void
control_server_listen(struct control_server *s, int fd)
{
	accept_gate_replace(s->gate, fd);
}

void
control_server_free(struct control_server *s)
{
	struct client *c;

	if (s == NULL)
		return;
	while ((c = TAILQ_FIRST(&s->clients)) != NULL)
		client_free(c);
	accept_gate_free(s->gate);
	evconnlistener_free(s->listener);
	free(s);
}

/* NULL also if it waits for nothing. */
static struct client *
waiting_client(const struct control_server *s, uint32_t number)
{
	struct client *c;

	TAILQ_FOREACH(c, &s->clients, entry)
		if (c->number == number)
			return c->busy ? c : NULL;
	return NULL;
}

void
control_server_paused(struct control_server *s, uint32_t client)
{
	struct client *c = waiting_client(s, client);

	if (c == NULL)
		return;
	c->paused = true;
	client_drained(c->channel, c);
}

void
control_server_reply(struct control_server *s, const struct message *m)
{
	struct client *c = waiting_client(s, m->peerid);

	if (c == NULL)
		return;
	if (m->type == CONTROL_RESULT)
		c->busy = false;
	/* One that reads nothing has its channel ended by the limit. */
	if (channel_send(c->channel, m->type, c->peerid, -1, m->data,
	    m->len) == -1)
		log_debug("control client %u: does not take its rows",
		    c->number);
}
