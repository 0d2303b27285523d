#include <string.h>
#include <unistd.h>

#include "bgplbctl/check/host_facts.h"
#include "bgplbctl/check/netns.h"

#define PLUGIN_MARK	"/etc/bgplbd.plugin"	/* etc/plugin/build makes it */

void
host_facts_gather(struct host_facts *facts, const struct control_prefix *prefixes,
    size_t nprefixes, const struct control_neighbor *neighbors,
    size_t nneighbors, const struct address *from)
{
	memset(facts, 0, sizeof(*facts));
	facts->ip_forward = sysctl_read("ipv4/ip_forward");
	facts->ip6_forwarding = sysctl_read("ipv6/conf/all/forwarding");
	facts->rp_filter_all = sysctl_read("ipv4/conf/all/rp_filter");
	facts->rp_filter_default = sysctl_read("ipv4/conf/default/rp_filter");
	facts->hash_policy = sysctl_read("ipv4/fib_multipath_hash_policy");
	facts->hash_policy6 = sysctl_read("ipv6/fib_multipath_hash_policy");
	facts->in_plugin = access(PLUGIN_MARK, F_OK) == 0;
	paths_gather(&facts->paths, prefixes, nprefixes, neighbors, nneighbors,
	    from);
	filter_facts_gather(&facts->filters, &facts->paths);
}

void
host_facts_free(struct host_facts *facts)
{
	filter_facts_free(&facts->filters);
	paths_free(&facts->paths);
	memset(facts, 0, sizeof(*facts));
}
