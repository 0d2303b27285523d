#include "bgplbd/rde/engine.h"
#include "bgplbd/rde/link_names.h"
#include "common/log.h"

static bool
has_link(const struct network *n)
{
	const struct endpoint *e;

	LIST_FOREACH(e, &n->endpoints, of_network)
		if (e->ifindex != 0)
			return true;
	return false;
}

/* The host's ends of the network's links. */
static int
set_mtu(struct rde *rde, const struct network *n)
{
	const struct endpoint *e;

	LIST_FOREACH(e, &n->endpoints, of_network)
		if (e->ifindex != 0 && kernel_link_set_mtu(rde->kernel,
		    e->ifindex, n->mtu) == -1)
			return -1;
	return kernel_link_set_mtu(rde->kernel, n->ifindex, n->mtu);
}

void
network_mtu_told(struct rde *rde, struct network *n, uint32_t mtu)
{
	char label[NETWORK_LABEL_MAX], name[IFNAMSIZ];
	struct link_message bridge;

	if (mtu == 0 || mtu == n->mtu)
		return;
	n->mtu = mtu;
	if (n->ifindex == 0 || kernel_link_get(rde->kernel,
	    link_name(ROLE_BRIDGE, &n->id, name), &bridge) == -1 ||
	    bridge.mtu == mtu)
		return;
	network_label(n, label);
	if (bridge.mtu < mtu && has_link(n))
		log_warn("%s: MTU %u, which Docker tells only now, will hold "
		    "when its containers were started again", label, mtu);
	else if (set_mtu(rde, n) == -1)
		log_warn("%s: %s", label, kernel_error(rde->kernel));
	else
		log_info("%s: MTU %u, as Docker tells", label, mtu);
}
