#include <sys/queue.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>

#include "bgplbd/frontend/accept_gate.h"
#include "bgplbd/frontend/connection_limit.h"
#include "bgplbd/frontend/plugin_body.h"
#include "bgplbd/frontend/plugin_server.h"
#include "common/clock.h"
#include "common/log.h"

#define METHODS		(EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | \
    EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE)

/*
 * A request that waits for the rde; all have the same time, so the first is the
 * oldest.  When Docker has had an error, or went away, the call is still remembered,
 * among those that are late.
 */
struct waiting {
	TAILQ_ENTRY(waiting)	 entry;
	struct plugin_server	*server;
	struct evhttp_request	*request;	/* NULL: it is late */
	struct plugin_call	 call;
	uint32_t		 tag;
	uint64_t		 asked_ms;	/* clock_ms() */
	time_t			 deadline;	/* CLOCK_MONOTONIC */
};
TAILQ_HEAD(waiting_list, waiting);

/* Between a connection's socket and evhttp; connection_limit.h frees it. */
struct connection_input {
	struct plugin_body	*body;
	struct evbuffer		*sifted;	/* empty between calls */
	struct evbuffer_cb_entry *entry;
};

struct plugin_server {
	struct v6subnet_memo		 memo;
	struct evhttp			*http;
	struct accept_gate		*gate;
	struct connection_limit		*limit;
	struct event			*timer;
	const struct plugin_server_ops	*ops;
	void				*arg;
	bool				 global_scope;
	uint32_t			 last_tag;
	struct waiting_list		 waiting;
	struct waiting_list		 late;	/* the oldest first */
	unsigned int			 nlate;
	uint64_t			 replied_ms;	/* the rde, last; 0: never */
};

static time_t
now_seconds(void)
{
	return (time_t)(clock_ms() / 1000);
}

static void
start_timer(struct plugin_server *s)
{
	const struct waiting *first = TAILQ_FIRST(&s->waiting);
	struct timeval in = { .tv_sec = 0 };
	time_t now;

	if (first == NULL) {
		evtimer_del(s->timer);
		return;
	}
	now = now_seconds();
	if (first->deadline > now)
		in.tv_sec = first->deadline - now;
	evtimer_add(s->timer, &in);
}

static void
send_answer(struct evhttp_request *request, int status, const char *text,
    size_t len)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
	struct evbuffer *body = evhttp_request_get_output_buffer(request);

	if (evhttp_add_header(headers, "Content-Type",
	    "application/json") == -1 || evbuffer_add(body, text, len) == -1)
		fatalx("out of memory for an answer to Docker");
	evhttp_send_reply(request, status,
	    status == HTTP_OK ? "OK" : "Internal Server Error", NULL);
}

static void
answer_error(struct evhttp_request *request, const char *sentence)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		fatal("open_memstream");
	plugin_call_answer_error(sentence, out);
	if (fclose(out) == EOF)
		fatal("cannot write an answer to Docker");
	log_warn("Docker called %s: refused: %s",
	    evhttp_request_get_uri(request), sentence);
	send_answer(request, HTTP_INTERNAL, text, len);
	free(text);
}

static void
answer_call(struct plugin_server *s, struct evhttp_request *request,
    const struct plugin_call *call, const struct plugin_reply *reply)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		fatal("open_memstream");
	plugin_call_answer(call, reply, s->global_scope, out);
	if (fclose(out) == EOF)
		fatal("cannot write an answer to Docker");
	log_debug("Docker called %s: %s", evhttp_request_get_uri(request),
	    text);
	send_answer(request, HTTP_OK, text, len);
	free(text);
}

static void
forget_late(struct plugin_server *s, struct waiting *w)
{
	TAILQ_REMOVE(&s->late, w, entry);
	s->nlate--;
	free(w);
}

static void
become_late(struct waiting *w)
{
	struct plugin_server *s = w->server;

	TAILQ_REMOVE(&s->waiting, w, entry);
	w->request = NULL;
	TAILQ_INSERT_TAIL(&s->late, w, entry);
	if (++s->nlate > PLUGIN_LATE_MAX)
		forget_late(s, TAILQ_FIRST(&s->late));
	start_timer(s);
}

/*
 * Docker went away.  evhttp (libevent 2.1.12) has taken a request that was not
 * answered off its connection, and leaves it to us; one that is still on it, it
 * frees itself with the connection.  (As it does not read while a request is under
 * way, this is rare: mostly the reply comes first, and fails to be written.)
 */
static void
connection_closed(struct evhttp_connection *connection, void *arg)
{
	struct waiting *w = arg;

	(void)connection;
	if (evhttp_request_get_connection(w->request) == NULL)
		evhttp_request_free(w->request);
	become_late(w);
}

/* The caller answers the request. */
static struct evhttp_request *
take_request(struct waiting *w)
{
	struct evhttp_request *request = w->request;

	evhttp_connection_set_closecb(evhttp_request_get_connection(request),
	    NULL, NULL);
	return request;
}

/* The same, and the call is done with. */
static struct evhttp_request *
stop_waiting(struct waiting *w)
{
	struct evhttp_request *request = take_request(w);

	TAILQ_REMOVE(&w->server->waiting, w, entry);
	start_timer(w->server);
	free(w);
	return request;
}

static void
wait_for_rde(struct plugin_server *s, struct evhttp_request *request,
    const struct plugin_call *call)
{
	struct waiting *w;
	const void *message;
	size_t len;

	message = plugin_call_message(call, &len);
	if (s->ops->ask(plugin_call_type(call), ++s->last_tag, message, len,
	    s->arg) == -1) {
		answer_error(request, "bgplb: its route decision engine has "
		    "ended");
		return;
	}
	w = xcalloc(1, sizeof(*w));
	w->server = s;
	w->request = request;
	w->call = *call;
	w->tag = s->last_tag;
	w->asked_ms = clock_ms();
	w->deadline = now_seconds() + PLUGIN_DEADLINE;
	evhttp_connection_set_closecb(evhttp_request_get_connection(request),
	    connection_closed, w);
	TAILQ_INSERT_TAIL(&s->waiting, w, entry);
	start_timer(s);
}

static void
handle_request(struct evhttp_request *request, void *arg)
{
	struct plugin_server *s = arg;
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
	const char *path = uri != NULL ? evhttp_uri_get_path(uri) : NULL;
	struct evbuffer *in = evhttp_request_get_input_buffer(request);
	size_t len = evbuffer_get_length(in);
	struct plugin_call call;
	struct sentence why;

	if (evhttp_request_get_command(request) != EVHTTP_REQ_POST) {
		answer_error(request, "bgplb: plugin calls are made with the "
		    "method POST");
		return;
	}
	switch (plugin_call_parse(path != NULL ? path : "",
	    (const char *)evbuffer_pullup(in, -1), len, &s->memo, &call, &why)) {
	case PLUGIN_REFUSED:
		answer_error(request, why.text);
		break;
	case PLUGIN_ANSWERED:
		answer_call(s, request, &call, NULL);
		break;
	case PLUGIN_ASK_RDE:
		wait_for_rde(s, request, &call);
		break;
	}
}

static struct waiting *
find(struct waiting_list *list, uint32_t tag)
{
	struct waiting *w;

	TAILQ_FOREACH(w, list, entry)
		if (w->tag == tag)
			return w;
	return NULL;
}

/* Docker has called again for the same, and that call decides. */
static bool
is_called_again(const struct waiting_list *list, const struct waiting *late)
{
	const struct waiting *w;

	TAILQ_FOREACH(w, list, entry)
		if ((int32_t)(w->tag - late->tag) > 0 &&
		    plugin_call_is_same(&w->call, &late->call))
			return true;
	return false;
}

static double
seconds(uint64_t from_ms, uint64_t to_ms)
{
	return to_ms > from_ms ? (double)(to_ms - from_ms) / 1000 : 0;
}

/* What Docker's call had to wait for. */
static void
tell_late(const struct waiting *w, const struct plugin_reply *reply,
    bool undone)
{
	double taken = seconds(w->asked_ms, reply->taken_ms);

	log_warn("Docker's call %s was answered %.1f s late%s: the route "
	    "decision engine took it up after %.1f s and needed %.1f s for it%s%s",
	    plugin_call_path(&w->call), seconds(w->asked_ms +
	    PLUGIN_DEADLINE * 1000, clock_ms()), undone ?
	    ", and what it made is undone" : "", taken,
	    seconds(reply->taken_ms, clock_ms()),
	    reply->before[0] != '\0' ? "; before it, " :
	    taken > 1 ? "; nothing kept it but that it had no processor, or was "
	    "stopped" : "", reply->before);
}

static void
take_late_reply(struct plugin_server *s, struct waiting *w,
    const struct plugin_reply *reply)
{
	struct plugin_undo undo;
	bool undoes = !is_called_again(&s->waiting, w) &&
	    !is_called_again(&s->late, w) &&
	    plugin_call_undo(&w->call, reply, &undo);

	tell_late(w, reply, undoes);
	if (undoes)
		(void)s->ops->ask(undo.type, ++s->last_tag, &undo.message,
		    undo.len, s->arg);
	if (reply->error == 0)
		s->ops->late(&w->call, s->arg);
	forget_late(s, w);
}

void
plugin_server_reply(struct plugin_server *s, uint32_t tag,
    const struct plugin_reply *reply)
{
	struct plugin_call call;
	struct sentence why;
	struct waiting *w = find(&s->waiting, tag);

	s->replied_ms = clock_ms();
	if (w == NULL) {
		if ((w = find(&s->late, tag)) != NULL)
			take_late_reply(s, w, reply);
		return;		/* or it is the reply to an undoing */
	}
	if (reply->error != 0) {
		sentence_set(&why, "%s", reply->text[0] != '\0' ? reply->text :
		    strerror(reply->error));
		answer_error(stop_waiting(w), why.text);
		return;
	}
	call = w->call;
	answer_call(s, stop_waiting(w), &call, reply);
	s->ops->done(&call, s->arg);
}

static unsigned int
count(const struct waiting_list *list)
{
	const struct waiting *w;
	unsigned int n = 0;

	TAILQ_FOREACH(w, list, entry)
		n++;
	return n;
}

static void
deadline_passed(evutil_socket_t fd, short what, void *arg)
{
	struct plugin_server *s = arg;
	time_t now = now_seconds();
	struct waiting *w;

	(void)fd;
	(void)what;
	while ((w = TAILQ_FIRST(&s->waiting)) != NULL && w->deadline <= now) {
		log_warn("Docker called %s %.1f s ago, and the route decision "
		    "engine has not answered: its last answer of any call was "
		    "%.1f s ago, %u calls wait; its own next lines, or that of "
		    "the late answer, tell what kept it",
		    plugin_call_path(&w->call),
		    seconds(w->asked_ms, clock_ms()), s->replied_ms == 0 ? 0 :
		    seconds(s->replied_ms, clock_ms()), count(&s->waiting));
		answer_error(take_request(w), "bgplb: its route decision "
		    "engine did not answer in time, see bgplbd's log");
		become_late(w);
	}
	start_timer(s);
}

void
plugin_server_fail(struct plugin_server *s, const char *sentence)
{
	struct waiting *w;

	while ((w = TAILQ_FIRST(&s->waiting)) != NULL)
		answer_error(stop_waiting(w), sentence);
}

/*
 * What has come from Docker stands at the end of the buffer that evhttp reads next: it is
 * replaced there by what plugin_body.h makes of it.
 */
static void
sift_input(struct evbuffer *in, const struct evbuffer_cb_info *info, void *arg)
{
	struct connection_input *input = arg;
	struct evbuffer_iovec piece;
	size_t old = evbuffer_get_length(in) - info->n_added;

	if (info->n_added == 0)
		return;
	evbuffer_cb_clear_flags(in, input->entry, EVBUFFER_CB_ENABLED);
	if (evbuffer_remove_buffer(in, input->sifted, old) != (int)old)
		fatalx("out of memory for Docker's call");
	while (evbuffer_peek(in, -1, NULL, &piece, 1) > 0) {
		plugin_body_feed(input->body, piece.iov_base, piece.iov_len,
		    input->sifted);
		evbuffer_drain(in, piece.iov_len);
	}
	if (evbuffer_add_buffer(in, input->sifted) == -1)
		fatalx("out of memory for Docker's call");
	evbuffer_cb_set_flags(in, input->entry, EVBUFFER_CB_ENABLED);
}

static void
free_input(void *arg)
{
	struct connection_input *input = arg;

	plugin_body_free(input->body);
	evbuffer_free(input->sifted);
	free(input);
}

static struct bufferevent *
new_connection(struct event_base *base, void *arg)
{
	struct plugin_server *s = arg;
	struct connection_input *input;
	struct bufferevent *bev;

	(void)base;
	accept_gate_passed(s->gate);
	input = xcalloc(1, sizeof(*input));
	input->body = plugin_body_new();
	input->sifted = evbuffer_new();
	if (input->sifted == NULL)
		fatalx("out of memory for a plugin connection");
	bev = connection_limit_accept(s->limit, input);
	if (bev == NULL) {
		free_input(input);
		return NULL;
	}
	input->entry = evbuffer_add_cb(bufferevent_get_input(bev), sift_input,
	    input);
	if (input->entry == NULL)
		fatalx("out of memory for a plugin connection");
	return bev;
}

struct plugin_server *
plugin_server_new(struct event_base *base, int fd, bool global_scope,
    const struct plugin_server_ops *ops, void *arg)
{
	struct plugin_server *s = xcalloc(1, sizeof(*s));
	struct evconnlistener *listener;

	s->ops = ops;
	s->arg = arg;
	s->global_scope = global_scope;
	TAILQ_INIT(&s->waiting);
	TAILQ_INIT(&s->late);
	s->http = evhttp_new(base);
	s->timer = evtimer_new(base, deadline_passed, s);
	if (s->http == NULL || s->timer == NULL ||
	    evutil_make_socket_nonblocking(fd) == -1)
		fatal("cannot set up the plugin socket");
	evhttp_set_max_headers_size(s->http, PLUGIN_HEADER_MAX);
	evhttp_set_max_body_size(s->http, PLUGIN_WANTED_MAX);
	evhttp_set_timeout(s->http, PLUGIN_IDLE);
	evhttp_set_allowed_methods(s->http, METHODS);
	evhttp_set_bevcb(s->http, new_connection, s);
	evhttp_set_gencb(s->http, handle_request, s);
	listener = evconnlistener_new(base, NULL, NULL,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (listener == NULL ||
	    evhttp_bind_listener(s->http, listener) == NULL)
		fatal("cannot listen on the plugin socket");
	s->gate = accept_gate_new(listener, "plugin socket");
	s->limit = connection_limit_new(base, s->gate,
	    PLUGIN_CONNECTIONS_MAX, free_input);
	return s;
}

void
plugin_server_listen(struct plugin_server *s, int fd)
{
	accept_gate_replace(s->gate, fd);
}

void
plugin_server_free(struct plugin_server *s)
{
	struct waiting *w;

	if (s == NULL)
		return;
	while ((w = TAILQ_FIRST(&s->waiting)) != NULL)
		stop_waiting(w);
	while ((w = TAILQ_FIRST(&s->late)) != NULL)
		forget_late(s, w);
	accept_gate_free(s->gate);
	evhttp_free(s->http);
	connection_limit_free(s->limit);
	event_free(s->timer);
	free(s);
}
