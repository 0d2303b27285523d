#include <stdio.h>
#include <string.h>

#include "bgplbctl/check/filter/filter_remedy.h"

#define CONNTRACK_PRIORITY	(-200)
#define LB_BRIDGE		"bgplb-"
#define CLAUSE_MAX		128

/* How packets like this one are told from others at a hook. */
enum clause_kind {
	CLAUSE_ICMP6,		/* neighbor discovery, and what else IPv6 needs */
	CLAUSE_LB_BRIDGE,	/* what goes to load-balanced networks */
	CLAUSE_TRACKED,		/* what belongs to connections that were let in */
	CLAUSE_SOURCE,		/* the container's address, on either side */
	CLAUSE_DESTINATION
};

static enum clause_kind
clause_for(const struct filter_packet *packet, const struct filter_chain *base)
{
	bool is_bridged = base->table->family == FAMILY_BRIDGE;

	if (packet->solicits)
		return CLAUSE_ICMP6;
	if (!is_bridged && (base->hook == HOOK_FORWARD ||
	    base->hook == HOOK_POSTROUTING) && strncmp(packet->out.name,
	    LB_BRIDGE, strlen(LB_BRIDGE)) == 0)
		return CLAUSE_LB_BRIDGE;
	if (!is_bridged && packet->state == FILTER_CT_ESTABLISHED &&
	    base->priority > CONNTRACK_PRIORITY)
		return CLAUSE_TRACKED;
	return packet->reply != packet->from_here ? CLAUSE_SOURCE :
	    CLAUSE_DESTINATION;
}

static void
write_iptables_clause(const struct filter_packet *packet,
    const struct filter_chain *base, char *clause)
{
	enum clause_kind kind = clause_for(packet, base);
	char addr[ADDRESS_STRLEN];
	bool is_ipv4 = packet->source.afi == AFI_IPV4;
	const char *family = is_ipv4 ? "IPv4" : "IPv6";

	address_format(kind == CLAUSE_SOURCE ? &packet->source :
	    &packet->destination, addr);
	if (kind == CLAUSE_ICMP6)
		snprintf(clause, CLAUSE_MAX, base->table->family == FAMILY_BRIDGE ?
		    "-p IPv6 --ip6-proto ipv6-icmp" : "-p ipv6-icmp");
	else if (base->table->family == FAMILY_BRIDGE)
		snprintf(clause, CLAUSE_MAX, "-p %s --ip%s-%s %s", family,
		    is_ipv4 ? "" : "6", kind == CLAUSE_SOURCE ? "source" :
		    "destination", addr);
	else if (kind == CLAUSE_LB_BRIDGE)
		snprintf(clause, CLAUSE_MAX, "-o " LB_BRIDGE "+");
	else if (kind == CLAUSE_TRACKED)
		snprintf(clause, CLAUSE_MAX,
		    "-m conntrack --ctstate RELATED,ESTABLISHED");
	else
		snprintf(clause, CLAUSE_MAX, "-%c %s",
		    kind == CLAUSE_SOURCE ? 's' : 'd', addr);
}

static void
write_nft_clause(const struct filter_packet *packet,
    const struct filter_chain *base, char *clause)
{
	enum clause_kind kind = clause_for(packet, base);
	char addr[ADDRESS_STRLEN];

	address_format(kind == CLAUSE_SOURCE ? &packet->source :
	    &packet->destination, addr);
	if (kind == CLAUSE_ICMP6)
		snprintf(clause, CLAUSE_MAX, "meta l4proto ipv6-icmp");
	else if (kind == CLAUSE_LB_BRIDGE)
		snprintf(clause, CLAUSE_MAX, "oifname \"" LB_BRIDGE "*\"");
	else if (kind == CLAUSE_TRACKED)
		snprintf(clause, CLAUSE_MAX, "ct state established,related");
	else
		snprintf(clause, CLAUSE_MAX, "%s %s %s",
		    packet->source.afi == AFI_IPV4 ? "ip" : "ip6",
		    kind == CLAUSE_SOURCE ? "saddr" : "daddr", addr);
}

/* Docker looks into this chain first, and never changes it. */
static const struct filter_chain *
docker_user(const struct filter_chain *base)
{
	if (base->hook != HOOK_FORWARD || base->table->family == FAMILY_BRIDGE ||
	    strcmp(base->table->name, "filter") != 0)
		return NULL;
	return filter_chain_find(base->table, "DOCKER-USER");
}

/* ufw writes its chains anew at each change; its own command stays. */
static bool
is_of_ufw(const struct filter_chain *base, const struct filter_finding *f)
{
	bool has_chains = filter_chain_find(base->table, "ufw-user-forward")
	    != NULL || filter_chain_find(base->table, "ufw6-user-forward")
	    != NULL;

	return has_chains && base->hook == HOOK_FORWARD &&
	    (f->rule == NULL || strncmp(f->chain->name, "ufw", 3) == 0);
}

static void
write_iptables(const struct filter_packet *packet,
    const struct filter_chain *base, const struct filter_finding *f,
    char *remedy)
{
	const struct filter_chain *user = docker_user(base), *chain = f->chain;
	bool is_bridged = base->table->family == FAMILY_BRIDGE;
	const char *program = base->table->program;
	char clause[CLAUSE_MAX], arp[CLAUSE_MAX] = "", number[16] = "";

	write_iptables_clause(packet, base, clause);
	/* What is dropped before Docker's chain is called is accepted before that. */
	if (user != NULL && chain != user && strncmp(chain->name, "DOCKER",
	    strlen("DOCKER")) == 0)
		chain = user;
	if (f->rule != NULL && chain == f->chain)
		snprintf(number, sizeof(number), " %u", f->rule->number);
	if (f->rule == NULL && user != NULL)
		chain = user;
	if (is_bridged && f->rule == NULL)
		snprintf(arp, sizeof(arp), "%s -t %s -I %.32s -p ARP -j ACCEPT && ",
		    program, base->table->name, chain->name);
	snprintf(remedy, FILTER_REMEDY_MAX, "%s%s%s%s -I %.64s%s %s -j ACCEPT",
	    arp, program, strcmp(base->table->name, "filter") != 0 ||
	    is_bridged ? " -t " : "", strcmp(base->table->name, "filter") != 0 ||
	    is_bridged ? base->table->name : "", chain->name, number, clause);
}

static const char *
family_name(enum filter_family family)
{
	static const char *const names[] = {
		[FAMILY_IP] = "ip", [FAMILY_IP6] = "ip6", [FAMILY_INET] = "inet",
		[FAMILY_BRIDGE] = "bridge", [FAMILY_NETDEV] = "netdev",
		[FAMILY_OTHER] = "arp"
	};

	return names[family];
}

static void
write_nft(const struct filter_packet *packet, const struct filter_chain *base,
    const struct filter_finding *f, char *remedy)
{
	const char *family = family_name(base->table->family);
	char clause[CLAUSE_MAX], handle[40] = "";

	write_nft_clause(packet, base, clause);
	if (f->rule != NULL && f->rule->handle == 0)
		return;		/* there is no way to say where */
	if (f->rule != NULL)
		snprintf(handle, sizeof(handle), " handle %llu",
		    (unsigned long long)f->rule->handle);
	snprintf(remedy, FILTER_REMEDY_MAX,
	    "nft %s rule %s %.64s %.64s%s '%s accept'", f->rule != NULL ?
	    "insert" : "add", family, base->table->name, f->chain->name,
	    handle, clause);
	if (f->rule == NULL && base->table->family == FAMILY_BRIDGE)
		snprintf(remedy + strlen(remedy),
		    FILTER_REMEDY_MAX - strlen(remedy),
		    " && nft add rule %s %.64s %.64s ether type arp accept",
		    family, base->table->name, f->chain->name);
}

/* firewalld writes its table anew at each change, and newer ones let nobody else. */
static void
write_firewalld(const struct filter_chain *base, char *remedy)
{
	if (base->hook == HOOK_PREROUTING)
		snprintf(remedy, FILTER_REMEDY_MAX, "sed -i "
		    "'s/^IPv6_rpfilter=.*/IPv6_rpfilter=no/' "
		    "/etc/firewalld/firewalld.conf && "
		    "firewall-cmd --reload");
	else
		snprintf(remedy, FILTER_REMEDY_MAX,
		    "firewall-cmd --permanent --zone=trusted "
		    "--add-interface=" LB_BRIDGE "+ && "
		    "firewall-cmd --permanent --new-policy=bgplbd && "
		    "firewall-cmd --permanent --policy=bgplbd "
		    "--add-ingress-zone=ANY && "
		    "firewall-cmd --permanent --policy=bgplbd "
		    "--add-egress-zone=trusted && "
		    "firewall-cmd --permanent --policy=bgplbd "
		    "--set-target=ACCEPT && firewall-cmd --reload");
}

void
filter_remedy_write(const struct filter_packet *packet,
    const struct filter_chain *base, const struct filter_finding *f,
    char *remedy)
{
	const struct filter_table *table = base->table;

	remedy[0] = '\0';
	if (strcmp(table->name, "firewalld") == 0)
		write_firewalld(base, remedy);
	else if (is_of_ufw(base, f) &&
	    clause_for(packet, base) == CLAUSE_LB_BRIDGE)
		strlcpy(remedy, "ufw route allow out on " LB_BRIDGE "+",
		    FILTER_REMEDY_MAX);
	else if (strcmp(table->program, "nft") == 0)
		write_nft(packet, base, f, remedy);
	else
		write_iptables(packet, base, f, remedy);
}
