/*
 * The rules of one network namespace, whatever listed them: iptables' and ebtables'
 * tables and nft's, in one form.  Made by filter_iptables.c and filter_nft.c, read by
 * filter_evaluate.c; nobody else includes this.
 *
 * All of it is allocated from the rules and freed with them.
 */
#ifndef BGPLBCTL_CHECK_FILTER_MODEL_H
#define BGPLBCTL_CHECK_FILTER_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbctl/check/filter/packet_filter.h"

enum filter_family { FAMILY_IP, FAMILY_IP6, FAMILY_INET, FAMILY_BRIDGE,
	FAMILY_NETDEV, FAMILY_OTHER };

enum filter_hook { HOOK_NONE, HOOK_PREROUTING, HOOK_INPUT, HOOK_FORWARD,
	HOOK_OUTPUT, HOOK_POSTROUTING, HOOK_OTHER };

/* What a match looks at.  The order is that of the table in filter_value.c. */
enum filter_field {
	FIELD_CONSTANT,		/* nothing: the answer is known beforehand */
	FIELD_IN,		/* the interface; in the bridge family the port */
	FIELD_OUT,
	FIELD_IN_BRIDGE,	/* of the port, in the bridge family */
	FIELD_OUT_BRIDGE,
	FIELD_IN_PORT,		/* of the bridge, in the families of IP */
	FIELD_OUT_PORT,
	FIELD_IP_SOURCE,	/* absent from packets of IPv6 */
	FIELD_IP_DESTINATION,
	FIELD_IP6_SOURCE,	/* absent from packets of IPv4 */
	FIELD_IP6_DESTINATION,
	FIELD_IP_PROTOCOL,
	FIELD_IP6_PROTOCOL,
	FIELD_L4PROTO,
	FIELD_NFPROTO,
	FIELD_ETHERTYPE,
	FIELD_SOURCE_PORT,	/* TCP's */
	FIELD_DESTINATION_PORT,
	FIELD_OTHER_PROTOCOL,	/* a header that our packets do not have */
	FIELD_ICMP6_TYPE,
	FIELD_HOP_LIMIT,
	FIELD_TCP_FLAGS,
	FIELD_CT_STATE,
	FIELD_CT_DIRECTION,
	FIELD_CT_MARK,
	FIELD_MARK,
	FIELD_PACKET_TYPE,
	FIELD_SOURCE_TYPE,	/* RTN_UNICAST and so on */
	FIELD_DESTINATION_TYPE,
	FIELD_SOURCE_BY_IN,	/* 1: the way to the source is by the interface */
	FIELD_SOURCE_ROUTED,	/* 1: there is a way to the source */
	FIELD_UNKNOWN
};

/* Values of all fields: numbers, addresses and names, so that ranges compare. */
struct filter_key {
	uint8_t	bytes[16];
};
struct filter_range {
	struct filter_key	low;
	struct filter_key	high;
};

enum filter_verdict {
	VERDICT_CONTINUE,
	VERDICT_ACCEPT,
	VERDICT_DROP,
	VERDICT_RETURN,
	VERDICT_JUMP,
	VERDICT_GOTO,
	VERDICT_REDIRECT,	/* DNAT and the like */
	VERDICT_MASQUERADE,
	VERDICT_NOTRACK,
	VERDICT_SET_MARK,
	VERDICT_FORGET_MARK,	/* set to something that is not followed */
	VERDICT_SET_CT_MARK,
	VERDICT_UNKNOWN		/* what becomes of the packet is not known */
};

struct filter_chain;
struct filter_target {
	enum filter_verdict	 verdict;
	const char		*chain;		/* of VERDICT_JUMP and _GOTO */
	uint32_t		 value;		/* of VERDICT_SET_MARK */
	uint32_t		 mask;		/* bits of the mark that are replaced */
};

struct filter_element {
	struct filter_element	*next;
	struct filter_target	 target;	/* of maps of verdicts */
	size_t			 nfields;	/* whatever the set's type says */
	struct filter_range	 ranges[];	/* a field each */
};

#define FILTER_FIELDS_MAX	5
struct filter_set {
	struct filter_set	*next;
	const char		*name;		/* "" of one within a rule */
	struct filter_element	*elements;
	struct filter_element	**tail;
	uint8_t			 fields[FILTER_FIELDS_MAX];
	size_t			 nfields;
	bool			 is_incomplete;	/* some element was not understood */
};

struct filter_match {
	struct filter_match	*next;
	const char		*text;
	const char		*set_name;	/* of a set of the table, or NULL */
	struct filter_set	*set;		/* NULL: not found, or not needed */
	uint8_t			 fields[FILTER_FIELDS_MAX];
	size_t			 nfields;
	uint32_t		 mask;		/* of numbers; 0: none */
	bool			 is_negated;
	bool			 is_map;	/* the element's target is the rule's */
	enum filter_truth	 answer;	/* of FIELD_CONSTANT */
};

struct filter_rule {
	struct filter_rule	*next;
	struct filter_match	*matches;
	struct filter_match	**tail;
	struct filter_target	 effect;	/* of a statement: mark, notrack */
	struct filter_target	 target;
	const char		*text;
	uint32_t		 number;	/* within its chain, from 1 */
	uint64_t		 handle;	/* nft's, or 0 */
};

struct filter_chain {
	struct filter_chain	*next;
	struct filter_table	*table;
	const char		*name;
	struct filter_rule	*rules;
	struct filter_rule	**tail;
	uint32_t		 nrules;
	enum filter_hook	 hook;		/* HOOK_NONE: called by others only */
	int			 priority;
	bool			 is_nat;	/* looks at new connections only */
	enum filter_verdict	 policy;	/* of user chains VERDICT_RETURN */
	const char		*device;	/* of the netdev family, or NULL */
};

struct filter_table {
	struct filter_table	*next;
	const char		*program;	/* "iptables" */
	const char		*name;
	enum filter_family	 family;
	struct filter_chain	*chains;
	struct filter_chain	**chain_tail;
	struct filter_set	*sets;
	bool			 is_nft;	/* nft's listing has it too */
	bool			 is_skipped;	/* another listing shows it, or it sleeps */
};

struct filter_block;
struct filter_rules {
	struct filter_table	*tables;
	struct filter_table	**tail;
	struct filter_block	*blocks;
	bool			 sets_ct_mark;	/* some rule does */
};

/* Zeroed memory that lives as long as the rules. */
void	*filter_alloc(struct filter_rules *, size_t)
	    __attribute__((malloc, warn_unused_result));
char	*filter_copy(struct filter_rules *, const char *text, size_t len)
	    __attribute__((warn_unused_result));

struct filter_table *filter_table_add(struct filter_rules *,
	    enum filter_family, const char *name, const char *program);
struct filter_chain *filter_chain_add(struct filter_rules *,
	    struct filter_table *, const char *name);
struct filter_chain *filter_chain_find(const struct filter_table *,
	    const char *name);
struct filter_rule *filter_rule_add(struct filter_rules *,
	    struct filter_chain *, const char *text);
struct filter_match *filter_match_add(struct filter_rules *,
	    struct filter_rule *, enum filter_field, const char *text);
/* One whose answer is known beforehand, FILTER_UNKNOWN being one. */
void	filter_match_constant(struct filter_rules *, struct filter_rule *,
	    enum filter_truth, bool is_negated, const char *text);
struct filter_set *filter_set_new(struct filter_rules *, const char *name);
/* Its ranges are for the caller to fill in. */
struct filter_element *filter_element_add(struct filter_rules *,
	    struct filter_set *, size_t nfields);

#endif /* BGPLBCTL_CHECK_FILTER_MODEL_H */
