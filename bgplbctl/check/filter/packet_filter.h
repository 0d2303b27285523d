/*
 * What the packet filters of one network namespace do with one packet.  Pure: the
 * rules are made of listings, texts that iptables-save(8), ip6tables-save(8),
 * ebtables-save(8) and nft(8) print, and a packet is followed through them as the
 * kernel would do it: all hooks on its path, the chains of a hook by priority, jumps,
 * sets, verdict maps and policies.
 *
 * A match that cannot be judged is followed both ways.  If both come to the same end
 * it does not matter; otherwise the packet's fate is in doubt, and the match is named.
 *
 * Listings come from outside: what is malformed or too large is remembered as not
 * looked at, and never fatal.
 */
#ifndef BGPLBCTL_CHECK_FILTER_PACKET_FILTER_H
#define BGPLBCTL_CHECK_FILTER_PACKET_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/prefix.h"

struct filter_rules;

enum filter_listing {
	FILTER_IPTABLES,		/* iptables-save, as installed */
	FILTER_IPTABLES_NFT,		/* iptables-nft-save, if that is legacy */
	FILTER_IPTABLES_LEGACY,		/* iptables-legacy-save, if that is nft */
	FILTER_IP6TABLES,
	FILTER_IP6TABLES_NFT,
	FILTER_IP6TABLES_LEGACY,
	FILTER_EBTABLES,		/* ebtables-nft-save */
	FILTER_EBTABLES_LEGACY,
	FILTER_NFT			/* nft -s -a list ruleset */
};

/* Never NULL; to be freed with filter_rules_free(), for which NULL is fine. */
struct filter_rules *filter_rules_new(void);
void	filter_rules_free(struct filter_rules *);
/*
 * Adds what a program listed; the text is not needed afterwards.  FILTER_NFT goes last:
 * tables that iptables-save or ebtables-save has shown are not judged twice.  False if
 * there is something that was not understood or was too much; then *why, of
 * FILTER_TEXT_MAX bytes, is a sentence about it, and the rest was added.
 */
bool	filter_rules_add(struct filter_rules *, enum filter_listing,
	    const char *text, char *why) __attribute__((warn_unused_result));
/* True if a chain is attached to the interface itself: nft's netdev family. */
bool	filter_rules_on_device(const struct filter_rules *,
	    const char *interface);

enum filter_truth { FILTER_NO, FILTER_YES, FILTER_UNKNOWN };

/* Through which hooks: of the bridge family too where an interface has a port. */
enum filter_path { FILTER_FORWARDED, FILTER_RECEIVED, FILTER_SENT };

enum filter_ct_state {
	FILTER_CT_NEW,
	FILTER_CT_ESTABLISHED,
	FILTER_CT_INVALID,
	FILTER_CT_UNTRACKED
};

#define FILTER_IFNAME_MAX	16
struct filter_interface {
	char	name[FILTER_IFNAME_MAX];	/* "" where there is none */
	char	port[FILTER_IFNAME_MAX];	/* of the bridge that name is; else "" */
};

/* A TCP packet, or a neighbor solicitation (RFC 4861 section 4.3). */
struct filter_packet {
	enum filter_path	path;
	struct address		source;
	struct address		destination;
	uint16_t		source_port;		/* 0: any */
	uint16_t		destination_port;
	struct filter_interface	in;
	struct filter_interface	out;
	enum filter_ct_state	state;		/* after connection tracking */
	bool			reply;		/* from the server to the client */
	bool			from_here;	/* the container is the client */
	uint32_t		mark;
	bool			solicits;	/* it is such a solicitation */
	enum filter_truth	source_by_in;	/* the way to the source is by in */
	enum filter_truth	source_routed;	/* there is a way to the source */
};

enum filter_outcome {
	FILTER_DROPS,		/* dropped or rejected */
	FILTER_DOUBT,		/* dropped or not: doubt names what was not judged */
	/* These two may be in doubt too. */
	FILTER_REDIRECTS,	/* to another destination: DNAT, REDIRECT, TPROXY */
	FILTER_MASQUERADES	/* another source: SNAT, MASQUERADE */
};

#define FILTER_TEXT_MAX	256
#define FILTER_REMEDY_MAX	512
#define FILTER_NAME_MAX	64	/* longer names are cut where they are shown */
struct filter_hit {
	enum filter_outcome	outcome;
	char			program[16];	/* "iptables", "ip6tables-legacy", "nft" */
	char			table[FILTER_NAME_MAX];	/* "filter"; nft: "inet fw" */
	char			chain[FILTER_NAME_MAX];
	uint32_t		number;		/* of the rule, from 1; 0: the policy */
	char			rule[FILTER_TEXT_MAX];	/* its text, or "policy drop" */
	char			doubt[FILTER_TEXT_MAX];	/* what decides, or "" */
	char			remedy[FILTER_REMEDY_MAX];	/* a command, or "" */
};

/* At most one hit a base chain: what follows is judged as if it had let it pass. */
#define FILTER_HITS_MAX	8
struct filter_trace {
	struct filter_hit	hits[FILTER_HITS_MAX];
	size_t			n;
};

/*
 * Follows the packet.  No hits: it passes.  A remedy is a command for root that lets
 * packets like this one pass at that place, to be run in the namespace of the rules.
 */
void	filter_trace(const struct filter_rules *, const struct filter_packet *,
	    struct filter_trace *);

/*
 * A number for how the rules see the packet: packets of the same number, family, path
 * and state come to the same end, so that one of them is enough to be followed.
 */
uint64_t filter_packet_class(const struct filter_rules *,
	    const struct filter_packet *);

#endif /* BGPLBCTL_CHECK_FILTER_PACKET_FILTER_H */
