#include <errno.h>
#include <stdlib.h>

#include "bgplbd/rde/engine.h"
#include "common/log.h"

/* What the kernel had on the link stands no longer. */
static int
delete_link(struct rde *rde, int ifindex)
{
	if (ifindex == 0)
		return 0;
	if (kernel_link_delete(rde->kernel, ifindex) == -1)
		return -1;
	standings_forget_link(&rde->tables.records, ifindex);
	return 0;
}

int
teardown_link(struct rde *rde, struct endpoint *e)
{
	int ifindex = e->ifindex;

	e->ifindex = 0;
	endpoint_changed(&rde->tables, e);
	apply(rde);
	return delete_link(rde, ifindex);
}

int
teardown_endpoint(struct rde *rde, struct endpoint *e)
{
	int ifindex = e->ifindex;

	endpoint_remove(&rde->tables, e);
	apply(rde);
	return delete_link(rde, ifindex);
}

/* The bridge goes last: without it, its ports would be nobody's. */
int
teardown_network(struct rde *rde, struct network *n)
{
	char label[NETWORK_LABEL_MAX];
	int bridge = n->ifindex, *ports = NULL, result = 0;
	const struct endpoint *e;
	size_t i, nports = 0;

	network_label(n, label);
	LIST_FOREACH(e, &n->endpoints, of_network) {
		ports = xreallocarray(ports, nports + 1, sizeof(*ports));
		ports[nports++] = e->ifindex;
	}
	addresses_forget_network(&rde->addresses, &n->id);
	network_remove(&rde->tables, n);
	apply(rde);
	for (i = 0; i < nports; i++)
		if (delete_link(rde, ports[i]) == -1)
			result = -1;
	free(ports);
	if (delete_link(rde, bridge) == -1)
		result = -1;
	else if (bridge != 0)
		log_info("%s: bridge removed", label);
	return result;
}
