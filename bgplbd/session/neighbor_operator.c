#include <string.h>

#include "bgplbd/session/engine.h"
#include "bgplbd/session/neighbor_parts.h"

const struct address *
neighbor_address(const struct neighbor *n)
{
	return &n->settings->addr;
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
	out->messages_sent = n->env.messages_sent;
	out->messages_received = n->env.messages_received;
	out->updates_sent = n->updates_sent;
	out->updates_received = n->updates_received;
	out->received_prefixes = n->received_prefixes;
	out->times_established = n->times_established;
	strlcpy(out->description, n->settings->description,
	    sizeof(out->description));
	strlcpy(out->last_error, n->last_error, sizeof(out->last_error));
	if (n->up == NULL)
		return;
	out->remote_as = n->up->theirs.as;
	out->local_address = n->local;
	out->families = n->up->terms.families;
	out->router_id = n->up->theirs.router_id;
	out->hold_time = n->up->terms.hold_time;
	out->sent_prefixes = adjacency_count(&n->adjacency);
}
