#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "bgplbd/interface.h"
#include "bgplbd/session/engine.h"
#include "bgplbd/session/neighbor_parts.h"
#include "bgplbd/tcp_options.h"
#include "common/log.h"

/*
 * How long a connection of the neighbor's waits for its turn; longer than the
 * damping of connections that we accept.
 */
#define PARKED_SECONDS	3

/*
 * Connections of the neighbor's that have to wait: for the end of the damping of the
 * last one, or for a session to show whether it still lives.
 */

void
neighbor_unpark(struct neighbor *n)
{
	int fd = n->parked;

	n->parked = -1;
	event_del(&n->parked_timeout);
	if (connection_is_vacant(&n->incoming) && n->up == NULL)
		connection_accept(&n->incoming, fd);
	else
		close(fd);
}

/* Tells the neighbor why, which a mere close would not. */
static void
reject(struct neighbor *n, int fd, enum cease_error subcode)
{
	log_debug("neighbor %s: rejected another connection", n->name);
	farewell_cease(&n->engine->farewells, fd, subcode);
}

void
neighbor_parked_timeout(evutil_socket_t fd, short what, void *arg)
{
	struct neighbor *n = arg;

	(void)fd;
	(void)what;
	reject(n, n->parked, n->up != NULL ? CEASE_COLLISION :
	    CEASE_REJECTED);
	n->parked = -1;
}

/* The neighbor has no use for an older one, since it opened another. */
static void
park(struct neighbor *n, int fd)
{
	const struct timeval tv = { .tv_sec = PARKED_SECONDS };

	if (n->parked != -1)
		close(n->parked);
	n->parked = fd;
	event_add(&n->parked_timeout, &tv);
}

/*
 * A neighbor that connects although its session is up may have restarted and know
 * nothing of it.  A KEEPALIVE, at most one a second (RFC 4271 section 4.4), finds
 * out: the reset ends the session, long before its hold time would.
 */
static void
probe(struct neighbor *n)
{
	time_t t = neighbor_now();

	if (t == n->probed)
		return;
	n->probed = t;
	connection_probe(n->up);
}

bool
neighbor_is_at(const struct neighbor *n, int fd, const struct address *addr,
    uint32_t scope)
{
	return address_cmp(&n->settings->addr, addr) == 0 &&
	    (n->settings->interface[0] == '\0' ||
	    interface_index(fd, n->settings->interface) == scope);
}

/* Ends one connection for the sake of another, which is nobody's trouble. */
void
neighbor_yield(struct neighbor *n, struct connection *c)
{
	n->yielding = true;
	connection_stand_down(c);
	n->yielding = false;
}

void
neighbor_accept(struct neighbor *n, int fd)
{
	if (n->stopped) {
		close(fd);
		return;
	}
	if (!neighbor_may_run(n)) {
		reject(n, fd, CEASE_REJECTED);
		return;
	}
	if (tcp_options_set_ttl(fd, n->settings, n->env.ours.as) == -1) {
		neighbor_warn(n, "cannot set the TTL of a connection: %s",
		    strerror(errno));
		close(fd);
		return;
	}
	if (n->up != NULL) {
		park(n, fd);
		probe(n);
		return;
	}
	if (n->incoming.state == BGP_OPENSENT ||
	    connection_is_delayed(&n->incoming)) {
		/* It gave that one up, or it would not open another. */
		neighbor_yield(n, &n->incoming);
		if (neighbor_wants(&n->incoming, n))
			connection_start(&n->incoming);
	}
	if (connection_is_vacant(&n->incoming))
		connection_accept(&n->incoming, fd);
	else
		park(n, fd);
}
