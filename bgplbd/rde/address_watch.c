#include <linux/rtnetlink.h>

#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "bgplbd/messages/child.h"
#include "bgplbd/rde/engine.h"
#include "common/log.h"
#include "common/timer.h"

/* After the kernel did not tell the addresses: they changed while it did, say. */
#define RETRY_MS	1000

/* A session of the session engine's: the last answer about it. */
struct address_asker {
	LIST_ENTRY(address_asker)	entry;
	uint32_t			neighbor;
	struct nexthop_query		query;
	struct nexthop_answer		answer;
	bool				due;	/* the answer is yet to be sent */
};

static void
read_addresses(struct rde *rde)
{
	struct host_addresses now = { .list = NULL };

	if (kernel_addresses(rde->kernel, &now) == -1) {
		log_warn("the host's addresses are not known, and are read "
		    "again in %d s: %s", RETRY_MS / 1000,
		    kernel_error(rde->kernel));
		timer_set(rde->host_retry, RETRY_MS);
		return;
	}
	host_addresses_clear(&rde->host);
	rde->host = now;
	rde->host_changed = true;
}

static void
make_answer(const struct rde *rde, const struct nexthop_query *query,
    struct nexthop_answer *out)
{
	host_addresses_answer(&rde->host, query, &rde->settings->router_id,
	    out);
}

static struct address_asker *
find_asker(const struct rde *rde, uint32_t neighbor)
{
	struct address_asker *a;

	LIST_FOREACH(a, &rde->askers, entry)
		if (a->neighbor == neighbor)
			return a;
	return NULL;
}

static void
drop_asker(struct rde *rde, struct address_asker *a)
{
	LIST_REMOVE(a, entry);
	rde->naskers--;
	free(a);
}

static void
send_answer(struct rde *rde, struct address_asker *a)
{
	a->due = child_is_busy(rde->session);
	if (a->due)
		return;
	rde_send(rde->session, MSG_RDE_NEXTHOP, a->neighbor, &a->answer,
	    sizeof(a->answer));
}

void
address_watch_ask(struct rde *rde, uint32_t neighbor,
    const struct nexthop_query *query)
{
	struct address_asker *a = find_asker(rde, neighbor);

	if (!address_is_set(&query->local)) {
		if (a != NULL)
			drop_asker(rde, a);
		return;
	}
	if (a == NULL) {
		if (rde->naskers == SETTINGS_NEIGHBORS_MAX +
		    SETTINGS_DYNAMIC_MAX)
			fatalx("session engine: asked about more sessions than "
			    "there can be");
		a = xcalloc(1, sizeof(*a));
		a->neighbor = neighbor;
		LIST_INSERT_HEAD(&rde->askers, a, entry);
		rde->naskers++;
	}
	a->query = *query;
	make_answer(rde, query, &a->answer);
	send_answer(rde, a);
}

bool
address_watch_take(struct rde *rde, const struct nlmsghdr *nlh)
{
	struct address_message m;
	bool changed;

	if (nlh->nlmsg_type != RTM_NEWADDR && nlh->nlmsg_type != RTM_DELADDR)
		return false;
	if (netlink_address_parse(nlh, &m) == -1 || !address_is_set(&m.addr))
		return true;
	changed = nlh->nlmsg_type == RTM_NEWADDR ?
	    host_addresses_put(&rde->host, &m) :
	    host_addresses_remove(&rde->host, &m);
	rde->host_changed = rde->host_changed || changed;
	return true;
}

void
address_watch_lost(struct rde *rde)
{
	read_addresses(rde);
}

void
address_watch_settle(struct rde *rde)
{
	struct nexthop_answer answer;
	struct address_asker *a;

	if (!rde->host_changed)
		return;
	rde->host_changed = false;
	conflicts_look_again(rde);
	LIST_FOREACH(a, &rde->askers, entry) {
		make_answer(rde, &a->query, &answer);
		if (memcmp(&answer, &a->answer, sizeof(answer)) == 0)
			continue;
		a->answer = answer;
		send_answer(rde, a);
	}
}

void
address_watch_drained(struct rde *rde)
{
	struct address_asker *a;

	LIST_FOREACH(a, &rde->askers, entry)
		if (a->due)
			send_answer(rde, a);
}

static void
retry(evutil_socket_t fd, short what, void *arg)
{
	struct rde *rde = arg;

	(void)fd;
	(void)what;
	read_addresses(rde);
	address_watch_settle(rde);
}

void
address_watch_init(struct rde *rde)
{
	LIST_INIT(&rde->askers);
	rde->host_retry = evtimer_new(rde->base, retry, rde);
	if (rde->host_retry == NULL)
		fatalx("cannot make a timer");
	read_addresses(rde);
}

void
address_watch_free(struct rde *rde)
{
	struct address_asker *a;

	while ((a = LIST_FIRST(&rde->askers)) != NULL)
		drop_asker(rde, a);
	host_addresses_clear(&rde->host);
	event_free(rde->host_retry);
}
