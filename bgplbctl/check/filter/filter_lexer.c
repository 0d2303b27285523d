#include <stdlib.h>
#include <string.h>

#include "bgplbctl/check/filter/filter_lexer.h"
#include "common/log.h"

#define SEPARATORS	" \t\n\"{}(),;|#"

void
filter_lexer_init(struct filter_lexer *l, const char *text)
{
	memset(l, 0, sizeof(*l));
	l->text = text;
}

void
filter_lexer_free(struct filter_lexer *l)
{
	free(l->tokens);
	memset(l, 0, sizeof(*l));
}

static void
add(struct filter_lexer *l, const char *start, size_t len, bool is_string)
{
	if (l->n == l->size) {
		l->size = l->size == 0 ? 64 : l->size * 2;
		l->tokens = xreallocarray(l->tokens, l->size,
		    sizeof(*l->tokens));
	}
	if (l->n == 0)
		l->start = start;
	l->tokens[l->n].start = start;
	l->tokens[l->n].len = len;
	l->tokens[l->n++].is_string = is_string;
	l->end = start + len + is_string;
}

static const char *
read_remark(struct filter_lexer *l, const char *text)
{
	static const char handle[] = "# handle ";

	if (strncmp(text, handle, sizeof(handle) - 1) == 0)
		l->handle = strtoull(text + sizeof(handle) - 1, NULL, 10);
	else if (l->n > 0)
		l->has_remark = true;
	return text + strcspn(text, "\n");
}

/* One word at text, which is no blank; returns what is behind it. */
static const char *
read_word(struct filter_lexer *l, const char *text)
{
	size_t len;

	if (*text == '"') {
		len = strcspn(++text, "\"\n");
		add(l, text, len, true);
		return text + len + (text[len] == '"');
	}
	len = strcspn(text, SEPARATORS);
	if (len == 0)
		len = 1;
	add(l, text, len, false);
	return text + len;
}

/* Handles stand behind the brace that opens, on the same line. */
static void
finish_line(struct filter_lexer *l)
{
	l->text += strspn(l->text, " \t");
	if (*l->text == '#')
		l->text = read_remark(l, l->text);
}

enum filter_ending
filter_lexer_next(struct filter_lexer *l, bool is_block)
{
	size_t depth = 0;
	char c;

	l->n = 0;
	l->handle = 0;
	l->has_remark = false;
	for (;;) {
		l->text += strspn(l->text, " \t");
		c = *l->text;
		if (c == '\0')
			return ENDING_TEXT;
		if (c == '#') {
			l->text = read_remark(l, l->text);
			continue;
		}
		if ((c == '\n' || c == ';') && (depth > 0 || l->n == 0)) {
			l->text++;
			continue;
		}
		if (c == '\n' || c == ';') {
			l->text++;
			return ENDING_LINE;
		}
		if (c == '}' && depth == 0) {
			l->text++;
			return ENDING_CLOSE;
		}
		if (c == '{' && is_block) {
			l->text++;
			finish_line(l);
			return ENDING_OPEN;
		}
		depth += c == '{';
		depth -= c == '}';
		l->text = read_word(l, l->text);
	}
}

bool
filter_token_is(const struct filter_token *token, const char *word)
{
	return !token->is_string && strlen(word) == token->len &&
	    memcmp(token->start, word, token->len) == 0;
}

void
filter_token_copy(const struct filter_token *token, char *buf, size_t size)
{
	size_t len = token->len < size ? token->len : size - 1;

	memcpy(buf, token->start, len);
	buf[len] = '\0';
}
