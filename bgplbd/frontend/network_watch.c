#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/docker_parse.h"
#include "bgplbd/frontend/docker_query.h"
#include "bgplbd/frontend/http_reply.h"
#include "bgplbd/frontend/id_table.h"
#include "bgplbd/frontend/network_facts.h"
#include "bgplbd/frontend/network_watch.h"
#include "bgplbd/messages/types.h"
#include "common/log.h"

#define MESSAGE_MAX		256
#define FAULTY_LOGGED_MAX	16	/* networks of a list, by their ids */

struct network {
	struct id_entry		 entry;		/* first, for id_table.h */
	bool			 own;		/* shown by a plugin call or the kernel */
	bool			 ours;		/* by its driver in Docker's words */
	bool			 told;		/* the rde knows it */
	bool			 cut_off;	/* has too many subnets, and it was logged */
	bool			 inspecting;
	bool			 stale;		/* the inspection under way is */
	bool			 gone;		/* while a sync runs, or the inspection */
	struct network_fact	*fact;		/* in facts, or NULL */
	char			 name[CONTROL_NAME_MAX];
};

struct network_watch {
	struct docker_watch	*watch;
	const char		*label;
	struct driver_names	 drivers;
	struct id_table		 networks;
	struct network_facts	 facts;		/* for the sync's end */
	struct object_id	*others;	/* of the list, not for the rde */
	size_t			 nothers;
	bool			 incomplete;	/* the list of this sync is */
	unsigned int		 nfaulty;	/* of its networks */
	bool			 complained;	/* of those of the last list */
	bool			 passed_unknown; /* in it, a driver of an unknown name */
	bool			 list_again;	/* it was one of ours */
};

/* Removes it unless something is still to be remembered of it. */
static void
release(struct network_watch *w, struct network *n)
{
	if (n->gone && w->watch->syncing)
		return;
	if (!n->own && !n->told && !n->inspecting && n->fact == NULL)
		id_table_remove(&w->networks, n);
}

struct network_watch *
network_watch_new(struct docker_watch *watch, const struct settings *settings)
{
	struct network_watch *w = xcalloc(1, sizeof(*w));

	w->watch = watch;
	w->label = settings->label;
	driver_names_init(&w->drivers, settings->plugin_socket);
	id_table_init(&w->networks, "network");
	network_facts_init(&w->facts);
	return w;
}

void
network_watch_free(struct network_watch *w)
{
	struct network *n;

	if (w == NULL)
		return;
	while ((n = id_table_first(&w->networks)) != NULL)
		id_table_remove(&w->networks, n);
	network_facts_clear(&w->facts);
	free(w->others);
	free(w);
}

bool
network_watch_is_ours(const struct object_id *id, void *arg)
{
	const struct network_watch *w = arg;
	const struct network *n = id_table_find(&w->networks, id);

	return n != NULL && (n->own || n->ours);
}

/* Its name in full, or at least as much of its id as Docker's own tools show. */
static bool
is_called(const struct network *n, const char *text, size_t len)
{
	return (len > 0 && strcmp(n->name, text) == 0) || (len >= OBJECT_ID_SHORT &&
	    strncmp(n->entry.id.hex, text, len) == 0);
}

bool
network_watch_has_ours(const struct network_watch *w, const char *text)
{
	size_t len = strlen(text);
	struct network *n;

	for (n = id_table_first(&w->networks); n != NULL;
	    n = id_table_next(n))
		if ((n->own || n->ours) && is_called(n, text, len))
			return true;
	return false;
}

bool
network_watch_may_be_ours(const struct network_watch *w,
    const struct object_id *id, const char *driver)
{
	const struct network *n = id_table_find(&w->networks, id);

	return driver[0] == '\0' || driver_names_has(&w->drivers, driver) ||
	    (n != NULL && (n->own || n->ours));
}

bool
network_watch_own(struct network_watch *w, const struct object_id *id)
{
	struct network *n = id_table_get(&w->networks, id, sizeof(*n));

	if (n == NULL)
		return false;
	n->own = true;
	n->gone = false;
	return !n->ours;
}

void
network_watch_disown(struct network_watch *w, const struct object_id *id)
{
	struct network *n = id_table_find(&w->networks, id);

	if (n == NULL)
		return;
	n->own = false;
	release(w, n);
}

/* True if a network of ours shows a name of ours that was not known. */
static bool
learn_driver(struct network_watch *w, const struct network *n,
    const char *driver)
{
	if (!n->own || !driver_names_learn(&w->drivers, driver))
		return false;
	log_info("network %.*s: its driver is this daemon, under the name %s",
	    OBJECT_ID_SHORT, n->entry.id.hex, driver);
	w->watch->named(driver, w->watch->arg);
	return true;
}

/*
 * The managers of a swarm list all its networks, also those that are not on this
 * host, for no container here uses them: of such, neither address nor label counts.
 */
static bool
is_elsewhere(const struct network *n)
{
	return network_id_is_swarm(&n->entry.id) && !n->own;
}

/* Takes over what Docker says of a network; true if the rde is to know. */
static bool
classify(struct network_watch *w, struct network *n,
    struct docker_network *docker)
{
	/* No link of ours can make one of Docker's own drivers this daemon. */
	if (driver_name_is_of_docker(docker->driver))
		n->own = false;
	if (is_elsewhere(n)) {
		n->ours = false;
		return false;
	}
	n->ours = driver_names_has(&w->drivers, docker->driver);
	strlcpy(n->name, docker->fact.name, sizeof(n->name));
	docker->fact.ours = n->ours || n->own;
	if (docker->cut_off && !n->cut_off)
		log_warn("network %s (%.*s): it has more than %d subnets, the "
		    "rest is not announced", docker->fact.name,
		    OBJECT_ID_SHORT, n->entry.id.hex, NETWORK_SUBNETS_MAX);
	n->cut_off = docker->cut_off;
	return docker->fact.ours || docker->fact.labelled;
}

static void
keep_fact(struct network_watch *w, struct network *n,
    const struct network_fact *fact)
{
	if (n->fact == NULL)
		n->fact = network_facts_add(&w->facts);
	*n->fact = *fact;
}

static void
tell_fact(struct network_watch *w, struct network *n,
    const struct network_fact *fact)
{
	n->told = true;
	w->watch->tell(MSG_FRONTEND_NETWORK, fact, sizeof(*fact),
	    w->watch->arg);
}

static void
tell_gone(struct network_watch *w, struct network *n)
{
	n->fact = NULL;
	n->ours = false;
	if (!n->told)
		return;
	n->told = false;
	w->watch->tell(MSG_FRONTEND_NETWORK_GONE, &n->entry.id,
	    sizeof(n->entry.id), w->watch->arg);
}

static void	network_answered(const struct docker_answer *, void *);

static void
inspect(struct network_watch *w, struct network *n)
{
	struct docker_request request = { .kind = DOCKER_INSPECT_NETWORK };

	if (n->inspecting) {
		n->stale = true;
		return;
	}
	n->inspecting = true;
	n->stale = false;
	request.id = n->entry.id;
	docker_query(w->watch->queries, &request, network_answered, w);
}

static void
take_inspection(struct network_watch *w, struct network *n,
    const struct docker_answer *answer)
{
	struct json *doc = json_parse(answer->body, answer->len);
	struct docker_network docker;

	if (answer->fault[0] != '\0') {
		log_warn("network %.*s: Docker's inspection %s",
		    OBJECT_ID_SHORT, n->entry.id.hex, answer->fault);
		w->watch->unread(w->watch->arg);
	} else if (doc == NULL || docker_network_parse(json_root(doc), w->label,
	    &docker) == -1 ||
	    !object_id_equal(&docker.fact.network, &n->entry.id)) {
		log_warn("network %.*s: Docker's inspection is not understood",
		    OBJECT_ID_SHORT, n->entry.id.hex);
		w->watch->unread(w->watch->arg);
	} else {
		if (learn_driver(w, n, docker.driver))
			w->watch->sync_again(w->watch->arg);
		if (!classify(w, n, &docker))
			tell_gone(w, n);
		else {
			tell_fact(w, n, &docker.fact);
			if (w->watch->syncing)
				keep_fact(w, n, &docker.fact);
		}
	}
	json_free(doc);
}

static void
take_refusal(struct network_watch *w, struct network *n,
    const struct docker_answer *answer)
{
	char message[MESSAGE_MAX];

	if (answer->status == HTTP_STATUS_NOT_FOUND) {
		tell_gone(w, n);
		return;
	}
	docker_message_parse(answer->body, answer->len, message,
	    sizeof(message));
	log_warn("network %.*s: Docker does not show it: %s (status %d)",
	    OBJECT_ID_SHORT, n->entry.id.hex, message, answer->status);
	w->watch->unread(w->watch->arg);
}

static void
network_answered(const struct docker_answer *answer, void *arg)
{
	struct network_watch *w = arg;
	struct network *n = id_table_find(&w->networks, &answer->request->id);

	if (n == NULL)
		return;
	n->inspecting = false;
	if (answer->outcome == DOCKER_FAILED) {
		w->watch->failed(answer->error, w->watch->arg);
		return;
	}
	if (answer->outcome == DOCKER_LATE) {
		log_warn("network %.*s: %s", OBJECT_ID_SHORT, n->entry.id.hex,
		    answer->error);
		w->watch->unread(w->watch->arg);
	} else if (n->stale && !n->gone)
		inspect(w, n);
	else if (!n->gone && answer->status == HTTP_STATUS_OK)
		take_inspection(w, n, answer);
	else if (!n->gone)
		take_refusal(w, n, answer);
	release(w, n);
}

void
network_watch_learn(struct network_watch *w)
{
	struct network *n;

	for (n = id_table_first(&w->networks); n != NULL;
	    n = id_table_next(n))
		if (n->own && !n->ours)
			inspect(w, n);
}

void
network_watch_event(struct network_watch *w, const struct docker_event *event)
{
	struct network *n;

	if (event->kind == EVENT_NETWORK_CREATE) {
		n = id_table_get(&w->networks, &event->network, sizeof(*n));
		if (n != NULL) {
			n->gone = false;
			inspect(w, n);
		}
		return;
	}
	/* A list that is under way may still name it. */
	if (w->watch->syncing)
		n = id_table_get(&w->networks, &event->network, sizeof(*n));
	else
		n = id_table_find(&w->networks, &event->network);
	if (n == NULL)
		return;
	/*
	 * One of a swarm comes back under its id, and Docker's call may be here
	 * before the event; the call that deleted it has disowned it.
	 */
	if (n->own && network_id_is_swarm(&n->entry.id))
		return;
	n->gone = true;
	n->own = false;
	tell_gone(w, n);
	release(w, n);
}

static void
drop_facts(struct network_watch *w)
{
	struct network *n;

	for (n = id_table_first(&w->networks); n != NULL;
	    n = id_table_next(n))
		n->fact = NULL;
	network_facts_clear(&w->facts);
	free(w->others);
	w->others = NULL;
	w->nothers = 0;
}

void
network_watch_sync_begin(struct network_watch *w)
{
	drop_facts(w);
	w->incomplete = w->passed_unknown = w->list_again = false;
	w->nfaulty = 0;
}

/* Without an id that any network has, it cannot be one of ours. */
static void
take_unparsable(struct network_watch *w, struct json_value v,
    const char *fault)
{
	struct object_id id;

	if (docker_network_id_parse(json_member(v, "Id"), &id) == -1)
		return;
	if (!w->complained && w->nfaulty++ < FAULTY_LOGGED_MAX)
		log_warn("network %.*s: what Docker lists of it %s",
		    OBJECT_ID_SHORT, id.hex,
		    fault[0] != '\0' ? fault : "is not understood");
	w->incomplete = true;
}

/* Of a swarm's networks under our name, those that are not here do not count. */
static void
keep_other(struct network_watch *w, const struct network *n,
    const struct docker_network *docker)
{
	if (n->gone || driver_names_has(&w->drivers, docker->driver))
		return;
	if ((w->nothers & (w->nothers - 1)) == 0)
		w->others = xreallocarray(w->others, w->nothers == 0 ? 1 :
		    2 * w->nothers, sizeof(w->others[0]));
	w->others[w->nothers++] = n->entry.id;
}

/* By the driver of one of ours, others that the list named before may be ours too. */
static void
learn_from_list(struct network_watch *w, const struct docker_network *docker)
{
	const struct network *n = id_table_find(&w->networks,
	    &docker->fact.network);

	if (n != NULL && learn_driver(w, n, docker->driver) &&
	    w->passed_unknown)
		w->list_again = true;
	if (!driver_name_is_of_docker(docker->driver) &&
	    !driver_names_has(&w->drivers, docker->driver))
		w->passed_unknown = true;
}

void
network_watch_sync_listed(struct network_watch *w, struct json_value v,
    const char *fault)
{
	struct docker_network docker;
	struct network *n;

	if (fault[0] != '\0' ||
	    docker_network_parse(v, w->label, &docker) == -1) {
		take_unparsable(w, v, fault);
		return;
	}
	learn_from_list(w, &docker);
	n = id_table_get(&w->networks, &docker.fact.network, sizeof(*n));
	if (n == NULL) {
		w->incomplete = true;
		return;
	}
	if (!n->gone && classify(w, n, &docker))
		keep_fact(w, n, &docker.fact);
	else {
		keep_other(w, n, &docker);
		release(w, n);
	}
}

bool
network_watch_sync_all_listed(struct network_watch *w)
{
	if (w->list_again)
		return false;
	w->complained = w->incomplete;
	return true;
}

bool
network_watch_is_incomplete(const struct network_watch *w)
{
	return w->incomplete;
}

/* Those that are gone since the list was made do not count. */
static void
drop_gone_others(struct network_watch *w)
{
	const struct network *n;
	size_t i, kept = 0;

	for (i = 0; i < w->nothers; i++) {
		n = id_table_find(&w->networks, &w->others[i]);
		if (n == NULL || !n->gone)
			w->others[kept++] = w->others[i];
	}
	w->nothers = kept;
}

static void
tell_others(struct network_watch *w)
{
	size_t i, n;

	drop_gone_others(w);
	for (i = 0; i < w->nothers; i += n) {
		n = w->nothers - i;
		if (n > OTHER_NETWORKS_PER_MESSAGE)
			n = OTHER_NETWORKS_PER_MESSAGE;
		w->watch->tell(MSG_FRONTEND_OTHER_NETWORKS, &w->others[i],
		    n * sizeof(w->others[0]), w->watch->arg);
	}
}

unsigned int
network_watch_sync_tell(struct network_watch *w, bool complete)
{
	struct network *n;
	unsigned int count = 0;

	for (n = id_table_first(&w->networks); n != NULL;
	    n = id_table_next(n)) {
		if (complete)
			n->told = false;
		if (n->fact == NULL)
			continue;
		tell_fact(w, n, n->fact);
		count++;
	}
	tell_others(w);
	return count;
}

static void
release_all(struct network_watch *w)
{
	struct network *n, *next;

	drop_facts(w);
	for (n = id_table_first(&w->networks); n != NULL; n = next) {
		next = id_table_next(n);
		release(w, n);
	}
}

void
network_watch_sync_end(struct network_watch *w)
{
	struct network *n;

	for (n = id_table_first(&w->networks); n != NULL;
	    n = id_table_next(n))
		if (!n->told)
			n->ours = false;
	release_all(w);
}

void
network_watch_abort(struct network_watch *w)
{
	struct network *n;

	for (n = id_table_first(&w->networks); n != NULL;
	    n = id_table_next(n)) {
		n->inspecting = false;
		n->gone = false;
	}
	release_all(w);
}
