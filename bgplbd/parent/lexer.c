#include <string.h>

#include "bgplbd/parent/lexer.h"

void
lexer_init(struct lexer *lx, const char *text, size_t len)
{
	memset(lx, 0, sizeof(*lx));
	lx->text = text;
	lx->len = len;
	lx->place.line = lx->place.column = 1;
	lx->separated = true;
}

static bool
at_end(const struct lexer *lx)
{
	return lx->pos == lx->len;
}

static char
peek(const struct lexer *lx)
{
	return lx->text[lx->pos];
}

static char
take(struct lexer *lx)
{
	char c = lx->text[lx->pos++];

	if (c == '\n') {
		lx->place.line++;
		lx->place.column = 1;
	} else
		lx->place.column++;
	return c;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool
is_text(char c)
{
	return (unsigned char)c >= ' ' && c != 0x7f;
}

static void
skip_blanks_and_comments(struct lexer *lx)
{
	while (!at_end(lx) && is_blank(peek(lx)))
		take(lx);
	if (!at_end(lx) && peek(lx) == '#')
		while (!at_end(lx) && peek(lx) != '\n')
			take(lx);
}

static void
set_fault(struct lexer_token *t, const char *fault)
{
	t->kind = LEXER_FAULT;
	t->fault = fault;
}

/* Appends c unless there is a fault already, such as the text being too long. */
static void
append(struct lexer_token *t, size_t *used, char c)
{
	if (t->kind == LEXER_FAULT)
		return;
	if (*used == sizeof(t->text) - 1) {
		set_fault(t, "longer than 4095 bytes: write less");
		return;
	}
	t->text[(*used)++] = c;
	t->text[*used] = '\0';
}

static void
take_word(struct lexer *lx, struct lexer_token *t)
{
	size_t used = 0;
	char c;

	t->kind = LEXER_WORD;
	while (!at_end(lx)) {
		c = peek(lx);
		if (c != '\0' && strchr(" \t\r\n;{}\"", c) != NULL)
			break;
		if (c == '#')
			set_fault(t, "# in a word: put the word into quotes, "
			    "or a blank before the comment");
		else if (!is_text(c))
			set_fault(t, "not text: write printable characters");
		append(t, &used, take(lx));
	}
}

/* After its opening quote. */
static void
take_string(struct lexer *lx, struct lexer_token *t)
{
	size_t used = 0;
	char c;

	t->kind = LEXER_STRING;
	while (!at_end(lx) && peek(lx) != '\n') {
		c = take(lx);
		if (c == '"')
			return;
		if (c == '\\') {
			if (at_end(lx) || (peek(lx) != '"' && peek(lx) != '\\')) {
				set_fault(t, "a single \\ in quotes: write \\\\ "
				    "for it, or \\\" for a quote");
				continue;
			}
			c = take(lx);
		} else if (!is_text(c))
			set_fault(t, "not text: write printable characters");
		append(t, &used, c);
	}
	set_fault(t, "the quotes are not closed: write \" at the text's end");
}

/* Any number of separators, with the blanks and comments around them. */
static bool
skip_separators(struct lexer *lx)
{
	bool any = false;

	for (;;) {
		skip_blanks_and_comments(lx);
		if (at_end(lx) || (peek(lx) != '\n' && peek(lx) != ';'))
			return any;
		take(lx);
		any = true;
	}
}

static void
take_token(struct lexer *lx, struct lexer_token *t)
{
	switch (peek(lx)) {
	case '{':
		t->kind = LEXER_OPEN;
		take(lx);
		break;
	case '}':
		t->kind = LEXER_CLOSE;
		take(lx);
		break;
	case '"':
		take(lx);
		take_string(lx, t);
		break;
	default:
		take_word(lx, t);
	}
}

void
lexer_next(struct lexer *lx, struct lexer_token *t)
{
	bool separators;

	t->text[0] = '\0';
	t->fault = NULL;
	skip_blanks_and_comments(lx);
	t->place = lx->place;
	separators = skip_separators(lx);
	if (!lx->separated &&
	    (separators || at_end(lx) || peek(lx) == '}')) {
		t->kind = LEXER_SEPARATOR;
		lx->separated = true;
		return;
	}
	t->place = lx->place;
	if (at_end(lx))
		t->kind = LEXER_END;
	else
		take_token(lx, t);
	lx->separated = t->kind == LEXER_OPEN || t->kind == LEXER_END;
}
