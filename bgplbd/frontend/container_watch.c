#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/connection_tries.h"
#include "bgplbd/frontend/container_watch.h"
#include "bgplbd/frontend/docker_parse.h"
#include "bgplbd/frontend/docker_query.h"
#include "bgplbd/frontend/http_reply.h"
#include "bgplbd/frontend/id_table.h"
#include "bgplbd/frontend/kept_fact.h"
#include "bgplbd/messages/types.h"
#include "common/log.h"

#define MESSAGE_MAX		256

struct container {
	struct id_entry		 entry;		/* first, for id_table.h */
	bool			 running;	/* as far as the stream and lists tell */
	bool			 unsure;	/* whether it runs: only a try says so */
	bool			 seen;		/* running, in this sync's words */
	bool			 told;		/* the rde knows it */
	bool			 inspecting;
	bool			 stale;		/* the inspection under way is */
	bool			 urgent;	/* tell at once, sync or not */
	bool			 awaited;	/* by the sync */
	bool			 again;		/* inspect once the sync is over */
	bool			 unread;	/* its inspection could not be had */
	bool			 complained;	/* and that was logged */
	bool			 cut_off;	/* has too many endpoints: logged */
	uint64_t		 signals;	/* to be told after the fact: bit 0 is 1 */
	struct container_fact	*fact;		/* for the sync's end; may be NULL */
	struct container_fact	*known;		/* the last picture, with what events
						 * told since; NULL: none */
};

struct container_watch {
	struct docker_watch	*watch;
	struct network_watch	*networks;
	struct id_table		 containers;
	struct connection_tries	 tries;
	unsigned int		 awaited;
	unsigned int		 nunread;
	bool			 incomplete;	/* the list of this sync is */
	bool			 complained;	/* of a list */
};

static void
drop_fact(struct container *c)
{
	free(c->fact);
	c->fact = NULL;
}

static void
drop_known(struct container *c)
{
	free(c->known);
	c->known = NULL;
}

static void
set_unread(struct container_watch *w, struct container *c, bool unread)
{
	if (c->unread == unread)
		return;
	c->unread = unread;
	if (unread) {
		w->nunread++;
		return;
	}
	c->complained = false;
	if (--w->nunread == 0)
		w->watch->all_read(w->watch->arg);
}

/* Whether it is time to log that it cannot be read: once until it could be. */
static bool
may_complain(struct container *c)
{
	bool first = !c->complained;

	c->complained = true;
	return first;
}

static void
remove_container(struct container_watch *w, struct container *c)
{
	drop_fact(c);
	drop_known(c);
	id_table_remove(&w->containers, c);
}

/* Removes it unless something is still to be remembered of it. */
static void
release(struct container_watch *w, struct container *c)
{
	if (!c->running)
		set_unread(w, c, false);
	if (!c->running && !c->told && !c->inspecting && c->fact == NULL)
		remove_container(w, c);
}

struct container_watch *
container_watch_new(struct docker_watch *watch, struct network_watch *networks)
{
	struct container_watch *w = xcalloc(1, sizeof(*w));

	w->watch = watch;
	w->networks = networks;
	id_table_init(&w->containers, "container");
	connection_tries_init(&w->tries);
	return w;
}

void
container_watch_free(struct container_watch *w)
{
	struct container *c;

	if (w == NULL)
		return;
	while ((c = id_table_first(&w->containers)) != NULL)
		remove_container(w, c);
	connection_tries_clear(&w->tries);
	free(w);
}

static void
tell_signal(struct container_watch *w, const struct object_id *id, int signal)
{
	struct container_signal message;

	memset(&message, 0, sizeof(message));
	message.container = *id;
	message.signal = signal;
	w->watch->tell(MSG_FRONTEND_CONTAINER_SIGNAL, &message,
	    sizeof(message), w->watch->arg);
}

/* The fact, and then the signals that came before the rde could know whose. */
static void
tell_fact(struct container_watch *w, struct container *c,
    const struct container_fact *fact)
{
	int signal;

	c->told = true;
	w->watch->tell(MSG_FRONTEND_CONTAINER, fact, container_fact_size(fact),
	    w->watch->arg);
	for (signal = 1; c->signals != 0; signal++, c->signals >>= 1)
		if (c->signals & 1)
			tell_signal(w, &c->entry.id, signal);
}

static void
tell_died(struct container_watch *w, struct container *c)
{
	drop_fact(c);
	drop_known(c);
	c->signals = 0;
	if (!c->told)
		return;
	c->told = false;
	w->watch->tell(MSG_FRONTEND_CONTAINER_DIED, &c->entry.id,
	    sizeof(c->entry.id), w->watch->arg);
}

static void	container_answered(const struct docker_answer *, void *);

static void
inspect(struct container_watch *w, struct container *c)
{
	struct docker_request request = { .kind = DOCKER_INSPECT_CONTAINER };

	if (c->inspecting) {
		c->stale = true;
		return;
	}
	c->inspecting = true;
	c->stale = false;
	if (c->unsure)
		request.kind = DOCKER_INSPECT_CONNECTED;
	request.id = c->entry.id;
	docker_query(w->watch->queries, &request, container_answered, w);
}

static void
take_fact(struct container_watch *w, struct container *c,
    const struct container_fact *fact)
{
	bool urgent = c->urgent;

	c->urgent = false;
	connection_tries_end(&w->tries, &c->entry.id);
	c->running = c->seen = fact->running;
	c->unsure = false;
	if (!fact->running || fact->nendpoints == 0) {
		tell_died(w, c);
		return;
	}
	kept_fact_set(&c->known, fact);
	if (w->watch->syncing)
		kept_fact_set(&c->fact, fact);
	if (!w->watch->syncing || urgent)
		tell_fact(w, c, fact);
}

/* Those beyond the limit are named by their number, once. */
static void
check_endpoints(struct container_watch *w, struct container *c,
    struct json_value v)
{
	unsigned int n = docker_container_left_out(v, network_watch_is_ours,
	    w->networks);

	if (n > 0 && !c->cut_off)
		log_warn("container %.*s: it is in more than %d load-balanced "
		    "networks: %u of them do not serve it", OBJECT_ID_SHORT,
		    c->entry.id.hex, CONTAINER_ENDPOINTS_MAX, n);
	c->cut_off = n > 0;
}

/* 0, or -1 if it is not understood, which is logged. */
static int
take_inspection(struct container_watch *w, struct container *c,
    const struct docker_answer *answer)
{
	struct json *doc = json_parse(answer->body, answer->len);
	struct container_fact fact;
	int result = 0;

	if (answer->fault[0] != '\0') {
		if (may_complain(c))
			log_warn("container %.*s: Docker's inspection %s",
			    OBJECT_ID_SHORT, c->entry.id.hex, answer->fault);
		result = -1;
	} else if (doc == NULL || docker_container_parse(json_root(doc),
	    network_watch_is_ours, w->networks, &fact) == -1 ||
	    !object_id_equal(&fact.container, &c->entry.id)) {
		if (may_complain(c))
			log_warn("container %.*s: Docker's inspection is not "
			    "understood", OBJECT_ID_SHORT, c->entry.id.hex);
		result = -1;
	} else {
		check_endpoints(w, c, json_root(doc));
		take_fact(w, c, &fact);
	}
	json_free(doc);
	return result;
}

/* 0 if it shows that there is no such container, or -1, which is logged. */
static int
take_refusal(struct container_watch *w, struct container *c,
    const struct docker_answer *answer)
{
	char message[MESSAGE_MAX];

	if (answer->status == HTTP_STATUS_NOT_FOUND) {
		c->running = false;
		tell_died(w, c);
		return 0;
	}
	docker_message_parse(answer->body, answer->len, message,
	    sizeof(message));
	if (may_complain(c))
		log_warn("container %.*s: Docker does not show it: %s "
		    "(status %d)", OBJECT_ID_SHORT, c->entry.id.hex, message,
		    answer->status);
	return -1;
}

static void
take_answer(struct container_watch *w, struct container *c,
    const struct docker_answer *answer)
{
	int result = answer->status == HTTP_STATUS_OK ?
	    take_inspection(w, c, answer) : take_refusal(w, c, answer);

	set_unread(w, c, result == -1);
	if (result == -1)
		w->watch->unread(w->watch->arg);
}

/*
 * The container is locked; there will be an answer when Docker is done with it.
 */
static void
ask_later(struct container_watch *w, struct container *c, const char *error)
{
	if (may_complain(c))
		log_warn("container %.*s: %s, it is asked again",
		    OBJECT_ID_SHORT, c->entry.id.hex, error);
	set_unread(w, c, true);
	c->urgent = true;
	inspect(w, c);
}

/*
 * Docker lists it for none of our networks, or does not run it.  If an event has named
 * one, then not yet.
 */
static void
take_unlisted(struct container_watch *w, struct container *c)
{
	if (connection_tries_has(&w->tries, &c->entry.id))
		return;
	set_unread(w, c, false);
	tell_died(w, c);
}

/* It is done with, for the sync if that waited for it. */
static void
settle(struct container_watch *w, struct container *c)
{
	bool awaited = c->awaited;

	c->awaited = false;
	release(w, c);
	if (!awaited)
		return;
	w->awaited--;
	w->watch->settled(w->watch->arg);
}

static void
container_answered(const struct docker_answer *answer, void *arg)
{
	struct container_watch *w = arg;
	struct container *c = id_table_find(&w->containers,
	    &answer->request->id);

	if (c == NULL)
		return;
	c->inspecting = false;
	if (answer->outcome == DOCKER_FAILED) {
		w->watch->failed(answer->error, w->watch->arg);
		return;
	}
	if (c->stale && c->running) {
		inspect(w, c);
		return;
	}
	if (answer->outcome == DOCKER_REFUSED)
		take_unlisted(w, c);
	else if (c->running) {	/* else it died meanwhile */
		if (answer->outcome == DOCKER_LATE)
			ask_later(w, c, answer->error);
		else
			take_answer(w, c, answer);
	}
	settle(w, c);
}

static void
started(struct container_watch *w, const struct docker_event *event)
{
	struct container *c = id_table_get(&w->containers,
	    &event->container, sizeof(*c));

	if (c == NULL)
		return;
	c->running = c->seen = true;
	c->unsure = false;
	c->urgent = true;
	inspect(w, c);
}

/*
 * An event tells something new of the container: a picture that is being taken
 * is stale; so may be one that is kept for a sync, though the event was put
 * into it.
 */
static void
outdate(struct container *c)
{
	c->stale = true;
	c->again = c->fact != NULL;
}

static void
died(struct container_watch *w, struct container *c)
{
	c->running = c->urgent = false;
	c->stale = true;
	tell_died(w, c);
	release(w, c);
}

static void
health_changed(struct container_watch *w, struct container *c,
    enum health health)
{
	struct container_health message;

	outdate(c);
	if (c->fact != NULL)
		c->fact->health = (uint8_t)health;
	if (c->known != NULL)
		c->known->health = (uint8_t)health;
	if (!c->told)
		return;
	memset(&message, 0, sizeof(message));
	message.container = c->entry.id;
	message.health = health;
	w->watch->tell(MSG_FRONTEND_CONTAINER_HEALTH, &message,
	    sizeof(message), w->watch->arg);
}

static void
pause_changed(struct container_watch *w, struct container *c, bool paused)
{
	struct container_paused message;

	outdate(c);
	if (c->fact != NULL)
		c->fact->paused = paused;
	if (c->known != NULL)
		c->known->paused = paused;
	if (!c->told)
		return;
	memset(&message, 0, sizeof(message));
	message.container = c->entry.id;
	message.paused = paused;
	w->watch->tell(MSG_FRONTEND_CONTAINER_PAUSED, &message,
	    sizeof(message), w->watch->arg);
}

/* An inspection does not show signals, so none is made stale. */
static void
signalled(struct container_watch *w, struct container *c, int signal)
{
	if (c->told)
		tell_signal(w, &c->entry.id, signal);
	else if (c->inspecting || c->fact != NULL)
		c->signals |= (uint64_t)1 << (signal - 1);
}

/*
 * One that is not known to run may be about to start, or have run in other networks
 * only: then its start event or the first try shows it.
 */
static void
connected(struct container_watch *w, struct container *c,
    const struct docker_event *event)
{
	if (!network_watch_may_be_ours(w->networks, &event->network,
	    event->driver))
		return;
	connection_tries_begin(&w->tries, &event->container);
	w->watch->try_soon(w->watch->arg);
	if (c == NULL || !c->running)
		return;
	c->urgent = true;
	inspect(w, c);
}

static void
try_to_find(const struct object_id *id, bool last, void *arg)
{
	struct container_watch *w = arg;
	struct container *c;

	if (last) {
		w->watch->sync_again(w->watch->arg);
		return;
	}
	c = id_table_get(&w->containers, id, sizeof(*c));
	if (c == NULL || c->inspecting)
		return;
	c->unsure |= !c->running;
	c->running = c->urgent = true;
	inspect(w, c);
}

bool
container_watch_try(struct container_watch *w)
{
	return connection_tries_run(&w->tries, try_to_find, w);
}

static void
disconnected(struct container_watch *w, struct container *c,
    const struct docker_event *event)
{
	struct container_disconnect message;

	if (!network_watch_may_be_ours(w->networks, &event->network,
	    event->driver))
		return;
	outdate(c);
	if (c->fact != NULL)
		kept_fact_drop_endpoint(c->fact, &event->network);
	if (c->known != NULL)
		kept_fact_drop_endpoint(c->known, &event->network);
	if (!c->told)
		return;
	memset(&message, 0, sizeof(message));
	message.container = c->entry.id;
	message.network = event->network;
	w->watch->tell(MSG_FRONTEND_DISCONNECT, &message, sizeof(message),
	    w->watch->arg);
}

void
container_watch_event(struct container_watch *w,
    const struct docker_event *event)
{
	struct container *c = id_table_find(&w->containers,
	    &event->container);

	if (event->kind == EVENT_CONTAINER_START) {
		started(w, event);
		return;
	}
	if (event->kind == EVENT_NETWORK_CONNECT) {
		connected(w, c, event);
		return;
	}
	if (c == NULL)
		return;
	switch (event->kind) {
	case EVENT_CONTAINER_DIE:
	case EVENT_CONTAINER_DESTROY:
		connection_tries_end(&w->tries, &event->container);
		died(w, c);
		break;
	case EVENT_CONTAINER_HEALTH:
		health_changed(w, c, event->health);
		break;
	case EVENT_CONTAINER_PAUSE:
	case EVENT_CONTAINER_UNPAUSE:
		pause_changed(w, c, event->kind == EVENT_CONTAINER_PAUSE);
		break;
	case EVENT_CONTAINER_KILL:
		signalled(w, c, event->signal);
		break;
	case EVENT_NETWORK_DISCONNECT:
		disconnected(w, c, event);
		break;
	default:
		break;
	}
}

void
container_watch_sync_begin(struct container_watch *w)
{
	struct container *c;

	w->incomplete = false;
	for (c = id_table_first(&w->containers); c != NULL;
	    c = id_table_next(c)) {
		drop_fact(c);
		c->seen = c->again = false;
	}
}

/* One of which the list shows what is known is not inspected. */
static void
take_listed(struct container_watch *w, struct container *c,
    const struct docker_listed *listed)
{
	c->running = c->seen = true;
	c->unsure = false;
	if (!listed->attached)
		set_unread(w, c, false);
	if (!listed->attached || c->awaited || c->fact != NULL)
		return;
	if (c->known != NULL && !c->inspecting && !c->unread &&
	    docker_listed_is_as_known(listed, c->known)) {
		kept_fact_set(&c->fact, c->known);
		return;
	}
	c->awaited = true;
	w->awaited++;
	if (!c->inspecting)
		inspect(w, c);
}

void
container_watch_sync_listed(struct container_watch *w, struct json_value v,
    const char *fault)
{
	struct docker_listed listed;
	struct container *c;

	if (docker_listed_container_parse(v, network_watch_is_ours,
	    w->networks, &listed) == -1) {
		if (!w->complained)
			log_warn("Docker: a container in its list %s",
			    fault[0] != '\0' ? fault : "is not understood");
		w->incomplete = w->complained = true;
		return;
	}
	if (fault[0] != '\0') {	/* its inspection tells whether it matters */
		listed.attached = true;
		listed.state = false;
	}
	c = id_table_get(&w->containers, &listed.id, sizeof(*c));
	if (c == NULL)
		w->incomplete = true;
	else
		take_listed(w, c, &listed);
}

void
container_watch_sync_all_listed(struct container_watch *w)
{
	if (!w->incomplete)
		w->complained = false;
}

bool
container_watch_is_incomplete(const struct container_watch *w)
{
	struct container *c;

	if (w->incomplete)
		return true;
	for (c = id_table_first(&w->containers); c != NULL;
	    c = id_table_next(c))
		if (c->unread && c->seen)
			return true;
	return false;
}

bool
container_watch_is_settled(const struct container_watch *w)
{
	return w->awaited == 0;
}

unsigned int
container_watch_sync_tell(struct container_watch *w, bool complete)
{
	struct container *c;
	unsigned int count = 0;

	for (c = id_table_first(&w->containers); c != NULL;
	    c = id_table_next(c)) {
		if (complete)
			c->told = false;
		if (c->fact == NULL)
			continue;
		tell_fact(w, c, c->fact);
		count++;
	}
	return count;
}

void
container_watch_sync_end(struct container_watch *w)
{
	struct container *c, *next;

	for (c = id_table_first(&w->containers); c != NULL; c = next) {
		next = id_table_next(c);
		drop_fact(c);
		if (!c->seen)
			c->running = false;
		if (c->again && c->running) {
			c->urgent = true;
			inspect(w, c);
		}
		c->again = false;
		release(w, c);
	}
}

void
container_watch_abort(struct container_watch *w)
{
	struct container *c, *next;

	w->awaited = 0;
	connection_tries_clear(&w->tries);
	for (c = id_table_first(&w->containers); c != NULL; c = next) {
		next = id_table_next(c);
		c->inspecting = c->awaited = c->urgent = false;
		c->signals = 0;
		drop_fact(c);
		drop_known(c);
		release(w, c);
	}
}
