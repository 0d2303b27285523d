#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/command.h"

struct parser {
	int		 argc;
	char *const	*argv;
	struct command	*out;
	char		*error;
	size_t		 size;
};

struct word {
	const char	*name;
	bool		 may_be_short;
	int		(*parse)(struct parser *);
};

static int	parse_show(struct parser *);
static int	parse_show_neighbors(struct parser *);
static int	parse_show_prefixes(struct parser *);
static int	parse_withdraw(struct parser *);
static int	parse_announce(struct parser *);
static int	parse_drain(struct parser *);
static int	parse_undrain(struct parser *);
static int	parse_neighbor(struct parser *);
static int	parse_check(struct parser *);

static const struct word commands[] = {
	{ "show",	true,	parse_show },
	{ "withdraw",	false,	parse_withdraw },
	{ "announce",	false,	parse_announce },
	{ "drain",	false,	parse_drain },
	{ "undrain",	false,	parse_undrain },
	{ "neighbor",	false,	parse_neighbor },
	{ "check",	true,	parse_check },
	{ NULL,		false,	NULL }
};

static const struct word shown[] = {
	{ "neighbors",	true,	parse_show_neighbors },
	{ "prefixes",	true,	parse_show_prefixes },
	{ NULL,		false,	NULL }
};

static int __attribute__((format(printf, 2, 3)))
fail(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->error, p->size, fmt, ap);
	va_end(ap);
	return -1;
}

static const char *
next_argument(struct parser *p)
{
	if (p->argc == 0)
		return NULL;
	p->argc--;
	return *p->argv++;
}

/* NULL unless text is a word of the table, or the start of just one of them. */
static const struct word *
find_word(const struct word *table, const char *text)
{
	const struct word *word, *found = NULL;

	if (text[0] == '\0')
		return NULL;
	for (word = table; word->name != NULL; word++) {
		if (strcmp(word->name, text) == 0)
			return word;
		if (!word->may_be_short ||
		    strncmp(word->name, text, strlen(text)) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = word;
	}
	return found;
}

static int
expect_end(struct parser *p)
{
	const char *extra = next_argument(p);

	if (extra != NULL)
		return fail(p, "\"%s\" is too much: the command ends before it",
		    extra);
	return 0;
}

static int
parse_show(struct parser *p)
{
	const char *text = next_argument(p);
	const struct word *word;

	if (text == NULL)
		return fail(p, "show what? neighbors or prefixes");
	if ((word = find_word(shown, text)) == NULL)
		return fail(p, "show \"%s\"? neighbors or prefixes can be shown",
		    text);
	return word->parse(p);
}

static int
take_neighbor(struct parser *p, const char *text)
{
	if (control_neighbor_parse(text, &p->out->neighbor,
	    p->out->interface) == -1)
		return fail(p, "\"%s\" is not an address of a neighbor: write it "
		    "as 192.0.2.1, 2001:db8::1 or fe80::1%%eth0", text);
	return 0;
}

static int
parse_show_neighbors(struct parser *p)
{
	const char *text = next_argument(p);

	p->out->kind = COMMAND_SHOW_NEIGHBORS;
	if (text == NULL)
		return 0;
	p->out->kind = COMMAND_SHOW_NEIGHBOR;
	if (take_neighbor(p, text) == -1)
		return -1;
	return expect_end(p);
}

static int
parse_reason(struct parser *p)
{
	const char *text = next_argument(p);

	if (text == NULL)
		return 0;
	if (strlcpy(p->out->reason, text, sizeof(p->out->reason)) >=
	    sizeof(p->out->reason))
		return fail(p, "the reason has more than %d bytes",
		    CONTROL_REASON_MAX);
	if (p->argc > 0)
		return fail(p, "\"%s\" is too much: put the reason into quotes",
		    p->argv[0]);
	return 0;
}

static int
parse_neighbor_down(struct parser *p)
{
	p->out->kind = COMMAND_NEIGHBOR_DOWN;
	return parse_reason(p);
}

static int
parse_neighbor_up(struct parser *p)
{
	p->out->kind = COMMAND_NEIGHBOR_UP;
	return expect_end(p);
}

static int
parse_neighbor_clear(struct parser *p)
{
	p->out->kind = COMMAND_NEIGHBOR_CLEAR;
	return parse_reason(p);
}

static int
parse_neighbor_refresh(struct parser *p)
{
	p->out->kind = COMMAND_NEIGHBOR_REFRESH;
	return expect_end(p);
}

static const struct word orders[] = {
	{ "down",	false,	parse_neighbor_down },
	{ "up",		false,	parse_neighbor_up },
	{ "clear",	false,	parse_neighbor_clear },
	{ "refresh",	false,	parse_neighbor_refresh },
	{ NULL,		false,	NULL }
};

static int
parse_neighbor(struct parser *p)
{
	const char *text = next_argument(p);
	const struct word *word;

	if (text == NULL)
		return fail(p, "which neighbor? write its address");
	if (take_neighbor(p, text) == -1)
		return -1;
	if ((text = next_argument(p)) == NULL)
		return fail(p, "do what with it? down, up, clear or refresh");
	if ((word = find_word(orders, text)) == NULL)
		return fail(p, "\"%s\" cannot be done with a neighbor: write "
		    "down, up, clear or refresh", text);
	return word->parse(p);
}

/* The prefix that text with bits set beyond its length lies in. */
static int
enclosing_prefix(const char *text, struct prefix *out)
{
	char copy[PREFIX_STRLEN], *slash;
	struct address addr;

	if (strlcpy(copy, text, sizeof(copy)) >= sizeof(copy) ||
	    (slash = strchr(copy, '/')) == NULL)
		return -1;
	*slash = '\0';
	if (address_parse(copy, &addr) == -1)
		return -1;
	return prefix_make(&addr,
	    (uint8_t)strtonum(slash + 1, 0, 128, NULL), out);
}

static int
parse_prefix(struct parser *p, const char *verb)
{
	const char *text = next_argument(p);
	char buf[PREFIX_STRLEN];
	struct prefix enclosing;

	if (text == NULL)
		return fail(p, "%s what? a prefix, such as 10.0.0.101/32", verb);
	if (prefix_parse(text, &p->out->prefix) == 0)
		return expect_end(p);
	if (errno == ERANGE && enclosing_prefix(text, &enclosing) == 0)
		return fail(p, "%s has bits set beyond its length: the prefix is %s",
		    text, prefix_format(&enclosing, buf));
	return fail(p, "\"%s\" is not a prefix: write it as 10.0.0.101/32 or "
	    "2001:db8::101/128", text);
}

static int
parse_show_prefixes(struct parser *p)
{
	p->out->kind = COMMAND_SHOW_PREFIXES;
	if (p->argc == 0)
		return 0;
	p->out->kind = COMMAND_SHOW_PREFIX;
	return parse_prefix(p, "show");
}

static int
parse_withdraw(struct parser *p)
{
	p->out->kind = COMMAND_WITHDRAW;
	return parse_prefix(p, "withdraw");
}

static int
parse_announce(struct parser *p)
{
	p->out->kind = COMMAND_ANNOUNCE;
	return parse_prefix(p, "announce");
}

static int
parse_drain(struct parser *p)
{
	p->out->kind = COMMAND_DRAIN;
	return expect_end(p);
}

static int
parse_undrain(struct parser *p)
{
	p->out->kind = COMMAND_UNDRAIN;
	return expect_end(p);
}

static int
parse_check(struct parser *p)
{
	const char *text = next_argument(p);

	p->out->kind = COMMAND_CHECK;
	if (text == NULL)
		return 0;
	if (strcmp(text, "from") != 0)
		return fail(p, "check \"%s\"? only \"from\" and a client's address "
		    "may follow", text);
	if ((text = next_argument(p)) == NULL ||
	    address_parse(text, &p->out->client) == -1)
		return fail(p, "check from whom? write a client's address as "
		    "192.0.2.1 or 2001:db8::1");
	if (address_is_unspecified(&p->out->client) ||
	    address_is_loopback(&p->out->client) ||
	    address_is_linklocal(&p->out->client))
		return fail(p, "%s is no address from which a client comes over "
		    "a router: write one such as 192.0.2.1 or 2001:db8::1",
		    text);
	return expect_end(p);
}

int
command_parse(int argc, char *const argv[], struct command *out, char *error,
    size_t size)
{
	struct parser parser = { argc, argv, out, error, size };
	const struct word *word;
	const char *text;

	memset(out, 0, sizeof(*out));
	if ((text = next_argument(&parser)) == NULL)
		return fail(&parser,
		    "do what? show, check, withdraw, announce, drain, undrain or "
		    "neighbor");
	if ((word = find_word(commands, text)) == NULL)
		return fail(&parser,
		    "\"%s\" is not a command: write show, check, withdraw, announce, "
		    "drain, undrain or neighbor", text);
	return word->parse(&parser);
}

bool
command_is_for_neighbor(enum command_kind kind)
{
	return kind >= COMMAND_NEIGHBOR_DOWN &&
	    kind <= COMMAND_NEIGHBOR_REFRESH;
}

bool
command_is_for_host(enum command_kind kind)
{
	return kind == COMMAND_DRAIN || kind == COMMAND_UNDRAIN;
}

const char *
command_name(enum command_kind kind)
{
	switch (kind) {
	case COMMAND_WITHDRAW:
		return "withdraw";
	case COMMAND_ANNOUNCE:
		return "announce";
	case COMMAND_DRAIN:
		return "drain";
	case COMMAND_UNDRAIN:
		return "undrain";
	case COMMAND_NEIGHBOR_DOWN:
		return "neighbor down";
	case COMMAND_NEIGHBOR_UP:
		return "neighbor up";
	case COMMAND_NEIGHBOR_CLEAR:
		return "neighbor clear";
	case COMMAND_NEIGHBOR_REFRESH:
		return "neighbor refresh";
	default:
		return "show";
	}
}
