#include <string.h>

#include "bgplbctl/check/check.h"

/* It ended the last session, or kept one from coming up since. */
static bool
is_of_now(const struct control_neighbor *n,
    const struct control_notification *notification)
{
	return notification->present && (n->times_established == 0 ||
	    notification->seconds <= n->changed_seconds + 1);
}

/*
 * What was said in BGP tells more than what TCP met after it, which is mostly that the
 * neighbor refuses another connection for a while.
 */
static void
say_notification(struct finding *f, const struct control_neighbor *n)
{
	const struct control_notification *last = NULL;
	const char *who = "the neighbor said: ";

	if (is_of_now(n, &n->received))
		last = &n->received;
	if (is_of_now(n, &n->sent) &&
	    (last == NULL || n->sent.seconds < last->seconds)) {
		last = &n->sent;
		who = "it was told: ";
	}
	if (f == NULL || last == NULL ||
	    strstr(n->last_error, "NOTIFICATION") != NULL)
		return;
	strlcat(f->text, "; ", sizeof(f->text));
	strlcat(f->text, who, sizeof(f->text));
	strlcat(f->text, last->text, sizeof(f->text));
}

void
check_neighbors(struct check *c)
{
	const struct control_neighbor *n = c->daemon->neighbors;
	const struct control_neighbor *end = n + c->daemon->nneighbors;
	char name[CONTROL_NEIGHBOR_STRLEN];
	struct finding *f;

	for (; n < end; n++) {
		if (n->state == BGP_ESTABLISHED || n->gone)
			continue;
		control_neighbor_format(&n->addr, n->interface, name);
		f = finding_add(c->findings,
		    n->down ? SEVERITY_NOTICE : SEVERITY_PROBLEM,
		    "neighbor %s", name);
		finding_say(f, "has no session (%s)%s%.192s", n->down ?
		    "down by order" : bgp_state_name(n->state),
		    n->last_error[0] != '\0' ? "; last error: " : "",
		    n->last_error);
		if (!n->down)
			say_notification(f, n);
		finding_advise(f, "%s%s", n->down ? "bgplbctl neighbor " :
		    "bgplbctl show neighbors ", name);
		if (f != NULL && n->down)
			strlcat(f->remedy, " up", sizeof(f->remedy));
	}
}
