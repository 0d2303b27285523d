#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbctl/check/host_facts.h"
#include "bgplbctl/check/netns.h"
#include "bgplbctl/check/program_output.h"

#define PLUGIN_MARK	"/etc/bgplbd.plugin"	/* etc/plugin/build makes it */

static char *
list_iptables(const char *program)
{
	char *const argv[] = { (char *)program, "-w", "5", "-S", NULL };

	return program_output(argv, "");
}

void
host_facts_gather(struct host_facts *facts, const struct control_prefix *prefixes,
    size_t nprefixes, const struct control_neighbor *neighbors,
    size_t nneighbors)
{
	char *const nft[] = { "nft", "list", "chains", NULL };

	memset(facts, 0, sizeof(*facts));
	facts->ip_forward = sysctl_read("ipv4/ip_forward");
	facts->ip6_forwarding = sysctl_read("ipv6/conf/all/forwarding");
	facts->rp_filter_all = sysctl_read("ipv4/conf/all/rp_filter");
	facts->rp_filter_default = sysctl_read("ipv4/conf/default/rp_filter");
	facts->hash_policy = sysctl_read("ipv4/fib_multipath_hash_policy");
	facts->hash_policy6 = sysctl_read("ipv6/fib_multipath_hash_policy");
	facts->in_plugin = access(PLUGIN_MARK, F_OK) == 0;
	facts->iptables = list_iptables("iptables");
	facts->ip6tables = list_iptables("ip6tables");
	facts->nft = program_output(nft, "");
	paths_gather(&facts->paths, prefixes, nprefixes, neighbors, nneighbors);
}

void
host_facts_free(struct host_facts *facts)
{
	free(facts->iptables);
	free(facts->ip6tables);
	free(facts->nft);
	paths_free(&facts->paths);
	memset(facts, 0, sizeof(*facts));
}
