#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/engine.h"
#include "common/log.h"

static void __attribute__((format(printf, 4, 5)))
answer(struct rde *rde, uint32_t client, enum control_outcome outcome,
    const char *fmt, ...)
{
	struct control_result result;
	va_list ap;

	memset(&result, 0, sizeof(result));
	result.outcome = outcome;
	va_start(ap, fmt);
	vsnprintf(result.text, sizeof(result.text), fmt, ap);
	va_end(ap);
	rde_send(rde->frontend, CONTROL_RESULT, client, &result,
	    sizeof(result));
}

/* 0, or -1 with ENOSPC. */
static int
change(struct rde *rde, enum control_type kind, const struct prefix *p)
{
	switch (kind) {
	case CONTROL_WITHDRAW:
		return withdrawal_add(&rde->tables, p);
	case CONTROL_ANNOUNCE:
		return withdrawal_remove(&rde->tables, p);
	default:
		host_drain_set(rde, kind == CONTROL_DRAIN);
		return 0;
	}
}

static enum control_type
opposite(enum control_type kind)
{
	switch (kind) {
	case CONTROL_WITHDRAW:
		return CONTROL_ANNOUNCE;
	case CONTROL_ANNOUNCE:
		return CONTROL_WITHDRAW;
	case CONTROL_DRAIN:
		return CONTROL_UNDRAIN;
	default:
		return CONTROL_DRAIN;
	}
}

/* The subject of a sentence about the request. */
static const char *
subject(const struct operator_request *r, char buf[PREFIX_STRLEN])
{
	if (r->kind == CONTROL_DRAIN || r->kind == CONTROL_UNDRAIN)
		return "the host";
	return prefix_format(&r->prefix, buf);
}

/* False if it was answered already because there is nothing to do. */
static bool
host_may_change(struct rde *rde, const struct operator_request *r)
{
	bool is_drained = rde->tables.host != HOST_SERVES;

	if (is_drained != (r->kind == CONTROL_DRAIN))
		return true;
	answer(rde, r->client, CONTROL_NO_CHANGE, "the host is %sdrained",
	    is_drained ? "already " : "not ");
	return false;
}

static bool
prefix_may_change(struct rde *rde, const struct operator_request *r)
{
	const struct record *known = record_find(&rde->tables.records,
	    &r->prefix);
	bool exists = claim_first(&rde->tables, &r->prefix) != NULL ||
	    (known != NULL && known->announced);
	bool is_withdrawn = withdrawal_find(&rde->tables, &r->prefix);
	char prefix[PREFIX_STRLEN];

	prefix_format(&r->prefix, prefix);
	if (!exists && !is_withdrawn) {
		answer(rde, r->client, CONTROL_NO_SUCH_PREFIX,
		    rde->synced ? "no network has %s" :
		    "no network has %s, but Docker was not heard yet",
		    prefix);
		return false;
	}
	if (is_withdrawn == (r->kind == CONTROL_WITHDRAW)) {
		answer(rde, r->client, CONTROL_NO_CHANGE, "%s is %swithdrawn",
		    prefix, is_withdrawn ? "already " : "not ");
		return false;
	}
	return true;
}

uint32_t
operator_save(struct rde *rde)
{
	struct state_list list = rde->tables.withdrawn;

	if (!rde->has_state)		/* it would be lost */
		return 0;
	list.drained = rde->tables.host != HOST_SERVES;
	drain_memory_write(rde, &list);
	keep_write(rde, &list);
	rde_send(rde->parent, MSG_RDE_STATE_SAVE, ++rde->save_sequence,
	    &list, sizeof(list));
	return rde->save_sequence;
}

/*
 * Takes effect at once, and is saved; false if it was answered already because there
 * is nothing to do.
 */
static bool
begin_change(struct rde *rde, struct operator_request *r)
{
	bool of_host = r->kind == CONTROL_DRAIN || r->kind == CONTROL_UNDRAIN;

	if (!rde->has_state) {
		answer(rde, r->client, CONTROL_FAILED,
		    "bgplbd has not read its state file yet");
		return false;
	}
	if (!(of_host ? host_may_change(rde, r) : prefix_may_change(rde, r)))
		return false;
	if (change(rde, r->kind, &r->prefix) == -1) {
		answer(rde, r->client, CONTROL_REFUSED, "%u prefixes are "
		    "withdrawn already, which is the limit",
		    STATE_WITHDRAWN_MAX);
		return false;
	}
	apply(rde);
	r->sequence = operator_save(rde);
	return true;
}

static void
drop_request(struct rde *rde, struct operator_request *r)
{
	TAILQ_REMOVE(&rde->operator_queue, r, entry);
	rde->operator_waiting--;
	free(r);
}

/* Answers requests until one needs to be saved, or there are no more. */
static void
work_queue(struct rde *rde)
{
	struct operator_request *r;

	while ((r = TAILQ_FIRST(&rde->operator_queue)) != NULL &&
	    !begin_change(rde, r))
		drop_request(rde, r);
}

static void
enqueue(struct rde *rde, const struct message *m)
{
	struct operator_request *r;

	if (rde->operator_waiting == OPERATOR_REQUESTS_MAX) {
		answer(rde, m->peerid, CONTROL_REFUSED,
		    "%u requests wait already", OPERATOR_REQUESTS_MAX);
		return;
	}
	r = xcalloc(1, sizeof(*r));
	r->client = m->peerid;
	r->kind = m->type;
	if (m->len > 0)
		memcpy(&r->prefix, m->data, sizeof(r->prefix));
	TAILQ_INSERT_TAIL(&rde->operator_queue, r, entry);
	if (rde->operator_waiting++ == 0)
		work_queue(rde);
}

void
operator_handle(struct rde *rde, const struct message *m)
{
	if (m->type == CONTROL_SHOW_PREFIXES)
		prefix_list_begin(rde, m->peerid);
	else
		enqueue(rde, m);
}

static const char *
log_text(enum control_type kind)
{
	switch (kind) {
	case CONTROL_WITHDRAW:
		return "the operator has withdrawn it";
	case CONTROL_ANNOUNCE:
		return "the operator lets it be announced again";
	case CONTROL_DRAIN:
		return "drained by the operator";
	default:
		return "no longer drained";
	}
}

void
operator_saved(struct rde *rde, const struct message *m)
{
	struct operator_request *r = TAILQ_FIRST(&rde->operator_queue);
	struct state_saved saved;
	char buf[PREFIX_STRLEN];
	const char *what;

	if (m->peerid == 0 || m->peerid > rde->save_sequence)
		fatalx("parent: an answer to nothing that was to be saved");
	memcpy(&saved, m->data, sizeof(saved));
	if (r == NULL || m->peerid != r->sequence) {
		if (saved.error != 0)
			log_warn("which containers drain is not remembered "
			    "over a restart: the state file cannot be "
			    "written: %s", strerror(saved.error));
		return;
	}
	what = subject(r, buf);
	if (saved.error == 0) {
		log_info("%s%s: %s", what == buf ? "prefix " : "", what,
		    log_text(r->kind));
		answer(rde, r->client, CONTROL_OK, "%s", "");
	} else {
		if (change(rde, opposite(r->kind), &r->prefix) == -1)
			log_error("%s cannot be changed back", what);
		apply(rde);
		/* That of a drain, meanwhile, has taken the order along. */
		if (rde->save_sequence != r->sequence)
			(void)operator_save(rde);
		log_warn("%s%s: the state file cannot be written: %s",
		    what == buf ? "prefix " : "", what,
		    strerror(saved.error));
		answer(rde, r->client, CONTROL_FAILED, "%s stays as it was, "
		    "for the state file cannot be written: %s", what,
		    strerror(saved.error));
	}
	drop_request(rde, r);
	work_queue(rde);
}

void
operator_free(struct rde *rde)
{
	struct operator_request *r;

	while ((r = TAILQ_FIRST(&rde->operator_queue)) != NULL)
		drop_request(rde, r);
}
