#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/frontend/docker_query.h"
#include "bgplbd/frontend/http_reply.h"
#include "bgplbd/frontend/start_failure_search.h"
#include "common/log.h"
#include "common/timer.h"

#define LATE		"Docker did not answer in time"
#define NOT_UNDERSTOOD	"Docker's answer is not understood"
#define REASON_MAX	128

struct start_failure_search {
	struct docker_queries	*queries;
	const struct start_failure_search_ops *ops;
	void			*arg;
	struct event		*deadline;
	uint32_t		 clients[CONTROL_CLIENTS_MAX];
	unsigned int		 nclients;	/* 0: no search runs */
	unsigned int		 unanswered;	/* questions, also of one that is over */
	/* Of the search that runs. */
	struct object_id	 containers[SEARCH_MAX];
	unsigned int		 ncontainers;
	unsigned int		 nasked;
	unsigned int		 nseen;
	unsigned int		 total;		/* also of those beyond SEARCH_MAX */
	char			 reason[REASON_MAX];	/* why one was not seen */
	struct control_start_failure rows[SEARCH_MAX];
	unsigned int		 nrows;
};

static void
send_result(struct start_failure_search *s, uint32_t client,
    enum control_outcome outcome, const char *text)
{
	struct control_result result = { .outcome = outcome };

	strlcpy(result.text, text, sizeof(result.text));
	s->ops->reply(CONTROL_RESULT, client, &result, sizeof(result), s->arg);
}

static void
answer(struct start_failure_search *s, uint32_t client, const char *text)
{
	unsigned int i;

	for (i = 0; i < s->nrows; i++)
		s->ops->reply(CONTROL_START_FAILURE, client, &s->rows[i],
		    sizeof(s->rows[i]), s->arg);
	send_result(s, client, CONTROL_OK, text);
}

/* unseen: a sentence on what was not looked at, or "". */
static void
end(struct start_failure_search *s, const char *unseen)
{
	unsigned int i;

	evtimer_del(s->deadline);
	for (i = 0; i < s->nclients; i++)
		answer(s, s->clients[i], unseen);
	s->nclients = 0;
}

/* Some were looked at. */
static void
end_with(struct start_failure_search *s, const char *reason)
{
	char text[CONTROL_TEXT_MAX] = "";

	if (s->nseen < s->total)
		snprintf(text, sizeof(text), "%u of %u: %s",
		    s->total - s->nseen, s->total, reason);
	end(s, text);
}

static void
deadline_passed(evutil_socket_t fd, short what, void *arg)
{
	struct start_failure_search *s = arg;

	(void)fd;
	(void)what;
	if (s->total > 0)
		end_with(s, LATE);
	else
		end(s, LATE);
}

static bool
is_answer_good(const struct docker_answer *a, char why[REASON_MAX])
{
	if (a->outcome != DOCKER_ANSWERED)
		strlcpy(why, a->error, REASON_MAX);
	else if (a->status != HTTP_STATUS_OK)
		snprintf(why, REASON_MAX, "Docker refuses, with HTTP status %d",
		    a->status);
	else if (a->fault[0] != '\0')
		snprintf(why, REASON_MAX, "Docker's answer %s", a->fault);
	else
		return true;
	return false;
}

/* One that was removed meanwhile, or left our networks, is no failure. */
static void
take_inspection(struct start_failure_search *s, const struct docker_answer *a)
{
	struct control_start_failure *row = &s->rows[s->nrows];
	struct json *doc;

	if (a->outcome == DOCKER_REFUSED || (a->outcome == DOCKER_ANSWERED &&
	    a->status == HTTP_STATUS_NOT_FOUND)) {
		s->nseen++;
		return;
	}
	if (!is_answer_good(a, s->reason))
		return;
	doc = json_parse(a->body, a->len);
	switch (start_failure_parse(json_root(doc), row)) {
	case START_FAILURE_FOUND:
		s->nrows++;
		s->nseen++;
		break;
	case START_FAILURE_NONE:
		s->nseen++;
		break;
	case START_FAILURE_UNREADABLE:
		strlcpy(s->reason, NOT_UNDERSTOOD, sizeof(s->reason));
		break;
	}
	json_free(doc);
}

static void	go_on(struct start_failure_search *);

static void
inspected(const struct docker_answer *a, void *arg)
{
	struct start_failure_search *s = arg;

	s->unanswered--;
	if (s->nclients == 0)
		return;
	take_inspection(s, a);
	go_on(s);
}

/* No more at a time than Docker works on, so that few are left if it hangs. */
static void
go_on(struct start_failure_search *s)
{
	struct docker_request request = { .kind = DOCKER_INSPECT_STOPPED };

	while (s->nasked < s->ncontainers &&
	    s->unanswered < QUERY_SEARCH_MAX) {
		request.id = s->containers[s->nasked++];
		s->unanswered++;
		docker_query_for_search(s->queries, &request, inspected, s);
	}
	if (s->unanswered == 0)
		end_with(s, s->reason);
}

static void
element_listed(struct json_value v, const char *fault, void *arg)
{
	struct start_failure_search *s = arg;
	struct object_id id;

	if (s->nclients == 0)
		return;
	if (fault[0] != '\0') {
		s->total++;
		snprintf(s->reason, sizeof(s->reason), "what Docker lists %s",
		    fault);
		return;
	}
	if (!start_failure_is_possible(v, s->ops->is_ours, s->arg, &id))
		return;
	s->total++;
	if (s->ncontainers < SEARCH_MAX)
		s->containers[s->ncontainers++] = id;
	else
		snprintf(s->reason, sizeof(s->reason),
		    "no more than %d are asked for", SEARCH_MAX);
}

static void
listed(const struct docker_answer *a, void *arg)
{
	struct start_failure_search *s = arg;
	char why[REASON_MAX];

	s->unanswered--;
	if (s->nclients == 0)
		return;
	if (is_answer_good(a, why))
		go_on(s);
	else
		end(s, why);
}

static void
begin(struct start_failure_search *s)
{
	static const struct docker_request request =
	    { .kind = DOCKER_LIST_STOPPED };

	s->ncontainers = s->nasked = s->nseen = s->total = s->nrows = 0;
	s->reason[0] = '\0';
	timer_set(s->deadline, SEARCH_SECONDS * 1000);
	s->unanswered++;
	docker_query_list(s->queries, &request, element_listed, listed, s);
}

void
start_failure_search_ask(struct start_failure_search *s, uint32_t client,
    const char *unknown)
{
	if (unknown[0] != '\0')
		send_result(s, client, CONTROL_OK, unknown);
	else if (s->nclients == 0 && s->unanswered > 0)
		send_result(s, client, CONTROL_OK,
		    "Docker has not answered the last search yet");
	else if (s->nclients == CONTROL_CLIENTS_MAX)
		send_result(s, client, CONTROL_REFUSED,
		    "too many clients have asked, try again later");
	else {
		s->clients[s->nclients++] = client;
		if (s->nclients == 1)
			begin(s);
	}
}

struct start_failure_search *
start_failure_search_new(struct event_base *base,
    struct docker_queries *queries, const struct start_failure_search_ops *ops,
    void *arg)
{
	struct start_failure_search *s = xcalloc(1, sizeof(*s));

	s->queries = queries;
	s->ops = ops;
	s->arg = arg;
	s->deadline = evtimer_new(base, deadline_passed, s);
	if (s->deadline == NULL)
		fatalx("cannot make a timer for a search");
	return s;
}

void
start_failure_search_free(struct start_failure_search *s)
{
	if (s == NULL)
		return;
	event_free(s->deadline);
	free(s);
}
