#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/check/filter/filter_lexer.h"
#include "bgplbctl/check/filter/filter_nft.h"
#include "bgplbctl/check/filter/filter_nft_match.h"
#include "bgplbctl/check/filter/filter_nft_rule.h"
#include "bgplbctl/check/filter/filter_value.h"

static const struct {
	const char		*name;
	enum filter_family	 family;
} families[] = {
	{ "ip", FAMILY_IP }, { "ip6", FAMILY_IP6 }, { "inet", FAMILY_INET },
	{ "bridge", FAMILY_BRIDGE }, { "netdev", FAMILY_NETDEV },
	{ "arp", FAMILY_OTHER }
};
static const struct {
	const char		*name;
	enum filter_hook	 hook;
} hooks[] = {
	{ "prerouting", HOOK_PREROUTING }, { "input", HOOK_INPUT },
	{ "forward", HOOK_FORWARD }, { "output", HOOK_OUTPUT },
	{ "postrouting", HOOK_POSTROUTING }
};
static const struct {
	const char	*name;
	int		 value;
	int		 of_bridge;
} priorities[] = {
	{ "raw", -300, INT_MAX }, { "mangle", -150, INT_MAX },
	{ "dstnat", -100, -300 }, { "filter", 0, -200 },
	{ "security", 50, INT_MAX }, { "srcnat", 100, 300 },
	{ "out", INT_MAX, 100 }
};
/* Types of sets; either of two fields would do for a type. */
static const struct {
	const char		*name;
	enum filter_field	 field;
} types[] = {
	{ "ipv4_addr", FIELD_IP_SOURCE }, { "ipv6_addr", FIELD_IP6_SOURCE },
	{ "ifname", FIELD_IN }, { "iface_index", FIELD_IN },
	{ "inet_service", FIELD_SOURCE_PORT }, { "inet_proto", FIELD_L4PROTO },
	{ "mark", FIELD_MARK }, { "ct_state", FIELD_CT_STATE },
	{ "ether_type", FIELD_ETHERTYPE }, { "nf_proto", FIELD_NFPROTO }
};

struct reader {
	struct filter_rules	*rules;
	struct filter_lexer	 lexer;
	struct filter_table	*table;
};

static struct filter_cursor
cursor_of(struct reader *r)
{
	struct filter_cursor cursor = {
		.rules = r->rules, .at = r->lexer.tokens,
		.end = r->lexer.tokens + r->lexer.n
	};

	return cursor;
}

static bool
statement_begins(const struct reader *r, const char *word)
{
	return r->lexer.n > 0 && filter_token_is(&r->lexer.tokens[0], word);
}

/* Its text on one line. */
static const char *
statement_text(struct reader *r)
{
	const struct filter_lexer *l = &r->lexer;
	char *text = filter_copy(r->rules, l->start,
	    (size_t)(l->end - l->start)), *out, *in;

	for (in = out = text; *in != '\0'; in++) {
		if (strchr(" \t\n", *in) == NULL)
			*out++ = *in;
		else if (out > text && out[-1] != ' ')
			*out++ = ' ';
	}
	*out = '\0';
	return text;
}

static bool
skip_block(struct reader *r)
{
	size_t depth = 1;

	while (depth > 0)
		switch (filter_lexer_next(&r->lexer, true)) {
		case ENDING_OPEN:
			depth++;
			break;
		case ENDING_CLOSE:
			depth--;
			break;
		case ENDING_TEXT:
			return false;
		default:
			break;
		}
	return true;
}

/* "filter", "raw - 5", "-90". */
static int
priority_of(struct filter_cursor *c, enum filter_family family)
{
	char word[FILTER_WORD_MAX];
	int sign = 1, value = 0;
	size_t i;

	for (; c->at < c->end; c->at++) {
		filter_token_copy(c->at, word, sizeof(word));
		if (strcmp(word, "-") == 0 || strcmp(word, "+") == 0) {
			sign = word[0] == '-' ? -1 : 1;
			continue;
		}
		for (i = 0; i < sizeof(priorities) / sizeof(*priorities); i++)
			if (strcmp(priorities[i].name, word) == 0)
				break;
		if (i == sizeof(priorities) / sizeof(*priorities))
			value += sign * (int)strtonum(word, -1000000, 1000000,
			    NULL);
		else if (family == FAMILY_BRIDGE)
			value = priorities[i].of_bridge;
		else
			value = priorities[i].value;
		if (value > 2000000 || value < -2000000)
			return 0;
	}
	return value;
}

/* "type filter hook forward priority filter" */
static void
read_base(struct reader *r, struct filter_chain *chain)
{
	struct filter_cursor c = cursor_of(r);
	size_t i;

	chain->hook = HOOK_OTHER;
	chain->policy = VERDICT_ACCEPT;
	for (; c.at < c.end; c.at++) {
		if (filter_token_is(c.at, "nat"))
			chain->is_nat = true;
		if (filter_token_is(c.at, "device") && c.at + 1 < c.end)
			chain->device = filter_copy(r->rules, c.at[1].start,
			    c.at[1].len);
		if (filter_token_is(c.at, "devices"))
			chain->device = "";	/* several: any of them */
		for (i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
			if (filter_token_is(c.at, hooks[i].name))
				chain->hook = hooks[i].hook;
		if (filter_token_is(c.at, "priority")) {
			c.at++;
			chain->priority = priority_of(&c, r->table->family);
			break;
		}
	}
}

static void
read_rule(struct reader *r, struct filter_chain *chain)
{
	struct filter_rule *rule = filter_rule_add(r->rules, chain,
	    statement_text(r));
	struct filter_cursor c = cursor_of(r);

	rule->handle = r->lexer.handle;
	filter_nft_rule_parse(&c, rule, r->lexer.has_remark);
}

static void
read_chain_line(struct reader *r, struct filter_chain *chain)
{
	const struct filter_token *tokens = r->lexer.tokens;

	if (statement_begins(r, "type"))
		read_base(r, chain);
	else if (statement_begins(r, "policy")) {
		if (r->lexer.n > 1 && filter_token_is(&tokens[1], "drop"))
			chain->policy = VERDICT_DROP;
	} else if (!statement_begins(r, "comment") &&
	    !statement_begins(r, "flags"))
		read_rule(r, chain);
}

static bool
read_chain(struct reader *r, const char *name)
{
	struct filter_chain *chain = filter_chain_add(r->rules, r->table, name);
	enum filter_ending ending;

	do {
		ending = filter_lexer_next(&r->lexer, false);
		if (r->lexer.n > 0)
			read_chain_line(r, chain);
	} while (ending == ENDING_LINE);
	return ending == ENDING_CLOSE;
}

static enum filter_field
type_field(const struct filter_token *token)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (filter_token_is(token, types[i].name))
			return types[i].field;
	return FIELD_UNKNOWN;
}

/* "type ipv4_addr . inet_service : verdict": the fields, and whether of verdicts. */
static bool
read_type(struct reader *r, struct filter_set *set)
{
	struct filter_cursor c = cursor_of(r);

	if (filter_cursor_takes(&c, "typeof"))
		set->nfields = filter_nft_fields_parse(&c, set->fields);
	else
		for (c.at++; c.at < c.end && set->nfields < FILTER_FIELDS_MAX;) {
			set->fields[set->nfields++] = (uint8_t)type_field(c.at++);
			if (!filter_cursor_takes(&c, "."))
				break;
		}
	while (c.at < c.end && !filter_token_is(c.at, ":"))
		c.at++;
	return filter_cursor_takes(&c, ":") &&
	    filter_cursor_takes(&c, "verdict");
}

static bool
read_set(struct reader *r, const char *name)
{
	struct filter_set *set = filter_set_new(r->rules, name);
	struct filter_cursor c;
	enum filter_ending ending;
	bool is_map = false;

	set->next = r->table->sets;
	r->table->sets = set;
	do {
		ending = filter_lexer_next(&r->lexer, false);
		c = cursor_of(r);
		if (statement_begins(r, "type") || statement_begins(r, "typeof"))
			is_map = read_type(r, set);
		else if (filter_cursor_takes(&c, "elements") &&
		    filter_cursor_takes(&c, "=") && filter_cursor_takes(&c, "{"))
			filter_nft_elements_parse(&c, set, is_map);
	} while (ending == ENDING_LINE);
	return ending == ENDING_CLOSE;
}

/* A block of a table: "chain forward", "set nets", and others that do not matter. */
static bool
read_block(struct reader *r)
{
	char name[FILTER_WORD_MAX];

	if (r->lexer.n < 2)
		return skip_block(r);
	filter_token_copy(&r->lexer.tokens[1], name, sizeof(name));
	if (statement_begins(r, "chain"))
		return read_chain(r, name);
	if (statement_begins(r, "set") || statement_begins(r, "map"))
		return read_set(r, name);
	return skip_block(r);
}

static bool
flags_are_dormant(const struct reader *r)
{
	size_t i;

	for (i = 0; statement_begins(r, "flags") && i < r->lexer.n; i++)
		if (filter_token_is(&r->lexer.tokens[i], "dormant"))
			return true;
	return false;
}

static bool
is_shown(const struct filter_rules *rules, enum filter_family family,
    const char *name)
{
	const struct filter_table *t;

	for (t = rules->tables; t != NULL; t = t->next)
		if (t->is_nft && !t->is_skipped && t->family == family &&
		    strcmp(t->name, name) == 0)
			return true;
	return false;
}

/* "table inet filter {": the statement has been read. */
static bool
read_table(struct reader *r)
{
	enum filter_family family = FAMILY_OTHER;
	enum filter_ending ending;
	char name[FILTER_WORD_MAX];
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (filter_token_is(&r->lexer.tokens[1], families[i].name))
			family = families[i].family;
	filter_token_copy(&r->lexer.tokens[2], name, sizeof(name));
	if (family == FAMILY_OTHER || is_shown(r->rules, family, name))
		return skip_block(r);
	r->table = filter_table_add(r->rules, family, name, "nft");
	do {
		ending = filter_lexer_next(&r->lexer, true);
		if (flags_are_dormant(r))
			r->table->is_skipped = true;
		if (ending == ENDING_OPEN && !read_block(r))
			return false;
	} while (ending == ENDING_LINE || ending == ENDING_OPEN);
	return ending == ENDING_CLOSE;
}

bool
filter_nft_parse(struct filter_rules *rules, const char *text, char *why)
{
	struct reader r = { .rules = rules };
	enum filter_ending ending;
	bool is_whole = true;

	filter_lexer_init(&r.lexer, text);
	do {
		ending = filter_lexer_next(&r.lexer, true);
		if (ending == ENDING_OPEN && statement_begins(&r, "table") &&
		    r.lexer.n >= 3)
			is_whole = read_table(&r);
		else
			is_whole = ending == ENDING_TEXT && r.lexer.n == 0;
	} while (is_whole && ending != ENDING_TEXT);
	if (!is_whole)
		snprintf(why, FILTER_TEXT_MAX,
		    "the listing ends early or is not understood%s%s",
		    r.table != NULL ? ", in or behind table " : "",
		    r.table != NULL ? r.table->name : "");
	filter_lexer_free(&r.lexer);
	return is_whole;
}
