/*
 * The grammar of bgplbd.conf(5).  Its parser does no I/O but telling mistakes and
 * has no state but struct file_reader; what the statements mean is in
 * configuration_file.c.
 *
 * After a mistake the parser goes on at the next statement, so that all mistakes
 * of a file are told at once.
 */
%code requires {
#include "bgplbd/parent/configuration_file.h"
}

%code {
#include <stdlib.h>
#include <string.h>

#include "common/log.h"

/* A place is that of a symbol's first token. */
#define YYLLOC_DEFAULT(current, rhs, n)					\
	((current) = (n) > 0 ? YYRHSLOC(rhs, 1) : YYRHSLOC(rhs, 0))

static int	yylex(char **, struct lexer_place *, struct file_reader *);
static void	yyerror(const struct lexer_place *, struct file_reader *,
		    const char *);
}

%define api.pure full
%define api.value.type {char *}
%define api.location.type {struct lexer_place}
%define parse.error custom
%define parse.lac full
%param {struct file_reader *r}
%locations
%initial-action { @$.line = @$.column = 1; }

%token END 0		"the end of the file"
%token SEPARATOR	"the end of the line"
%token OPEN		"{"
%token CLOSE		"}"
%token VALUE		"a value"
%token AS		"AS"
%token ROUTER_ID	"router-id"
%token LISTEN		"listen"
%token ON		"on"
%token NEXTHOP		"nexthop"
%token ADVERTISE	"advertise"
%token LABEL		"label"
%token ALLOW		"allow"
%token PREFIX		"prefix"
%token LE		"le"
%token PLUGIN		"plugin"
%token CONTROL		"control"
%token DOCKER		"docker"
%token SOCKET		"socket"
%token STATE		"state"
%token FILE_		"file"
%token SCOPE		"scope"
%token DRAIN		"drain"
%token SIGUSR2_		"sigusr2"
%token DELAY		"delay"
%token ACTION		"action"
%token GRACEFUL_SHUTDOWN "graceful-shutdown"
%token GRACEFUL_RESTART	"graceful-restart"
%token RESTART_TIME	"restart-time"
%token RISE		"rise"
%token NEIGHBOR		"neighbor"
%token GROUP		"group"
%token REMOTE_AS	"remote-as"
%token DESCR		"descr"
%token PASSWORD		"password"
%token LOCAL_ADDRESS	"local-address"
%token PORT		"port"
%token HOLDTIME		"holdtime"
%token CONNECT_RETRY	"connect-retry"
%token PASSIVE		"passive"
%token FAMILIES		"families"
%token MULTIHOP		"multihop"
%token TTL_SECURITY	"ttl-security"
%token COMMUNITIES	"communities"
%token LARGE_COMMUNITIES "large-communities"
%token MED		"med"
%token LOCALPREF	"localpref"
%token PREPEND_SELF	"prepend-self"
%token MAX_PREFIX	"max-prefix"
%token RESTART		"restart"
%token LINK_BANDWIDTH	"link-bandwidth"
%token ROLE		"role"
%token MAX		"max"
%token DELAY_OPEN	"delay-open"

%%

configuration
	: %empty
	| configuration statement SEPARATOR
	| configuration error SEPARATOR		{ yyerrok; }
	| configuration error OPEN		{ file_begin_skipped(r); }
	  group_items CLOSE			{ file_end_skipped(r); }
	  SEPARATOR				{ yyerrok; }
	;

statement
	: AS VALUE
	{ file_set_global(r, GLOBAL_AS, @1, @2, $2); }
	| ROUTER_ID VALUE
	{ file_set_global(r, GLOBAL_ROUTER_ID, @1, @2, $2); }
	| LISTEN PORT VALUE
	{ file_set_global(r, GLOBAL_LISTEN_PORT, @1, @3, $3); }
	| LISTEN ON VALUE
	{ file_set_global(r, GLOBAL_LISTEN_ADDRESS, @1, @3, $3); }
	| LISTEN ON VALUE PORT VALUE
	{
		file_set_global(r, GLOBAL_LISTEN_ADDRESS, @1, @3, $3);
		file_set_global(r, GLOBAL_LISTEN_PORT, @1, @5, $5);
	}
	| NEXTHOP VALUE
	{ file_set_nexthop(r, @1, @2, $2); }
	| ADVERTISE LABEL VALUE
	{ file_set_global(r, GLOBAL_LABEL, @1, @3, $3); }
	| ALLOW PREFIX VALUE
	{ file_allow(r, @3, $3, @3, NULL); }
	| ALLOW PREFIX VALUE LE VALUE
	{ file_allow(r, @3, $3, @5, $5); }
	| PLUGIN SOCKET VALUE
	{ file_set_global(r, GLOBAL_PLUGIN_SOCKET, @1, @3, $3); }
	| CONTROL SOCKET VALUE
	{ file_set_global(r, GLOBAL_CONTROL_SOCKET, @1, @3, $3); }
	| DOCKER SOCKET VALUE
	{ file_set_global(r, GLOBAL_DOCKER_SOCKET, @1, @3, $3); }
	| STATE FILE_ VALUE
	{ file_set_global(r, GLOBAL_STATE_FILE, @1, @3, $3); }
	| SCOPE VALUE
	{ file_set_global(r, GLOBAL_SCOPE, @1, @2, $2); }
	| DRAIN ON SIGUSR2_ VALUE
	{ file_set_global(r, GLOBAL_DRAIN_ON_SIGUSR2, @1, @4, $4); }
	| DRAIN DELAY VALUE
	{ file_set_global(r, GLOBAL_DRAIN_DELAY, @1, @3, $3); }
	| DRAIN ACTION VALUE
	{ file_set_global(r, GLOBAL_DRAIN_ACTION, @1, @3, $3); }
	| DRAIN GRACEFUL_SHUTDOWN VALUE
	{ file_set_global(r, GLOBAL_DRAIN_GRACEFUL, @1, @3, $3); }
	| GRACEFUL_RESTART VALUE
	{ file_set_global(r, GLOBAL_GRACEFUL_RESTART, @1, @2, $2); }
	| RESTART_TIME VALUE
	{ file_set_global(r, GLOBAL_RESTART_TIME, @1, @2, $2); }
	| RISE VALUE
	{ file_set_global(r, GLOBAL_RISE, @1, @2, $2); }
	| neighbor
	| group
	;

group
	: GROUP VALUE OPEN			{ file_begin_group(r, @1); }
	  group_items CLOSE			{ file_end_group(r); }
	;

group_items
	: %empty
	| group_items option SEPARATOR
	| group_items neighbor SEPARATOR
	| group_items error SEPARATOR		{ yyerrok; }
	| group_items error OPEN		{ file_begin_skipped(r); }
	  group_items CLOSE			{ file_end_skipped(r); }
	  SEPARATOR				{ yyerrok; }
	;

neighbor
	: neighbor_begin			{ file_end_neighbor(r); }
	| neighbor_begin OPEN options CLOSE	{ file_end_neighbor(r); }
	;

neighbor_begin
	: NEIGHBOR VALUE
	{ file_begin_neighbor(r, @2, $2); }
	;

options
	: %empty
	| options option SEPARATOR
	| options error SEPARATOR		{ yyerrok; }
	| options error OPEN			{ file_begin_skipped(r); }
	  options CLOSE				{ file_end_skipped(r); }
	  SEPARATOR				{ yyerrok; }
	;

option
	: REMOTE_AS VALUE
	{ file_set_option(r, OPTION_REMOTE_AS, @1, @2, $2); }
	| DESCR VALUE
	{ file_set_option(r, OPTION_DESCRIPTION, @1, @2, $2); }
	| PASSWORD VALUE
	{ file_set_option(r, OPTION_PASSWORD, @1, @2, $2); }
	| LOCAL_ADDRESS VALUE
	{ file_set_option(r, OPTION_LOCAL_ADDRESS, @1, @2, $2); }
	| PORT VALUE
	{ file_set_option(r, OPTION_PORT, @1, @2, $2); }
	| HOLDTIME VALUE
	{ file_set_option(r, OPTION_HOLD_TIME, @1, @2, $2); }
	| CONNECT_RETRY VALUE
	{ file_set_option(r, OPTION_CONNECT_RETRY, @1, @2, $2); }
	| PASSIVE
	{ file_set_option(r, OPTION_PASSIVE, @1, @1, NULL); }
	| FAMILIES VALUE
	{ file_set_option(r, OPTION_FAMILIES, @1, @2, $2); }
	| MULTIHOP VALUE
	{ file_set_option(r, OPTION_MULTIHOP, @1, @2, $2); }
	| TTL_SECURITY VALUE
	{ file_set_option(r, OPTION_TTL_SECURITY, @1, @2, $2); }
	| COMMUNITIES		{ file_begin_list(r, OPTION_COMMUNITIES, @1); }
	  list
	| LARGE_COMMUNITIES
	{ file_begin_list(r, OPTION_LARGE_COMMUNITIES, @1); }
	  list
	| MED VALUE
	{ file_set_option(r, OPTION_MED, @1, @2, $2); }
	| LOCALPREF VALUE
	{ file_set_option(r, OPTION_LOCAL_PREF, @1, @2, $2); }
	| PREPEND_SELF VALUE
	{ file_set_option(r, OPTION_PREPEND, @1, @2, $2); }
	| ROLE VALUE
	{ file_set_option(r, OPTION_ROLE, @1, @2, $2); }
	| MAX VALUE
	{ file_set_option(r, OPTION_MAX, @1, @2, $2); }
	| DELAY_OPEN VALUE
	{ file_set_option(r, OPTION_DELAY_OPEN, @1, @2, $2); }
	| LINK_BANDWIDTH VALUE
	{ file_set_option(r, OPTION_LINK_BANDWIDTH, @1, @2, $2); }
	| MAX_PREFIX VALUE
	{ file_set_option(r, OPTION_MAX_PREFIX, @1, @2, $2); }
	| MAX_PREFIX VALUE RESTART VALUE
	{
		file_set_option(r, OPTION_MAX_PREFIX, @1, @2, $2);
		file_set_option(r, OPTION_MAX_PREFIX_RESTART, @3, @4, $4);
	}
	;

list
	: VALUE				{ file_add_to_list(r, @1, $1); }
	| list VALUE			{ file_add_to_list(r, @2, $2); }
	;

%%

/*
 * What follows a word that wants a value is one, also if spelled like a keyword;
 * with WANTS_LIST, all up to the end of the statement.
 */
enum wants {
	WANTS_NOTHING,
	WANTS_VALUE,
	WANTS_LIST
};

static const struct keyword {
	const char	*word;
	int		 token;
	enum wants	 wants;
} keywords[] = {
	{ "AS",			AS,		WANTS_VALUE },
	{ "router-id",		ROUTER_ID,	WANTS_VALUE },
	{ "listen",		LISTEN,		WANTS_NOTHING },
	{ "on",			ON,		WANTS_NOTHING },
	{ "nexthop",		NEXTHOP,	WANTS_VALUE },
	{ "advertise",		ADVERTISE,	WANTS_NOTHING },
	{ "label",		LABEL,		WANTS_VALUE },
	{ "allow",		ALLOW,		WANTS_NOTHING },
	{ "prefix",		PREFIX,		WANTS_VALUE },
	{ "le",			LE,		WANTS_VALUE },
	{ "plugin",		PLUGIN,		WANTS_NOTHING },
	{ "control",		CONTROL,	WANTS_NOTHING },
	{ "docker",		DOCKER,		WANTS_NOTHING },
	{ "socket",		SOCKET,		WANTS_VALUE },
	{ "state",		STATE,		WANTS_NOTHING },
	{ "file",		FILE_,		WANTS_VALUE },
	{ "scope",		SCOPE,		WANTS_VALUE },
	{ "drain",		DRAIN,		WANTS_NOTHING },
	{ "sigusr2",		SIGUSR2_,	WANTS_VALUE },
	{ "delay",		DELAY,		WANTS_VALUE },
	{ "action",		ACTION,		WANTS_VALUE },
	{ "graceful-shutdown",	GRACEFUL_SHUTDOWN, WANTS_VALUE },
	{ "graceful-restart",	GRACEFUL_RESTART, WANTS_VALUE },
	{ "restart-time",	RESTART_TIME,	WANTS_VALUE },
	{ "rise",		RISE,		WANTS_VALUE },
	{ "neighbor",		NEIGHBOR,	WANTS_VALUE },
	{ "group",		GROUP,		WANTS_VALUE },
	{ "remote-as",		REMOTE_AS,	WANTS_VALUE },
	{ "descr",		DESCR,		WANTS_VALUE },
	{ "password",		PASSWORD,	WANTS_VALUE },
	{ "local-address",	LOCAL_ADDRESS,	WANTS_VALUE },
	{ "port",		PORT,		WANTS_VALUE },
	{ "holdtime",		HOLDTIME,	WANTS_VALUE },
	{ "connect-retry",	CONNECT_RETRY,	WANTS_VALUE },
	{ "passive",		PASSIVE,	WANTS_NOTHING },
	{ "families",		FAMILIES,	WANTS_VALUE },
	{ "multihop",		MULTIHOP,	WANTS_VALUE },
	{ "ttl-security",	TTL_SECURITY,	WANTS_VALUE },
	{ "communities",	COMMUNITIES,	WANTS_LIST },
	{ "large-communities",	LARGE_COMMUNITIES, WANTS_LIST },
	{ "med",		MED,		WANTS_VALUE },
	{ "localpref",		LOCALPREF,	WANTS_VALUE },
	{ "prepend-self",	PREPEND_SELF,	WANTS_VALUE },
	{ "max-prefix",		MAX_PREFIX,	WANTS_VALUE },
	{ "restart",		RESTART,	WANTS_VALUE },
	{ "link-bandwidth",	LINK_BANDWIDTH,	WANTS_VALUE },
	{ "role",		ROLE,		WANTS_VALUE },
	{ "max",		MAX,		WANTS_VALUE },
	{ "delay-open",		DELAY_OPEN,	WANTS_VALUE },
};

static const struct keyword *
find_keyword(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (strcmp(keywords[i].word, word) == 0)
			return &keywords[i];
	return NULL;
}

/* The string lives until the reader does. */
static char *
keep_string(struct file_reader *r, const char *text)
{
	size_t size = strlen(text) + 1;
	struct file_string *s = xmalloc(sizeof(*s) + size);

	memcpy(s->text, text, size);
	SLIST_INSERT_HEAD(&r->strings, s, entry);
	return s->text;
}

static int
lex_word(struct file_reader *r, char **value)
{
	const struct keyword *k = NULL;

	if (r->wanting == NULL && !r->in_list)
		k = find_keyword(r->token.text);
	if (k == NULL) {
		*value = keep_string(r, r->token.text);
		return VALUE;
	}
	if (k->wants != WANTS_NOTHING)
		r->keyword = k->word;
	r->in_list = k->wants == WANTS_LIST;
	if (k->token == PASSWORD)
		r->secret = true;
	return k->token;
}

static int
yylex(char **value, struct lexer_place *place, struct file_reader *r)
{
	lexer_next(&r->lexer, &r->token);
	r->wanting = r->keyword;
	r->keyword = NULL;
	*place = r->token.place;
	*value = NULL;
	switch (r->token.kind) {
	case LEXER_WORD:
		return lex_word(r, value);
	case LEXER_STRING:
		*value = keep_string(r, r->token.text);
		return VALUE;
	case LEXER_FAULT:
		file_mistake(r, *place, "%s", r->token.fault);
		return YYerror;
	case LEXER_SEPARATOR:
		r->secret = false;
		r->in_list = false;
		return SEPARATOR;
	case LEXER_OPEN:
		r->in_list = false;
		return OPEN;
	case LEXER_CLOSE:
		r->in_list = false;
		return CLOSE;
	case LEXER_END:
		break;
	}
	return END;
}

/* Only for memory that runs out, and nesting beyond all sense. */
static void
yyerror(const struct lexer_place *place, struct file_reader *r,
    const char *text)
{
	file_mistake(r, *place, "%s", text);
}

/* "a, b or c" of what may come; what ends the text goes without saying. */
static void
list_expected(const yysymbol_kind_t *expected, int n, char *buf, size_t size)
{
	const char *names[YYNTOKENS];
	int count = 0, i;

	for (i = 0; i < n; i++)
		if (expected[i] != YYSYMBOL_YYEOF)
			names[count++] = yysymbol_name(expected[i]);
	buf[0] = '\0';
	for (i = 0; i < count; i++) {
		if (i > 0)
			strlcat(buf, i == count - 1 ? " or " : ", ", size);
		strlcat(buf, names[i], size);
	}
}

static int
yyreport_syntax_error(const yypcontext_t *context, struct file_reader *r)
{
	yysymbol_kind_t expected[YYNTOKENS];
	yysymbol_kind_t found = yypcontext_token(context);
	const struct lexer_place place = *yypcontext_location(context);
	char list[1024], what[64];
	int n;

	n = yypcontext_expected_tokens(context, expected, YYNTOKENS);
	list_expected(expected, n, list, sizeof(list));
	if (r->wanting != NULL) {
		file_mistake(r, place, "%s has no value: write it on the same "
		    "line", r->wanting);
		return 0;
	}
	if (found == YYSYMBOL_VALUE && strcmp(r->token.text, "tcp-ao") == 0) {
		file_mistake(r, place, "tcp-ao: there is no TCP-AO (RFC 5925) "
		    "in bgplbd: write password, which is TCP MD5 (RFC 2385)");
		return 0;
	}
	if (found == YYSYMBOL_YYEOF) {
		file_mistake(r, place, "the file ends inside a block: write } "
		    "where the block ends");
		return 0;
	}
	if (found != YYSYMBOL_VALUE)
		snprintf(what, sizeof(what), "%s", yysymbol_name(found));
	else if (r->secret)
		snprintf(what, sizeof(what), "this word");
	else
		snprintf(what, sizeof(what), "\"%.32s\"", r->token.text);
	if (n == 1 && expected[0] == YYSYMBOL_SEPARATOR)
		file_mistake(r, place, "%s is too much here: begin a new line, "
		    "or put text with blanks into quotes", what);
	else
		file_mistake(r, place, "%s is %s here: write %s", what,
		    found == YYSYMBOL_VALUE ? "unknown" : "out of place", list);
	return 0;
}

void
file_parse(struct file_reader *r)
{
	(void)yyparse(r);
}
