#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/json.h"
#include "bgplbd/frontend/json_number.h"
#include "bgplbd/frontend/json_string.h"

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

#define TOKENS_FIRST	64

/*
 * Once a document is checked, a token's size has served its purpose: it then
 * holds the index of the first token after the value and all that is inside it.
 */
struct json {
	const char	*text;
	jsmntok_t	*tokens;
	unsigned int	 ntokens;
};

/* Where the check stands: the token that comes next, and the byte that does. */
struct cursor {
	const struct json	*doc;
	unsigned int		 token;
	size_t			 pos;
	size_t			 len;
};

static const jsmntok_t *
token_of(struct json_value v)
{
	return &v.doc->tokens[v.index];
}

/* As it stands in the document, without the quotes of a string. */
static const char *
text_of(struct json_value v)
{
	return v.doc->text + token_of(v)->start;
}

static size_t
length_of(struct json_value v)
{
	return (size_t)(token_of(v)->end - token_of(v)->start);
}

static unsigned int
after(const struct json *doc, unsigned int index)
{
	return (unsigned int)doc->tokens[index].size;
}

/*
 * jsmn takes time with the square of the depth, so depth is limited before it
 * sees the text.  Brackets inside strings do not count.
 */
static bool
is_too_deep(const char *text, size_t len)
{
	unsigned int depth = 0;
	bool in_string = false;
	size_t i;

	for (i = 0; i < len; i++) {
		if (in_string) {
			if (text[i] == '\\')
				i++;
			else if (text[i] == '"')
				in_string = false;
		} else if (text[i] == '"')
			in_string = true;
		else if (text[i] == '{' || text[i] == '[') {
			if (++depth > JSON_READ_DEPTH)
				return true;
		} else if ((text[i] == '}' || text[i] == ']') && depth > 0)
			depth--;
	}
	return false;
}

/* 0, or -1 and errno. */
static int
tokenize(struct json *doc, size_t len)
{
	jsmn_parser parser;
	jsmntok_t *grown;
	unsigned int room = 0;
	int n = JSMN_ERROR_NOMEM;

	jsmn_init(&parser);
	while (n == JSMN_ERROR_NOMEM) {
		if (room == JSON_TOKENS_MAX) {
			errno = E2BIG;
			return -1;
		}
		room = room == 0 ? TOKENS_FIRST : room * 2;
		grown = reallocarray(doc->tokens, room, sizeof(*grown));
		if (grown == NULL)
			return -1;
		doc->tokens = grown;
		n = jsmn_parse(&parser, doc->text, len, doc->tokens, room);
	}
	doc->ntokens = parser.toknext;
	if (n < 1 || parser.pos != len) {
		errno = EINVAL;
		return -1;
	}
	return 0;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
skip_space(struct cursor *c)
{
	while (c->pos < c->len && is_space(c->doc->text[c->pos]))
		c->pos++;
}

static bool
take(struct cursor *c, char wanted)
{
	skip_space(c);
	if (c->pos == c->len || c->doc->text[c->pos] != wanted)
		return false;
	c->pos++;
	return true;
}

static bool
is_number(const char *s, const char *end)
{
	enum json_number state = NUMBER_BEFORE;

	for (; s < end; s++)
		state = json_number_next(state, *s);
	return json_number_next(state, ',') == NUMBER_COMPLETE;
}

static bool
token_is(const struct json *doc, const jsmntok_t *t, const char *word)
{
	size_t len = (size_t)(t->end - t->start);

	return len == strlen(word) &&
	    memcmp(doc->text + t->start, word, len) == 0;
}

static bool
is_primitive(const struct json *doc, const jsmntok_t *t)
{
	return token_is(doc, t, "true") || token_is(doc, t, "false") ||
	    token_is(doc, t, "null") ||
	    is_number(doc->text + t->start, doc->text + t->end);
}

/* jsmn has checked the escapes; control characters are left. */
static bool
is_string(const struct json *doc, const jsmntok_t *t)
{
	int i;

	for (i = t->start; i < t->end; i++)
		if ((unsigned char)doc->text[i] < ' ')
			return false;
	return true;
}

/* The next token must be no object or array, and start at the next byte. */
static bool
take_scalar(struct cursor *c)
{
	jsmntok_t *t;

	skip_space(c);
	if (c->token == c->doc->ntokens)
		return false;
	t = &c->doc->tokens[c->token++];
	if (t->type == JSMN_STRING) {
		if ((size_t)t->start != c->pos + 1 || !is_string(c->doc, t))
			return false;
		c->pos = (size_t)t->end + 1;
	} else if (t->type == JSMN_PRIMITIVE) {
		if ((size_t)t->start != c->pos || !is_primitive(c->doc, t))
			return false;
		c->pos = (size_t)t->end;
	} else
		return false;
	t->size = (int)c->token;
	return true;
}

static bool
take_key(struct cursor *c)
{
	return c->token < c->doc->ntokens &&
	    c->doc->tokens[c->token].type == JSMN_STRING && take_scalar(c) &&
	    take(c, ':');
}

static bool
next_is_container(const struct cursor *c)
{
	return c->token < c->doc->ntokens &&
	    (c->doc->tokens[c->token].type == JSMN_OBJECT ||
	    c->doc->tokens[c->token].type == JSMN_ARRAY);
}

/*
 * jsmn finds tokens but not all faults of grammar (a missing comma, a key
 * without value); this goes through tokens and text side by side and finds the
 * rest.
 */
static bool
check_value(struct cursor *c, unsigned int depth)
{
	unsigned int index = c->token;
	bool object;
	char closer;

	if (!next_is_container(c))
		return take_scalar(c);
	if (depth == JSON_READ_DEPTH)
		return false;
	object = c->doc->tokens[c->token++].type == JSMN_OBJECT;
	closer = object ? '}' : ']';
	if (!take(c, object ? '{' : '['))
		return false;
	if (!take(c, closer)) {
		do {
			if ((object && !take_key(c)) ||
			    !check_value(c, depth + 1))
				return false;
		} while (take(c, ','));
		if (!take(c, closer))
			return false;
	}
	c->doc->tokens[index].size = (int)c->token;
	return true;
}

static bool
check_document(const struct json *doc, size_t len)
{
	struct cursor c = { .doc = doc, .len = len };

	if (!next_is_container(&c) || !check_value(&c, 0))
		return false;
	skip_space(&c);
	return c.pos == len && c.token == doc->ntokens;
}

struct json *
json_parse(const char *text, size_t len)
{
	struct json *doc;
	int error;

	if (len > JSON_TEXT_MAX || is_too_deep(text, len)) {
		errno = E2BIG;
		return NULL;
	}
	doc = calloc(1, sizeof(*doc));
	if (doc == NULL)
		return NULL;
	doc->text = text;
	if (tokenize(doc, len) == -1)
		goto fail;
	if (!check_document(doc, len)) {
		errno = EINVAL;
		goto fail;
	}
	return doc;
fail:
	error = errno;
	json_free(doc);
	errno = error;
	return NULL;
}

void
json_free(struct json *doc)
{
	if (doc == NULL)
		return;
	free(doc->tokens);
	free(doc);
}

static struct json_value
value_at(const struct json *doc, unsigned int index)
{
	return (struct json_value){ .doc = doc, .index = index };
}

static struct json_value
no_value(void)
{
	return (struct json_value){ .doc = NULL };
}

struct json_value
json_root(const struct json *doc)
{
	return value_at(doc, 0);
}

enum json_type
json_type(struct json_value v)
{
	if (v.doc == NULL)
		return JSON_NONE;
	switch (token_of(v)->type) {
	case JSMN_OBJECT:
		return JSON_OBJECT;
	case JSMN_ARRAY:
		return JSON_ARRAY;
	case JSMN_STRING:
		return JSON_STRING;
	default:
		break;
	}
	switch (text_of(v)[0]) {
	case 't':
	case 'f':
		return JSON_BOOL;
	case 'n':
		return JSON_NULL;
	default:
		return JSON_NUMBER;
	}
}

void
json_iterate(struct json_value v, struct json_iterator *it)
{
	enum json_type type = json_type(v);

	memset(it, 0, sizeof(*it));
	if (type != JSON_OBJECT && type != JSON_ARRAY)
		return;
	it->in_object = type == JSON_OBJECT;
	it->value.doc = v.doc;
	it->next = v.index + 1;
	it->end = after(v.doc, v.index);
}

bool
json_next(struct json_iterator *it)
{
	const struct json *doc = it->value.doc;

	if (it->next == it->end)
		return false;
	if (it->in_object)
		it->key = value_at(doc, it->next++);
	it->value = value_at(doc, it->next);
	it->next = after(doc, it->next);
	return true;
}

int
json_get_string(struct json_value v, char *buf, size_t size)
{
	buf[0] = '\0';
	if (json_type(v) != JSON_STRING) {
		errno = EINVAL;
		return -1;
	}
	return json_string_copy(text_of(v), length_of(v), buf, size);
}

int
json_get_bool(struct json_value v, bool *out)
{
	if (json_type(v) != JSON_BOOL) {
		errno = EINVAL;
		return -1;
	}
	*out = text_of(v)[0] == 't';
	return 0;
}

int
json_get_int(struct json_value v, int64_t min, int64_t max, int64_t *out)
{
	const char *errstr, *start;
	char text[24];
	size_t len;

	if (json_type(v) != JSON_NUMBER) {
		errno = EINVAL;
		return -1;
	}
	start = text_of(v);
	len = length_of(v);
	if (memchr(start, '.', len) != NULL ||
	    memchr(start, 'e', len) != NULL ||
	    memchr(start, 'E', len) != NULL) {
		errno = EINVAL;
		return -1;
	}
	if (len >= sizeof(text)) {
		errno = ERANGE;
		return -1;
	}
	memcpy(text, start, len);
	text[len] = '\0';
	*out = strtonum(text, min, max, &errstr);
	if (errstr != NULL) {
		errno = ERANGE;
		return -1;
	}
	return 0;
}

bool
json_equals(struct json_value v, const char *text)
{
	return json_type(v) == JSON_STRING &&
	    json_string_equals(text_of(v), length_of(v), text);
}

struct json_value
json_member(struct json_value object, const char *key)
{
	struct json_value found = no_value();
	struct json_iterator it;

	if (json_type(object) != JSON_OBJECT)
		return found;
	json_iterate(object, &it);
	while (json_next(&it))
		if (json_equals(it.key, key))
			found = it.value;
	return found;
}
