#include <sys/queue.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "bgplbd/frontend/docker_client.h"
#include "bgplbd/frontend/docker_query.h"
#include "bgplbd/frontend/docker_wanted.h"
#include "bgplbd/frontend/http_reply.h"
#include "bgplbd/frontend/json_sieve.h"
#include "common/log.h"

#define TEXT(x)		TEXT_OF(x)
#define TEXT_OF(x)	#x
#define NOT_JSON	"is not JSON as expected"
#define TOO_DEEP	"is nested more than " TEXT(JSON_READ_DEPTH) " deep"
#define TOO_LONG	"holds more than 512 KiB of what is read of it"
_Static_assert(DOCKER_OBJECT_MAX == 512 * 1024, "the sentence has another limit");

enum lane_name {
	LANE_CONTAINERS,
	LANE_NETWORKS,
	LANE_STOPS,
	LANE_PROCESSES,
	LANE_SEARCH,
	LANE_COUNT
};

struct query {
	TAILQ_ENTRY(query)	 entry;		/* in waiting or running */
	struct lane		*lane;
	struct docker_request	 request;
	docker_answer_fn	*fn;
	void			*arg;
	struct docker_transfer	*transfer;	/* NULL: it waits, or has ended */
	struct event		 deadline;
	struct docker_answer	 answer;
	docker_element_fn	*element;	/* of a list, else NULL */
	struct json_sieve	*sieve;		/* from the header on */
};
TAILQ_HEAD(query_list, query);

struct lane {
	struct docker_queries	*queries;
	struct query_list	 waiting;
	struct query_list	 running;
	unsigned int		 nrunning;
	unsigned int		 max;
};

struct docker_queries {
	struct event_base	*base;
	struct docker_client	*client;
	struct docker_wanted	 wanted;
	struct lane		 lanes[LANE_COUNT];
};

static void	start_waiting(struct lane *);

static struct lane *
lane_of(struct docker_queries *queries, uint32_t kind)
{
	switch (kind) {
	case DOCKER_INSPECT_CONTAINER:
	case DOCKER_INSPECT_CONNECTED:
		return &queries->lanes[LANE_CONTAINERS];
	case DOCKER_STOP_CONTAINER:
		return &queries->lanes[LANE_STOPS];
	case DOCKER_SIGNAL_PROCESS:
		return &queries->lanes[LANE_PROCESSES];
	case DOCKER_LIST_STOPPED:
	case DOCKER_INSPECT_STOPPED:
		return &queries->lanes[LANE_SEARCH];
	default:
		return &queries->lanes[LANE_NETWORKS];
	}
}

static void
stop_running(struct query *q)
{
	TAILQ_REMOVE(&q->lane->running, q, entry);
	q->lane->nrunning--;
	evtimer_del(&q->deadline);
	docker_transfer_cancel(q->transfer);
	q->transfer = NULL;
}

static void
query_free(struct query *q)
{
	json_sieve_free(q->sieve);
	free(q);
}

/* The place in the lane is free before fn is called, which may ask anew. */
static void
finish(struct query *q, enum docker_outcome outcome, const char *error)
{
	struct lane *lane = q->lane;

	stop_running(q);
	q->answer.request = &q->request;
	q->answer.outcome = outcome;
	q->answer.error = error;
	q->fn(&q->answer, q->arg);
	query_free(q);
	start_waiting(lane);
}

static void
take_object(const struct json_element *e, void *arg)
{
	struct query *q = arg;

	q->answer.body = e->text;
	q->answer.len = e->len;
	if (e->over)
		q->answer.fault = TOO_LONG;
}

static void
take_element(const struct json_element *e, void *arg)
{
	struct query *q = arg;
	struct json *doc = json_parse(e->text, e->len);

	q->element(json_root(doc), e->over ? TOO_LONG : "", q->arg);
	json_free(doc);
}

static void
query_header(int status, void *arg)
{
	struct query *q = arg;
	const struct json_wanted *wanted;

	q->answer.status = status;
	wanted = docker_wanted_of(&q->lane->queries->wanted, q->request.kind);
	if (status != HTTP_STATUS_OK)
		q->sieve = json_sieve_new(JSON_SIEVE_WHOLE, docker_wanted_error,
		    DOCKER_ERROR_MAX, take_object, q);
	else if (q->element != NULL)
		q->sieve = json_sieve_new(JSON_SIEVE_LIST, wanted,
		    DOCKER_OBJECT_MAX, take_element, q);
	else
		q->sieve = json_sieve_new(JSON_SIEVE_WHOLE, wanted,
		    DOCKER_OBJECT_MAX, take_object, q);
}

static void
set_fault(struct query *q)
{
	q->answer.fault = errno == E2BIG ? TOO_DEEP : NOT_JSON;
}

/* Asking again would not help, so it counts as answered. */
static void
query_data(const char *data, size_t len, void *arg)
{
	struct query *q = arg;

	if (json_sieve_feed(q->sieve, data, len) == 0)
		return;
	set_fault(q);
	finish(q, DOCKER_ANSWERED, "");
}

static void
query_end(const char *error, void *arg)
{
	struct query *q = arg;

	q->transfer = NULL;
	if (error[0] == '\0' && q->sieve != NULL &&
	    json_sieve_end(q->sieve) == -1)
		set_fault(q);
	finish(q, error[0] == '\0' ? DOCKER_ANSWERED : DOCKER_FAILED, error);
}

static void
query_refused(void *arg)
{
	struct query *q = arg;

	q->transfer = NULL;
	finish(q, DOCKER_REFUSED, "Docker lists it for none of our networks");
}

static const struct docker_transfer_ops query_ops = {
	.header = query_header,
	.data = query_data,
	.end = query_end,
	.refused = query_refused,
};

static void
query_late(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	finish(arg, DOCKER_LATE, "Docker did not answer in time");
}

static void
start_waiting(struct lane *lane)
{
	static const struct timeval deadline = { .tv_sec = QUERY_DEADLINE };
	struct docker_queries *queries = lane->queries;
	struct query *q;

	while (lane->nrunning < lane->max &&
	    (q = TAILQ_FIRST(&lane->waiting)) != NULL) {
		TAILQ_REMOVE(&lane->waiting, q, entry);
		TAILQ_INSERT_TAIL(&lane->running, q, entry);
		lane->nrunning++;
		if (evtimer_assign(&q->deadline, queries->base, query_late,
		    q) == -1 || evtimer_add(&q->deadline, &deadline) == -1)
			fatalx("cannot set a deadline for Docker");
		q->transfer = docker_client_start(queries->client, &q->request,
		    &query_ops, q);
	}
}

static void
add(struct lane *lane, const struct docker_request *request,
    docker_element_fn *element, docker_answer_fn *fn, void *arg)
{
	struct query *q = xcalloc(1, sizeof(*q));

	q->request = *request;
	q->answer.body = q->answer.fault = "";
	q->element = element;
	q->fn = fn;
	q->arg = arg;
	q->lane = lane;
	TAILQ_INSERT_TAIL(&q->lane->waiting, q, entry);
	start_waiting(q->lane);
}

void
docker_query(struct docker_queries *queries,
    const struct docker_request *request, docker_answer_fn *fn, void *arg)
{
	add(lane_of(queries, request->kind), request, NULL, fn, arg);
}

void
docker_query_list(struct docker_queries *queries,
    const struct docker_request *request, docker_element_fn *element,
    docker_answer_fn *fn, void *arg)
{
	add(lane_of(queries, request->kind), request, element, fn, arg);
}

void
docker_query_for_stop(struct docker_queries *queries,
    const struct docker_request *request, docker_answer_fn *fn, void *arg)
{
	add(&queries->lanes[LANE_STOPS], request, NULL, fn, arg);
}

void
docker_query_for_search(struct docker_queries *queries,
    const struct docker_request *request, docker_answer_fn *fn, void *arg)
{
	add(&queries->lanes[LANE_SEARCH], request, NULL, fn, arg);
}

static void
clear_lane(struct lane *lane)
{
	struct query *q;

	while ((q = TAILQ_FIRST(&lane->waiting)) != NULL) {
		TAILQ_REMOVE(&lane->waiting, q, entry);
		query_free(q);
	}
	while ((q = TAILQ_FIRST(&lane->running)) != NULL) {
		stop_running(q);
		query_free(q);
	}
}

void
docker_queries_cancel(struct docker_queries *queries)
{
	clear_lane(&queries->lanes[LANE_CONTAINERS]);
	clear_lane(&queries->lanes[LANE_NETWORKS]);
}

struct docker_queries *
docker_queries_new(struct event_base *base, struct docker_client *client,
    const char *label)
{
	static const unsigned int max[LANE_COUNT] = {
		[LANE_CONTAINERS] = QUERY_CONTAINERS_MAX,
		[LANE_NETWORKS] = QUERY_NETWORKS_MAX,
		[LANE_STOPS] = QUERY_STOPS_MAX,
		[LANE_PROCESSES] = QUERY_PROCESSES_MAX,
		[LANE_SEARCH] = QUERY_SEARCH_MAX,
	};
	struct docker_queries *queries = xcalloc(1, sizeof(*queries));
	struct lane *lane;
	int i;

	queries->base = base;
	queries->client = client;
	docker_wanted_init(&queries->wanted, label);
	for (i = 0; i < LANE_COUNT; i++) {
		lane = &queries->lanes[i];
		lane->queries = queries;
		lane->max = max[i];
		TAILQ_INIT(&lane->waiting);
		TAILQ_INIT(&lane->running);
	}
	return queries;
}

void
docker_queries_free(struct docker_queries *queries)
{
	if (queries == NULL)
		return;
	docker_queries_cancel(queries);
	clear_lane(&queries->lanes[LANE_STOPS]);
	clear_lane(&queries->lanes[LANE_PROCESSES]);
	clear_lane(&queries->lanes[LANE_SEARCH]);
	free(queries);
}
