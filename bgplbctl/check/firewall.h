/*
 * What a firewall's listing says of forwarded packets.  Pure over the text that
 * `iptables -S` (or ip6tables) and `nft list chains` print.
 *
 * No firewall is simulated here.  What is found is the usual trap: a chain that
 * drops what no rule accepts, as Docker sets it up, without a rule for the bridges
 * of load-balanced networks.
 */
#ifndef BGPLBCTL_CHECK_FIREWALL_H
#define BGPLBCTL_CHECK_FIREWALL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * True if the policy of iptables' FORWARD chain is DROP and no rule accepts what
 * leaves by an interface called bgplb-something.
 */
bool	firewall_iptables_drops(const char *listing);

#define FIREWALL_NAME_MAX	64	/* longer names are cut */
/* A walk through a listing; its user sets text, and zeroes the rest. */
struct firewall_walk {
	const char	*text;			/* what is still to be read */
	char		 table[FIREWALL_NAME_MAX];	/* "inet filter" */
	char		 chain[FIREWALL_NAME_MAX];
};
/*
 * Moves to the next chain at the forward hook whose policy is drop, but for those
 * that are iptables' own, which `iptables -S` shows better.  False if there is none.
 */
bool	firewall_nft_next(struct firewall_walk *);

#endif /* BGPLBCTL_CHECK_FIREWALL_H */
