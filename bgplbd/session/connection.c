#include <sys/socket.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/session/connection.h"
#include "bgplbd/session/message.h"
#include "common/log.h"
#include "common/timer.h"

#define LONG_HOLD_MS	(4 * 60 * 1000)		/* RFC 4271 section 8.2.2 */
#define SEND_HOLD_MS	(8 * 60 * 1000)		/* at least, RFC 9687 section 3 */
/* Damping of a connection that we accept does not depend on how we connect. */
#define ACCEPT_HOLD_MS	2000

static bool	dispatch(struct connection *, enum fsm_event);
static void	do_start_retry(struct connection *);

/* RFC 4271 section 10: 0.75 to 1.0 of the time. */
static unsigned int
jitter(unsigned int ms)
{
	return ms - arc4random_uniform(ms / 4 + 1);
}

static void __attribute__((format(printf, 2, 3)))
trouble(struct connection *c, const char *fmt, ...)
{
	char text[CONNECTION_TROUBLE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->ops->trouble(c, text, c->arg);
}

/*
 * What comes in.
 */

/* The event brings its own NOTIFICATION. */
static void
fail(struct connection *c, enum fsm_event event,
    const struct notification *fault)
{
	char text[NOTIFICATION_TEXT_MAX];

	/* It is not sent then, see fsm.h. */
	if (event != FSM_STOP && connection_is_delayed(c))
		trouble(c, "ended before our OPEN: %s",
		    notification_describe(fault, text, sizeof(text)));
	c->fault = fault;
	dispatch(c, event);
	c->fault = NULL;
}

static void
receive_open(struct connection *c, struct wire_reader body)
{
	const struct connection_env *env = c->env;
	bool delayed = connection_is_delayed(c);
	struct notification error;

	if (c->state == BGP_OPENSENT || delayed) {
		if (open_read(body, &c->theirs, &error) == -1 ||
		    open_check(&env->ours, env->settings, &c->theirs,
		    &error) == -1) {
			fail(c, FSM_OPEN_ERROR, &error);
			return;
		}
		c->terms = open_negotiate(&env->ours, &c->theirs);
		if (!c->ops->opened(c, c->arg)) {
			connection_stand_down(c);
			return;
		}
	}
	dispatch(c, delayed ? FSM_OPEN_DELAYED : FSM_OPEN);
}

static void
receive_update(struct connection *c, struct wire_reader body)
{
	const struct attribute_context context = {
		.as4 = c->terms.as4,
		.internal = c->env->settings->remote_as == c->env->ours.as,
		.families = c->terms.families,
	};
	struct update_summary summary;
	struct notification error;

	if (c->state == BGP_ESTABLISHED &&
	    update_check(body, &context, &summary, &error) == -1)
		fail(c, FSM_UPDATE_ERROR, &error);
	else if (dispatch(c, FSM_UPDATE))
		c->ops->update(c, &summary, c->arg);
}

static void
receive_notification(struct connection *c, struct wire_reader body)
{
	struct notification received;
	char text[NOTIFICATION_TEXT_MAX];

	notification_read(body, &received);
	open_explain(&c->env->ours, c->env->settings,
	    c->state >= BGP_OPENCONFIRM ? &c->theirs : NULL, &received);
	c->ops->notified(c, &received, false, c->arg);
	trouble(c, "received NOTIFICATION: %s",
	    notification_describe(&received, text, sizeof(text)));
	dispatch(c, FSM_NOTIFICATION);
}

static void
receive_route_refresh(struct connection *c, const struct bgp_frame *frame)
{
	enum afi afi = message_read_route_refresh(frame->body);
	struct notification error;

	if (message_check_route_refresh(frame, c->terms.enhanced_refresh,
	    &error) == -1)
		fail(c, FSM_HEADER_ERROR, &error);
	else if (dispatch(c, FSM_ROUTE_REFRESH))
		c->ops->refresh(c, afi, c->arg);
}

static void
receive_message(struct connection *c, const struct bgp_frame *frame)
{
	c->env->messages_received++;
	c->message = frame->type;
	switch (frame->type) {
	case BGP_OPEN:
		receive_open(c, frame->body);
		break;
	case BGP_UPDATE:
		receive_update(c, frame->body);
		break;
	case BGP_NOTIFICATION:
		receive_notification(c, frame->body);
		break;
	case BGP_KEEPALIVE:
		dispatch(c, FSM_KEEPALIVE);
		break;
	case BGP_ROUTE_REFRESH:
		receive_route_refresh(c, frame);
		break;
	}
}

static bool
is_same(const struct connection *c, unsigned int opened)
{
	return stream_is_open(&c->stream) && c->stream.opened == opened;
}

/* Who floods has to wait, and TCP makes it: others are not to. */
static void
slow_down(struct connection *c, unsigned int idle)
{
	if (idle <= FLOOD_MESSAGES)
		return;
	stream_pause(&c->stream, FLOOD_PAUSE_MS);
	c->ops->flood(c, c->arg);
}

static size_t
connection_receive(const uint8_t *data, size_t size, void *arg)
{
	struct connection *c = arg;
	unsigned int opened = c->stream.opened;
	struct notification error;
	unsigned int idle = 0;
	struct bgp_frame frame;
	size_t taken = 0;

	while (taken < size && is_same(c, opened)) {
		switch (message_frame(&data[taken], size - taken,
		    c->terms.extended_messages, &frame, &error)) {
		case FRAME_PARTIAL:
			slow_down(c, idle);
			return taken;
		case FRAME_BAD:
			fail(c, FSM_HEADER_ERROR, &error);
			return size;
		case FRAME_WHOLE:
			taken += frame.size;
			if (frame.size <= FLOOD_MESSAGE_SIZE)
				idle++;
			receive_message(c, &frame);
			break;
		}
	}
	if (is_same(c, opened))
		slow_down(c, idle);
	return taken;
}

static void
connection_closed(int error, void *arg)
{
	struct connection *c = arg;

	if (error == 0)
		trouble(c, "the neighbor closed the connection");
	else
		trouble(c, "connection lost: %s", strerror(error));
	dispatch(c, connection_is_delayed(c) ? FSM_TCP_FAILED_DELAYED :
	    FSM_TCP_FAILED);
}

static void
watch_queue(struct connection *c)
{
	unsigned int ms = c->terms.hold_time * 2000U;

	if (stream_is_clear(&c->stream))
		event_del(&c->send_hold);
	else
		timer_set(&c->send_hold, ms > SEND_HOLD_MS ? ms : SEND_HOLD_MS);
}

static void
connection_progress(void *arg)
{
	struct connection *c = arg;

	watch_queue(c);
	if (c->state == BGP_ESTABLISHED && stream_is_clear(&c->stream))
		c->ops->room(c, c->arg);
}

static const struct stream_ops stream_ops = {
	.receive = connection_receive,
	.closed = connection_closed,
	.progress = connection_progress,
};

/*
 * Timers.
 */

/* TCP drops what has the wrong password, or came too far, without a word. */
static const char *
silence_hint(const struct neighbor_settings *n)
{
	if (n->has_password)
		return n->ttl_security ?
		    "a password and ttl-security are set here" :
		    "a password is set here";
	return n->ttl_security ? "ttl-security is set here, but no password" :
	    "no password is set here";
}

static void
retry_expired(evutil_socket_t fd, short what, void *arg)
{
	struct connection *c = arg;

	(void)fd;
	(void)what;
	if (!c->ops->wanted(c, c->arg)) {
		connection_stand_down(c);
	} else if (c->state == BGP_IDLE) {
		connection_start(c);
	} else if (opening_is_asking(&c->opening)) {
		/* One that is slow would be no faster if it were asked anew. */
		trouble(c, "connect: the parent has not made a socket yet");
		do_start_retry(c);
	} else {
		if (c->state == BGP_CONNECT)
			trouble(c, "connect: no answer; %s",
			    silence_hint(c->env->settings));
		dispatch(c, FSM_RETRY_EXPIRED);
	}
}

static void
hold_expired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	dispatch(arg, FSM_HOLD_EXPIRED);
}

static void
keepalive_expired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	dispatch(arg, FSM_KEEPALIVE_EXPIRED);
}

static void
delay_expired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	dispatch(arg, FSM_DELAY_OPEN_EXPIRED);
}

static void
send_hold_expired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	dispatch(arg, FSM_SEND_HOLD_EXPIRED);
}

static void
tcp_connected(struct connection *c, int fd)
{
	stream_open(&c->stream, c->env->base, fd);
	memset(&c->terms, 0, sizeof(c->terms));
	dispatch(c, c->env->settings->delay_open != 0 ?
	    FSM_TCP_CONNECTED_DELAYED : FSM_TCP_CONNECTED);
}

static uint32_t
opening_ask(void *arg)
{
	struct connection *c = arg;

	return c->ops->ask_socket(c, c->arg);
}

static void
opening_connected(int fd, void *arg)
{
	tcp_connected(arg, fd);
}

static void
opening_failed(const char *why, void *arg)
{
	struct connection *c = arg;

	trouble(c, "%s", why);
	dispatch(c, FSM_TCP_FAILED);
}

static const struct opening_ops opening_ops = {
	.ask = opening_ask,
	.connected = opening_connected,
	.failed = opening_failed,
};

/*
 * What the state machine asks for.
 */

/* The NOTIFICATION follows what was not written yet, and the socket goes with it. */
static void
do_notify(struct connection *c, const struct fsm_step *step,
    enum fsm_event event)
{
	uint8_t message[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(message, sizeof(message));
	char text[NOTIFICATION_TEXT_MAX];
	struct notification own;
	const struct notification *n = &own;
	uint8_t *queue;
	size_t nqueue;
	int fd;

	if (step->code == 0)
		n = c->fault;
	else
		notification_set(&own, step->code, step->subcode, "%s",
		    step->code == NOTIFY_FSM ? fsm_event_name(event) : "");
	if (step->code == NOTIFY_FSM)	/* RFC 6608 section 3 */
		notification_set_data(&own, &c->message, 1);
	notification_write(n, c->terms.hard_reset, &w);
	c->ops->notified(c, n, true, c->arg);
	trouble(c, "sent NOTIFICATION: %s",
	    notification_describe(n, text, sizeof(text)));
	c->env->messages_sent++;
	fd = stream_release(&c->stream, &queue, &nqueue);
	queue = xreallocarray(queue, nqueue + w.len, 1);
	memcpy(&queue[nqueue], message, w.len);
	farewell_say(c->env->farewells, fd, queue, nqueue + w.len);
}

static void
do_drop(struct connection *c)
{
	opening_cancel(&c->opening);
	stream_close(&c->stream);
	event_del(&c->hold);
	event_del(&c->keepalive);
	event_del(&c->send_hold);
	event_del(&c->delay);
}

static void
do_idle_hold(struct connection *c)
{
	unsigned int ms = c->env->settings->connect_retry * 1000U;

	if (c->incoming && ms > ACCEPT_HOLD_MS)
		ms = ACCEPT_HOLD_MS;
	timer_set(&c->retry, jitter(ms));
}

/* A connection that we accept has no ConnectRetryTimer: it never connects. */
static void
do_start_retry(struct connection *c)
{
	if (!c->incoming)
		timer_set(&c->retry,
		    jitter(c->env->settings->connect_retry * 1000U));
}

static void
send_message(struct connection *c, const struct wire_writer *w)
{
	c->env->messages_sent++;
	stream_write(&c->stream, w->data, w->len);
	watch_queue(c);
}

static void
do_send_open(struct connection *c)
{
	uint8_t message[BGP_MESSAGE_MAX];
	struct wire_writer w = wire_writer(message, sizeof(message));

	event_del(&c->delay);
	open_write(&c->env->ours, &w);
	send_message(c, &w);
}

/* While something waits to be sent, that is what shows that we live. */
static void
do_send_keepalive(struct connection *c)
{
	uint8_t message[BGP_HEADER_SIZE];
	struct wire_writer w = wire_writer(message, sizeof(message));

	if (c->state == BGP_ESTABLISHED && !stream_is_clear(&c->stream))
		return;
	message_write_keepalive(&w);
	send_message(c, &w);
}

static void
do_start_hold(struct connection *c)
{
	if (c->terms.hold_time == 0)
		event_del(&c->hold);
	else
		timer_set(&c->hold, c->terms.hold_time * 1000U);
}

/* A third of the hold time (RFC 4271 section 10). */
static void
do_start_keepalive(struct connection *c)
{
	if (c->terms.hold_time != 0)
		timer_set(&c->keepalive, jitter(c->terms.hold_time * 1000U / 3));
}

static void
act(struct connection *c, const struct fsm_step *step, enum fsm_event event)
{
	if (step->actions & FSM_NOTIFY)
		do_notify(c, step, event);
	if (step->actions & FSM_DROP)
		do_drop(c);
	if (step->actions & FSM_STOP_RETRY)
		event_del(&c->retry);
	if (step->actions & FSM_START_RETRY)
		do_start_retry(c);
	if (step->actions & FSM_IDLE_HOLD)
		do_idle_hold(c);
	if (step->actions & FSM_CONNECT)
		opening_begin(&c->opening);
	if (step->actions & FSM_START_DELAY)
		timer_set(&c->delay, c->env->settings->delay_open * 1000U);
	if (step->actions & FSM_SEND_OPEN)
		do_send_open(c);
	if (step->actions & FSM_SEND_KEEPALIVE)
		do_send_keepalive(c);
	if (step->actions & FSM_START_LONG_HOLD)
		timer_set(&c->hold, LONG_HOLD_MS);
	if (step->actions & FSM_START_HOLD)
		do_start_hold(c);
	if (step->actions & FSM_START_KEEPALIVE)
		do_start_keepalive(c);
}

/* Takes the machine through an event.  True if the message is to be acted upon. */
static bool
dispatch(struct connection *c, enum fsm_event event)
{
	enum bgp_state from = c->state;
	struct fsm_step step = fsm_next(from, event);

	c->state = step.next;
	act(c, &step, event);
	if (c->state != from)
		c->ops->changed(c, from, c->arg);
	return step.actions & FSM_ACCEPT;
}

void
connection_init(struct connection *c, struct connection_env *env,
    bool incoming, const struct connection_ops *ops, void *arg)
{
	memset(c, 0, sizeof(*c));
	c->ops = ops;
	c->arg = arg;
	c->env = env;
	c->incoming = incoming;
	c->state = BGP_IDLE;
	opening_init(&c->opening, env->base, &opening_ops, c);
	stream_init(&c->stream, &stream_ops, c, env->scratch);
	evtimer_assign(&c->retry, env->base, retry_expired, c);
	evtimer_assign(&c->hold, env->base, hold_expired, c);
	evtimer_assign(&c->keepalive, env->base, keepalive_expired, c);
	evtimer_assign(&c->delay, env->base, delay_expired, c);
	evtimer_assign(&c->send_hold, env->base, send_hold_expired, c);
}

void
connection_clear(struct connection *c)
{
	do_drop(c);
	event_del(&c->retry);
	c->state = BGP_IDLE;
}

void
connection_start(struct connection *c)
{
	dispatch(c, c->incoming ? FSM_START_PASSIVE : FSM_START);
}

void
connection_start_later(struct connection *c)
{
	if (c->state == BGP_IDLE && !event_pending(&c->retry, EV_TIMEOUT, NULL))
		do_idle_hold(c);
}

void
connection_stop(struct connection *c, const struct notification *why)
{
	fail(c, FSM_STOP, why);
}

void
connection_stand_down(struct connection *c)
{
	dispatch(c, FSM_COLLISION);
}

bool
connection_answer_socket(struct connection *c, uint32_t number,
    const struct connect_answer *answer, int fd)
{
	return opening_answer(&c->opening, number, answer, fd);
}

bool
connection_is_delayed(const struct connection *c)
{
	return event_pending(&c->delay, EV_TIMEOUT, NULL);
}

bool
connection_is_vacant(const struct connection *c)
{
	return c->state == BGP_ACTIVE && !stream_is_open(&c->stream);
}

void
connection_accept(struct connection *c, int fd)
{
	tcp_connected(c, fd);
}

void
connection_send(struct connection *c, const void *data, size_t size,
    size_t messages)
{
	c->env->messages_sent += messages;
	stream_write(&c->stream, data, size);
	watch_queue(c);
	do_start_keepalive(c);
}

bool
connection_is_clear(const struct connection *c)
{
	return stream_is_clear(&c->stream);
}

void
connection_await_room(struct connection *c)
{
	stream_await_room(&c->stream);
}

void
connection_probe(struct connection *c)
{
	do_send_keepalive(c);
}

void
connection_ask_refresh(struct connection *c)
{
	uint8_t messages[2 * BGP_ROUTE_REFRESH_SIZE];
	struct wire_writer w = wire_writer(messages, sizeof(messages));

	if (c->terms.families & NEIGHBOR_IPV4)
		message_write_route_refresh(&w, AFI_IPV4, REFRESH_REQUEST);
	if (c->terms.families & NEIGHBOR_IPV6)
		message_write_route_refresh(&w, AFI_IPV6, REFRESH_REQUEST);
	connection_send(c, w.data, w.len, w.len / BGP_ROUTE_REFRESH_SIZE);
}
