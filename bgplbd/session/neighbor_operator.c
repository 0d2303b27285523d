#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/session/engine.h"
#include "bgplbd/session/neighbor_parts.h"
#include "common/log.h"

static void __attribute__((format(printf, 3, 4)))
answer(struct control_result *out, enum control_outcome outcome,
    const char *fmt, ...)
{
	va_list ap;

	out->outcome = outcome;
	va_start(ap, fmt);
	vsnprintf(out->text, sizeof(out->text), fmt, ap);
	va_end(ap);
}

/* It need not wait any more, and what it did is forgotten. */
static void
forgive(struct neighbor *n)
{
	event_del(&n->pause);
	memset(&n->damping, 0, sizeof(n->damping));
}

void
neighbor_reset(struct neighbor *n, const struct notification *why)
{
	forgive(n);
	neighbor_end(n, why);
	/* Also for this end itself. */
	forgive(n);
	neighbor_start_later(n);
}

static void
take_down(struct neighbor *n, const char *reason, struct control_result *out)
{
	struct notification cease;

	if (n->down) {
		answer(out, CONTROL_NO_CHANGE, "neighbor %s is down already",
		    n->name);
		return;
	}
	notification_set_shutdown(&cease, CEASE_ADMIN_SHUTDOWN, reason);
	cease.hard = true;
	log_info("neighbor %s: taken down by the operator", n->name);
	n->down = true;
	event_del(&n->pause);
	neighbor_end(n, &cease);
}

static void
bring_up(struct neighbor *n, struct control_result *out)
{
	if (!n->down && !neighbor_is_paused(n)) {
		answer(out, CONTROL_NO_CHANGE, "neighbor %s is not down",
		    n->name);
		return;
	}
	log_info("neighbor %s: brought up by the operator", n->name);
	n->down = false;
	forgive(n);
	neighbor_start(n);
}

static void
clear(struct neighbor *n, const char *reason, struct control_result *out)
{
	struct notification cease;

	if (n->down) {
		answer(out, CONTROL_REFUSED, "neighbor %s is down: bring it up",
		    n->name);
		return;
	}
	notification_set_shutdown(&cease, CEASE_ADMIN_RESET, reason);
	log_info("neighbor %s: session cleared by the operator", n->name);
	neighbor_reset(n, &cease);
}

/* RFC 2918 section 4. */
static void
ask_for_routes(struct neighbor *n, struct control_result *out)
{
	if (n->up == NULL) {
		answer(out, CONTROL_FAILED, "neighbor %s: the session is not "
		    "up", n->name);
		return;
	}
	if (!n->up->theirs.route_refresh) {
		answer(out, CONTROL_FAILED, "neighbor %s has no route refresh: "
		    "clear it instead", n->name);
		return;
	}
	n->held_prefixes = 0;
	connection_ask_refresh(n->up);
}

void
neighbor_order(struct neighbor *n, uint32_t type, const char *reason,
    struct control_result *out)
{
	switch (type) {
	case CONTROL_NEIGHBOR_DOWN:
		take_down(n, reason, out);
		break;
	case CONTROL_NEIGHBOR_UP:
		bring_up(n, out);
		break;
	case CONTROL_NEIGHBOR_CLEAR:
		clear(n, reason, out);
		break;
	case CONTROL_NEIGHBOR_REFRESH:
		ask_for_routes(n, out);
		break;
	}
}

const struct last_errors *
neighbor_errors(const struct neighbor *n)
{
	return &n->errors;
}

void
neighbor_set_errors(struct neighbor *n, const struct last_errors *errors)
{
	n->errors = *errors;
}

const char *
neighbor_interface(const struct neighbor *n)
{
	return n->settings->interface;
}

const struct address *
neighbor_address(const struct neighbor *n)
{
	return &n->settings->addr;
}

uint32_t
neighbor_number(const struct neighbor *n)
{
	return n->number;
}

bool
neighbor_has_settings(const struct neighbor *n,
    const struct neighbor_settings *settings)
{
	return n->settings == settings;
}

const struct neighbor_settings *
neighbor_prefix(const struct neighbor *n)
{
	return n->prefix;
}

uint64_t
neighbor_barriers_passed(const struct neighbor *n)
{
	return n->up == NULL ? UINT64_MAX : n->barriers_passed;
}

void
neighbor_report(const struct neighbor *n, struct control_neighbor *out)
{
	memset(out, 0, sizeof(*out));
	out->addr = n->settings->addr;
	out->remote_as = n->settings->remote_as;	/* 0: not known yet */
	out->state = n->outgoing.state > n->incoming.state ?
	    n->outgoing.state : n->incoming.state;
	out->changed_seconds = (uint64_t)(neighbor_now() - n->changed);
	out->port = n->settings->port;
	out->passive = n->settings->passive;
	out->dynamic = n->prefix != NULL;
	out->down = n->down;
	out->messages_sent = n->env.messages_sent;
	out->messages_received = n->env.messages_received;
	out->updates_sent = n->updates_sent;
	out->updates_received = n->updates_received;
	out->received_prefixes = n->received_prefixes;
	out->times_established = n->times_established;
	strlcpy(out->description, n->settings->description,
	    sizeof(out->description));
	out->password = n->settings->has_password;
	strlcpy(out->interface, n->settings->interface,
	    sizeof(out->interface));
	last_errors_report(&n->errors, neighbor_now(), out);
	if (n->up == NULL)
		return;
	out->remote_as = n->up->theirs.as;
	out->local_address = n->local;
	out->families = n->up->terms.families;
	out->router_id = n->up->theirs.router_id;
	out->hold_time = n->up->terms.hold_time;
	out->sent_prefixes = adjacency_count(&n->adjacency);
}
