#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/gate_check.h"
#include "bgplbd/rde/kernel_gate.h"
#include "common/clock.h"
#include "common/log.h"

#define MINUTE_MS	60000

struct kernel_gate {
	struct gate_facts	 facts;
	const char		*reason;
	uint64_t		 logged_since;	/* clock_ms() of the first of a minute */
	unsigned int		 logged;	/* in it */
};

struct kernel_gate *
kernel_gate_new(void)
{
	return xcalloc(1, sizeof(struct kernel_gate));
}

void
kernel_gate_set(struct kernel_gate *g, const struct settings *settings)
{
	g->facts.settings = settings;
}

void
kernel_gate_free(struct kernel_gate *g)
{
	if (g == NULL)
		return;
	gate_facts_clear(&g->facts);
	free(g);
}

const char *
kernel_gate_reason(const struct kernel_gate *g)
{
	return g->reason;
}

/* The interface that the header names; 0 if it names none. */
static int
interface_of(const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return ((const struct ifinfomsg *)NLMSG_DATA(nlh))->ifi_index;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		return ((const struct ndmsg *)NLMSG_DATA(nlh))->ndm_ifindex;
	case RTM_NEWQDISC:
	case RTM_DELQDISC:
		return ((const struct tcmsg *)NLMSG_DATA(nlh))->tcm_ifindex;
	default:
		return 0;
	}
}

static void
log_refused(struct kernel_gate *g, const struct nlmsghdr *nlh)
{
	uint64_t now = clock_ms();

	if (g->logged == 0 || now - g->logged_since >= MINUTE_MS) {
		g->logged_since = now;
		g->logged = 0;
	}
	if (++g->logged > KERNEL_GATE_LOGGED_MAX + 1)
		return;
	if (g->logged > KERNEL_GATE_LOGGED_MAX) {
		log_error("more netlink requests are refused, which are not "
		    "logged within this minute");
		return;
	}
	log_error("netlink request %u refused (%s, interface %d): %s; nothing "
	    "was changed, this is a fault in bgplbd, report it",
	    nlh->nlmsg_type, gate_request_text(nlh->nlmsg_type),
	    interface_of(nlh), g->reason);
}

static void
build_question(const struct gate_answer *answer, union netlink_request *req)
{
	switch (answer->ask) {
	case GATE_LINK:
		netlink_link_get_numbered(req, answer->ifindex);
		break;
	case GATE_ROUTE:
		netlink_route_get(req, &answer->addr);
		break;
	case GATE_NEXTHOP:
		netlink_nexthop_get(req, answer->id);
		break;
	}
}

static enum kernel_gate_result
transmit(struct kernel_gate *g, int fd, const struct nlmsghdr *nlh)
{
	static const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (sendto(fd, nlh, nlh->nlmsg_len, 0,
	    (const struct sockaddr *)&kernel, sizeof(kernel)) == -1)
		return KERNEL_GATE_FAILED;
	gate_facts_sent(&g->facts, nlh);
	return KERNEL_GATE_SENT;
}

enum kernel_gate_result
kernel_gate_send(struct kernel_gate *g, int fd,
    const union netlink_request *req, struct kernel_gate_pass *pass,
    union netlink_request *question)
{
	struct gate_answer answer;

	gate_check(&g->facts, pass->fresh, &req->hdr, sizeof(*req), &answer);
	if (answer.verdict == GATE_PASS)
		return transmit(g, fd, &req->hdr);
	if (answer.verdict == GATE_ASK &&
	    pass->questions < KERNEL_GATE_QUESTIONS_MAX) {
		pass->questions++;
		pass->fresh |= answer.ask;
		build_question(&answer, question);
		return KERNEL_GATE_ASK;
	}
	g->reason = answer.why;
	log_refused(g, &req->hdr);
	return KERNEL_GATE_REFUSED;
}

void
kernel_gate_learn(struct kernel_gate *g, const struct nlmsghdr *nlh)
{
	gate_facts_learn(&g->facts, nlh);
}

void
kernel_gate_done(struct kernel_gate *g, const union netlink_request *req)
{
	gate_facts_done(&g->facts, &req->hdr);
}

void
kernel_gate_hear(struct kernel_gate *g, const struct nlmsghdr *nlh)
{
	gate_facts_hear(&g->facts, nlh);
}
