#include <stdio.h>
#include <string.h>

#include "bgplbctl/check/filter/filter_option.h"
#include "bgplbctl/check/filter/filter_value.h"

/* One option, with the words behind it. */
struct option_reader {
	struct filter_rules	*rules;
	enum filter_family	 family;
	struct filter_rule	*rule;
	struct filter_words	*words;
	const char		*name;		/* of the option */
	const char		*module;	/* the last -m */
	bool			 is_negated;
	struct filter_match	*rpfilter;	/* that its options change */
};

struct option {
	const char	*name;
	void		(*parse)(struct option_reader *, const struct option *);
	int		 argument;	/* a field, a truth or a verdict */
};

static const char *
peek(const struct option_reader *r)
{
	return r->words->at < r->words->n ? r->words->words[r->words->at] : NULL;
}

static const char *
next(struct option_reader *r)
{
	const char *word = peek(r);

	if (word != NULL)
		r->words->at++;
	return word;
}

/* ebtables has the negation behind the option: "--ip-src ! 10.0.0.0/8". */
static const char *
next_value(struct option_reader *r)
{
	const char *word = peek(r);

	if (word != NULL && strcmp(word, "!") == 0) {
		r->is_negated = true;
		r->words->at++;
	}
	return next(r);
}

static bool
is_option(const char *word)
{
	return (word[0] == '-' && word[1] != '\0') || strcmp(word, "!") == 0;
}

static const char *
text_of(struct option_reader *r, const char *value)
{
	char text[FILTER_TEXT_MAX];
	int len;

	len = snprintf(text, sizeof(text), "%s%s%s%s", r->is_negated ? "! " : "",
	    r->name, value != NULL ? " " : "", value != NULL ? value : "");
	return filter_copy(r->rules, text,
	    len < (int)sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

/* Words up to the next option belong to one that is not known. */
static void
skip_values(struct option_reader *r)
{
	while (peek(r) != NULL && !is_option(peek(r)))
		r->words->at++;
}

static void
parse_unknown(struct option_reader *r, const struct option *option)
{
	const char *value = peek(r);
	char name[FILTER_WORD_MAX];

	(void)option;
	if (value != NULL && is_option(value))
		value = NULL;
	if (r->module != NULL) {
		snprintf(name, sizeof(name), "-m %.40s %.60s", r->module, r->name);
		r->name = name;
	}
	filter_match_constant(r->rules, r->rule, FILTER_UNKNOWN, false,
	    text_of(r, value));
	skip_values(r);
}

/* An option whose answer does not depend on the packet. */
static void
parse_constant(struct option_reader *r, const struct option *option)
{
	const char *value = peek(r);

	if (value != NULL && !is_option(value))
		next(r);
	else
		value = NULL;
	filter_match_constant(r->rules, r->rule,
	    (enum filter_truth)option->argument, r->is_negated,
	    text_of(r, value));
	skip_values(r);
}

static void
parse_ignored(struct option_reader *r, const struct option *option)
{
	(void)option;
	skip_values(r);
}

/* Its value may look like an option. */
static void
parse_comment(struct option_reader *r, const struct option *option)
{
	(void)option;
	(void)next(r);
}

static void
add_element(struct option_reader *r, struct filter_match *match,
    const char *word)
{
	struct filter_element *e;
	struct filter_range range;

	if (!filter_value_parse(match->fields[0], word, &range)) {
		match->set->is_incomplete = true;
		return;
	}
	e = filter_element_add(r->rules, match->set, 1);
	e->ranges[0] = range;
}

/* A list of values with commas between. */
static struct filter_match *
match_values(struct option_reader *r, enum filter_field field, const char *value)
{
	struct filter_match *match = filter_match_add(r->rules, r->rule, field,
	    text_of(r, value));
	char *list, *word;

	match->is_negated = r->is_negated;
	match->set = filter_set_new(r->rules, "");
	list = filter_copy(r->rules, value, strlen(value));
	while ((word = strsep(&list, ",")) != NULL)
		add_element(r, match, word);
	return match;
}

static void
parse_values(struct option_reader *r, const struct option *option)
{
	const char *value = next_value(r);

	if (value != NULL)
		match_values(r, (enum filter_field)option->argument, value);
	skip_values(r);
}

/* "135", or "1/4" with a code, which the packets that matter have not but 0. */
static void
parse_icmp6_type(struct option_reader *r, const struct option *option)
{
	const char *value = next_value(r);
	size_t len = value != NULL ? strcspn(value, "/") : 0;

	if (value != NULL && len > 0)
		match_values(r, (enum filter_field)option->argument,
		    filter_copy(r->rules, value, len));
}

static void
parse_address(struct option_reader *r, const struct option *option)
{
	enum filter_field field = (enum filter_field)option->argument;
	const char *value = next_value(r);

	if (value == NULL)
		return;
	if (r->family == FAMILY_IP6)
		field = field == FIELD_IP_SOURCE ? FIELD_IP6_SOURCE :
		    FIELD_IP6_DESTINATION;
	if (r->family == FAMILY_BRIDGE) {	/* -s and -d are hardware's */
		filter_match_constant(r->rules, r->rule, FILTER_UNKNOWN, false,
		    text_of(r, value));
		return;
	}
	match_values(r, field, value);
}

static void
parse_protocol(struct option_reader *r, const struct option *option)
{
	const char *value = next_value(r);

	(void)option;
	if (value != NULL && strcmp(value, "all") != 0)
		match_values(r, r->family == FAMILY_BRIDGE ? FIELD_ETHERTYPE :
		    FIELD_L4PROTO, value);
}

/* "0x1/0xff": what is compared, and which bits. */
static bool
parse_masked(const char *word, uint32_t *value, uint32_t *mask)
{
	char copy[FILTER_WORD_MAX], *behind;

	*mask = UINT32_MAX;
	if (strlcpy(copy, word, sizeof(copy)) >= sizeof(copy))
		return false;
	if ((behind = strchr(copy, '/')) != NULL) {
		*behind++ = '\0';
		if (!filter_number_parse(behind, mask))
			return false;
	}
	return filter_number_parse(copy, value);
}

static void
match_masked(struct option_reader *r, enum filter_field field, const char *text,
    uint32_t value, uint32_t mask)
{
	struct filter_match *match = filter_match_add(r->rules, r->rule, field,
	    text_of(r, text));
	struct filter_element *e;

	match->is_negated = r->is_negated;
	match->mask = mask;
	match->set = filter_set_new(r->rules, "");
	e = filter_element_add(r->rules, match->set, 1);
	e->ranges[0].low = e->ranges[0].high = filter_key_number(value);
}

static void
parse_mark(struct option_reader *r, const struct option *option)
{
	enum filter_field field = (enum filter_field)option->argument;
	const char *word = next_value(r);
	uint32_t value, mask;

	if (field == FIELD_MARK && r->module != NULL &&
	    strcmp(r->module, "connmark") == 0)
		field = FIELD_CT_MARK;
	if (word != NULL && parse_masked(word, &value, &mask) && mask != 0)
		match_masked(r, field, word, value, mask);
	else
		filter_match_constant(r->rules, r->rule, FILTER_UNKNOWN,
		    false, text_of(r, word));
}

static void
parse_tcp_flags(struct option_reader *r, const struct option *option)
{
	const char *bits = next(r), *value = next(r);
	uint32_t mask, flags;

	(void)option;
	if (value != NULL && filter_tcp_flags_parse(bits, &mask) &&
	    filter_tcp_flags_parse(value, &flags) && mask != 0)
		match_masked(r, FIELD_TCP_FLAGS, value, flags, mask);
	else
		parse_unknown(r, NULL);
}

static void
parse_rpfilter(struct option_reader *r, const struct option *option)
{
	(void)option;
	if (r->rpfilter == NULL)
		return;
	if (strcmp(r->name, "--invert") == 0)
		r->rpfilter->is_negated = true;
	else if (strcmp(r->name, "--loose") == 0)
		r->rpfilter->fields[0] = FIELD_SOURCE_ROUTED;
}

static void
begin_rpfilter(struct option_reader *r)
{
	struct filter_element *e;

	r->rpfilter = filter_match_add(r->rules, r->rule, FIELD_SOURCE_BY_IN,
	    "-m rpfilter");
	r->rpfilter->set = filter_set_new(r->rules, "");
	e = filter_element_add(r->rules, r->rpfilter->set, 1);
	e->ranges[0].low = e->ranges[0].high = filter_key_number(1);
}

/* Modules that look for headers that our packets do not have. */
static const char *const other_headers[] = {
	"ah", "dccp", "dst", "esp", "frag", "hbh", "icmp", "mh", "rt",
	"sctp", "udp"
};

/* Modules that match by themselves, without an option, or never do. */
static void
parse_module(struct option_reader *r, const struct option *option)
{
	size_t i;

	(void)option;
	r->module = next(r);
	if (r->module == NULL)
		return;
	if (strcmp(r->module, "rpfilter") == 0)
		begin_rpfilter(r);
	else if (strcmp(r->module, "socket") == 0)
		filter_match_constant(r->rules, r->rule, FILTER_UNKNOWN, false,
		    "-m socket");
	for (i = 0; i < sizeof(other_headers) / sizeof(other_headers[0]); i++)
		if (strcmp(r->module, other_headers[i]) == 0)
			filter_match_constant(r->rules, r->rule, FILTER_NO,
			    false, "");
}

static const struct {
	const char		*name;
	enum filter_verdict	 verdict;
} targets[] = {
	{ "ACCEPT", VERDICT_ACCEPT }, { "DROP", VERDICT_DROP },
	{ "REJECT", VERDICT_DROP }, { "RETURN", VERDICT_RETURN },
	{ "TARPIT", VERDICT_DROP }, { "DNAT", VERDICT_REDIRECT },
	{ "REDIRECT", VERDICT_REDIRECT }, { "TPROXY", VERDICT_REDIRECT },
	{ "SNAT", VERDICT_MASQUERADE }, { "MASQUERADE", VERDICT_MASQUERADE },
	{ "NETMAP", VERDICT_UNKNOWN }, { "NOTRACK", VERDICT_NOTRACK },
	{ "MARK", VERDICT_FORGET_MARK }, { "NFQUEUE", VERDICT_UNKNOWN },
	{ "QUEUE", VERDICT_UNKNOWN }, { "SYNPROXY", VERDICT_UNKNOWN },
	{ "CONNMARK", VERDICT_SET_CT_MARK }, { "CONTINUE", VERDICT_CONTINUE },
	/* ebtables' */
	{ "mark", VERDICT_FORGET_MARK }
};
/* These change nothing that decides; another name is a chain's. */
static const char *const harmless[] = {
	"LOG", "NFLOG", "ULOG", "TRACE", "AUDIT", "CT", "TCPMSS", "TOS", "DSCP",
	"ECN", "TTL", "HL", "CLASSIFY", "CHECKSUM", "SET", "SECMARK",
	"CONNSECMARK", "TCPOPTSTRIP", "RATEEST", "IDLETIMER", "LED", "HMARK",
	"TEE", "dnat", "snat", "redirect", "log", "nflog", "arpreply"
};

static struct filter_target
target_named(struct option_reader *r, const char *name, bool is_goto)
{
	struct filter_target target = {
		.verdict = is_goto ? VERDICT_GOTO : VERDICT_JUMP,
		.mask = UINT32_MAX
	};
	size_t i;

	for (i = 0; !is_goto && i < sizeof(targets) / sizeof(*targets); i++)
		if (strcmp(targets[i].name, name) == 0) {
			target.verdict = targets[i].verdict;
			return target;
		}
	for (i = 0; !is_goto && i < sizeof(harmless) / sizeof(*harmless); i++)
		if (strcmp(harmless[i], name) == 0) {
			target.verdict = VERDICT_CONTINUE;
			return target;
		}
	target.chain = filter_copy(r->rules, name, strlen(name));
	return target;
}

/* What the target's own options say: they end the line. */
static void
parse_target_options(struct option_reader *r, struct filter_target *target)
{
	const char *word, *value;
	uint32_t mark, mask;

	while ((word = next(r)) != NULL) {
		if (strcmp(word, "--notrack") == 0)
			target->verdict = VERDICT_NOTRACK;
		if (strcmp(word, "--restore-mark") == 0)
			target->verdict = VERDICT_FORGET_MARK;
		if (strcmp(word, "--set-xmark") == 0 &&
		    target->verdict == VERDICT_FORGET_MARK &&
		    (value = next(r)) != NULL &&
		    parse_masked(value, &mark, &mask)) {
			target->verdict = VERDICT_SET_MARK;
			target->value = mark;
			target->mask = mask;
		}
		/* ebtables' targets come to an end of their own. */
		if (r->family != FAMILY_BRIDGE || (value = peek(r)) == NULL ||
		    strlen(word) < strlen("--x-target") ||
		    strcmp(word + strlen(word) - strlen("-target"), "-target") != 0)
			continue;
		target->verdict = strcmp(value, "DROP") == 0 ? VERDICT_DROP :
		    strcmp(value, "ACCEPT") == 0 ? VERDICT_ACCEPT :
		    strcmp(value, "RETURN") == 0 ? VERDICT_RETURN :
		    VERDICT_CONTINUE;
	}
}

static void
parse_target(struct option_reader *r, const struct option *option)
{
	struct filter_target target;
	const char *name = next(r);

	if (name == NULL)
		return;
	target = target_named(r, name, option->argument != 0);
	parse_target_options(r, &target);
	if (target.verdict >= VERDICT_NOTRACK &&
	    target.verdict != VERDICT_UNKNOWN)
		r->rule->effect = target;
	else
		r->rule->target = target;
	if (target.verdict == VERDICT_SET_CT_MARK)
		r->rules->sets_ct_mark = true;
}

static const struct option options[] = {
	{ "-s", parse_address, FIELD_IP_SOURCE },
	{ "-d", parse_address, FIELD_IP_DESTINATION },
	{ "-i", parse_values, FIELD_IN },
	{ "-o", parse_values, FIELD_OUT },
	{ "-p", parse_protocol, 0 },
	{ "-f", parse_constant, FILTER_NO },
	{ "-m", parse_module, 0 },
	{ "-j", parse_target, 0 },
	{ "-g", parse_target, 1 },
	{ "--comment", parse_comment, 0 },
	{ "--sport", parse_values, FIELD_SOURCE_PORT },
	{ "--sports", parse_values, FIELD_SOURCE_PORT },
	{ "--dport", parse_values, FIELD_DESTINATION_PORT },
	{ "--dports", parse_values, FIELD_DESTINATION_PORT },
	{ "--tcp-flags", parse_tcp_flags, 0 },
	{ "--icmp-type", parse_constant, FILTER_NO },
	{ "--icmpv6-type", parse_icmp6_type, FIELD_ICMP6_TYPE },
	{ "--ctstate", parse_values, FIELD_CT_STATE },
	{ "--state", parse_values, FIELD_CT_STATE },
	{ "--ctdir", parse_values, FIELD_CT_DIRECTION },
	{ "--mark", parse_mark, FIELD_MARK },
	{ "--hl-eq", parse_values, FIELD_HOP_LIMIT },
	{ "--src-type", parse_values, FIELD_SOURCE_TYPE },
	{ "--dst-type", parse_values, FIELD_DESTINATION_TYPE },
	{ "--limit-iface-in", parse_ignored, 0 },
	{ "--limit-iface-out", parse_ignored, 0 },
	{ "--pkt-type", parse_values, FIELD_PACKET_TYPE },
	{ "--pkttype-type", parse_values, FIELD_PACKET_TYPE },
	{ "--src-range", parse_address, FIELD_IP_SOURCE },
	{ "--dst-range", parse_address, FIELD_IP_DESTINATION },
	{ "--loose", parse_rpfilter, 0 },
	{ "--invert", parse_rpfilter, 0 },
	{ "--validmark", parse_rpfilter, 0 },
	{ "--accept-local", parse_rpfilter, 0 },
	/* One connection at rest is below every limit. */
	{ "--limit", parse_constant, FILTER_YES },
	{ "--limit-burst", parse_ignored, 0 },
	{ "--hashlimit-upto", parse_constant, FILTER_YES },
	{ "--hashlimit-above", parse_constant, FILTER_NO },
	{ "--hashlimit-burst", parse_ignored, 0 },
	{ "--hashlimit-mode", parse_ignored, 0 },
	{ "--hashlimit-name", parse_ignored, 0 },
	{ "--hashlimit-srcmask", parse_ignored, 0 },
	{ "--hashlimit-dstmask", parse_ignored, 0 },
	{ "--hashlimit-htable-size", parse_ignored, 0 },
	{ "--hashlimit-htable-max", parse_ignored, 0 },
	{ "--hashlimit-htable-expire", parse_ignored, 0 },
	{ "--hashlimit-htable-gcinterval", parse_ignored, 0 },
	{ "--connlimit-upto", parse_constant, FILTER_YES },
	{ "--connlimit-above", parse_constant, FILTER_NO },
	{ "--connlimit-mask", parse_ignored, 0 },
	{ "--connlimit-saddr", parse_ignored, 0 },
	{ "--connlimit-daddr", parse_ignored, 0 },
	/* Routed packets do not pass through a bridge. */
	{ "--physdev-in", parse_values, FIELD_IN_PORT },
	{ "--physdev-out", parse_constant, FILTER_NO },
	{ "--physdev-is-bridged", parse_constant, FILTER_NO },
	{ "--physdev-is-out", parse_constant, FILTER_NO },
	{ "--logical-in", parse_values, FIELD_IN_BRIDGE },
	{ "--logical-out", parse_values, FIELD_OUT_BRIDGE },
	{ "--ip-src", parse_values, FIELD_IP_SOURCE },
	{ "--ip-dst", parse_values, FIELD_IP_DESTINATION },
	{ "--ip-source", parse_values, FIELD_IP_SOURCE },
	{ "--ip-destination", parse_values, FIELD_IP_DESTINATION },
	{ "--ip-proto", parse_values, FIELD_IP_PROTOCOL },
	{ "--ip-protocol", parse_values, FIELD_IP_PROTOCOL },
	{ "--ip6-src", parse_values, FIELD_IP6_SOURCE },
	{ "--ip6-dst", parse_values, FIELD_IP6_DESTINATION },
	{ "--ip6-source", parse_values, FIELD_IP6_SOURCE },
	{ "--ip6-destination", parse_values, FIELD_IP6_DESTINATION },
	{ "--ip6-proto", parse_values, FIELD_IP6_PROTOCOL },
	{ "--ip6-protocol", parse_values, FIELD_IP6_PROTOCOL },
	{ "--ip-sport", parse_values, FIELD_SOURCE_PORT },
	{ "--ip-source-port", parse_values, FIELD_SOURCE_PORT },
	{ "--ip-dport", parse_values, FIELD_DESTINATION_PORT },
	{ "--ip-destination-port", parse_values, FIELD_DESTINATION_PORT },
	{ "--ip6-sport", parse_values, FIELD_SOURCE_PORT },
	{ "--ip6-dport", parse_values, FIELD_DESTINATION_PORT },
	{ "--ip6-source-port", parse_values, FIELD_SOURCE_PORT },
	{ "--ip6-destination-port", parse_values, FIELD_DESTINATION_PORT },
	/* ebtables' watchers */
	{ "--log", parse_ignored, 0 },
	{ "--log-level", parse_ignored, 0 },
	{ "--log-prefix", parse_comment, 0 },
	{ "--log-ip", parse_ignored, 0 },
	{ "--log-ip6", parse_ignored, 0 },
	{ "--log-arp", parse_ignored, 0 },
	{ "--nflog", parse_ignored, 0 },
	{ "--nflog-group", parse_ignored, 0 },
	{ "--nflog-prefix", parse_comment, 0 },
	{ "--nflog-range", parse_ignored, 0 },
	{ "--nflog-threshold", parse_ignored, 0 }
};
static const struct option unknown = { "", parse_unknown, 0 };

static const struct option *
find_option(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	return &unknown;
}

void
filter_option_parse(struct filter_rules *rules, enum filter_family family,
    struct filter_rule *rule, struct filter_words *words)
{
	struct option_reader r = {
		.rules = rules, .family = family, .rule = rule, .words = words
	};
	const struct option *option;

	while ((r.name = next(&r)) != NULL) {
		r.is_negated = strcmp(r.name, "!") == 0;
		if (r.is_negated && (r.name = next(&r)) == NULL)
			break;
		option = find_option(r.name);
		option->parse(&r, option);
	}
}
