#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/json.h"
#include "bgplbd/frontend/json_number.h"
#include "bgplbd/frontend/json_sieve.h"
#include "bgplbd/frontend/json_string.h"
#include "common/log.h"

#define ROOM_FIRST	256
#define ESCAPE_MAX	6	/* \u00e9 */

/* What the next byte may be. */
enum state {
	BEFORE,			/* the text's first */
	VALUE,			/* a value's first */
	VALUE_OR_END,		/* the same, or the end of an empty array */
	KEY,			/* a key's first */
	KEY_OR_END,		/* the same, or the end of an empty object */
	COLON,
	COMMA_OR_END,
	STRING,			/* inside of one, as the following are */
	ESCAPE,
	WORD,			/* true, false or null */
	NUMBER,
	AFTER,			/* the text, which is complete */
	SKIP			/* the rest of a faulty line */
};

/* An object or array that is open. */
struct level {
	const struct json_wanted	*wanted;	/* NULL: nothing in it */
	bool				 is_object;
	bool				 is_kept;	/* itself */
	bool				 is_empty;	/* of what is kept */
};

struct json_sieve {
	enum json_sieve_shape		 shape;
	const struct json_wanted	*wanted;
	size_t				 limit;
	json_element_fn			*fn;
	void				*arg;
	enum state			 state;
	int				 fault;		/* errno; 0: none */
	struct level			 levels[JSON_READ_DEPTH];
	unsigned int			 depth;
	unsigned int			 base;		/* the depth of elements */
	/* Of the value that is read or comes next. */
	bool				 is_kept;
	const struct json_wanted	*members;
	/* Of the string that is read. */
	bool				 is_key;
	bool				 is_cut;
	size_t				 string_len;
	unsigned int			 nescape;
	char				 escape[ESCAPE_MAX];
	char				 key[JSON_SIEVE_STRING_MAX];
	const char			*word;		/* what is to come of it */
	enum json_number		 number;
	/* The element so far. */
	bool				 over;
	char				*out;
	size_t				 used;
	size_t				 room;
	size_t				 safe;		/* without the member that is read */
};

/* Takes bytes from p on, and returns the first that it did not take. */
typedef const char *step_fn(struct json_sieve *, const char *p,
    const char *end);

static const char *
refuse(struct json_sieve *s, int error, const char *p)
{
	s->fault = error;
	return p;
}

static void
begin_element(struct json_sieve *s)
{
	s->used = s->safe = 0;
	s->over = false;
	s->is_kept = true;
	s->members = s->wanted;
}

static void
tell_element(struct json_sieve *s)
{
	struct json_element e = { .text = s->used > 0 ? s->out : "",
	    .len = s->used, .over = s->over };

	s->fn(&e, s->arg);
}

/* Takes back what was kept of the member of the element that is being read. */
static void
drop_member(struct json_sieve *s)
{
	unsigned int i;

	s->used = s->safe;
	s->is_kept = false;
	if (s->depth > s->base)
		s->levels[s->base].is_empty = s->safe <= 1;
	for (i = s->base + 1; i < s->depth; i++) {
		s->levels[i].wanted = NULL;
		s->levels[i].is_kept = false;
	}
}

/* False if there is no room, and then the member that is being read is dropped. */
static bool
put(struct json_sieve *s, const char *data, size_t n)
{
	if (n + JSON_READ_DEPTH > s->limit - s->used) {
		s->over = true;
		drop_member(s);
		return false;
	}
	if (n > s->room - s->used) {
		if (s->room == 0)
			s->room = ROOM_FIRST;
		while (n > s->room - s->used)
			s->room *= 2;
		s->out = xreallocarray(s->out, s->room, 1);
	}
	memcpy(s->out + s->used, data, n);
	s->used += n;
	return true;
}

/* The closing bracket, for which put() has left room. */
static void
put_end(struct json_sieve *s, char closer)
{
	if (s->used == s->room) {
		s->room *= 2;
		s->out = xreallocarray(s->out, s->room, 1);
	}
	s->out[s->used++] = closer;
}

static void
value_complete(struct json_sieve *s)
{
	if (s->depth == s->base + 1)
		s->safe = s->used;
	if (s->depth > s->base)
		s->state = COMMA_OR_END;
	else if (s->shape != JSON_SIEVE_LIST)
		s->state = AFTER;
	else {
		tell_element(s);
		s->state = COMMA_OR_END;
	}
}

static const char *
open_level(struct json_sieve *s, const char *p)
{
	struct level *level;

	if (s->depth == JSON_READ_DEPTH)
		return refuse(s, E2BIG, p);
	if (s->is_kept && s->over && s->depth > s->base)
		drop_member(s);
	if (s->is_kept)
		(void)put(s, p, 1);
	level = &s->levels[s->depth++];
	level->is_object = *p == '{';
	level->is_kept = s->is_kept;
	level->is_empty = true;
	level->wanted = s->is_kept ? s->members : NULL;
	if (s->depth == s->base + 1)
		s->safe = s->used;
	s->state = level->is_object ? KEY_OR_END : VALUE_OR_END;
	return p + 1;
}

static const char *
close_level(struct json_sieve *s, const char *p)
{
	const struct level *level = &s->levels[s->depth - 1];

	if (*p != (level->is_object ? '}' : ']'))
		return refuse(s, EINVAL, p);
	s->depth--;
	if (s->depth < s->base) {	/* the list's own */
		s->state = AFTER;
		return p + 1;
	}
	if (level->is_kept)
		put_end(s, *p);
	value_complete(s);
	return p + 1;
}

static bool
is_space(const struct json_sieve *s, char c)
{
	return c == ' ' || c == '\t' || c == '\r' ||
	    (c == '\n' && s->shape != JSON_SIEVE_LINES);
}

static const char *
skip_space(const struct json_sieve *s, const char *p, const char *end)
{
	while (p < end && is_space(s, *p))
		p++;
	return p;
}

static const char *
begin_string(struct json_sieve *s, const char *p, bool is_key)
{
	s->is_key = is_key;
	s->is_cut = false;
	s->string_len = 0;
	if (!is_key && s->is_kept)
		(void)put(s, p, 1);
	s->state = STRING;
	return p + 1;
}

static const char *
begin_word(struct json_sieve *s, const char *p)
{
	s->word = *p == 't' ? "true" : *p == 'f' ? "false" : "null";
	s->state = WORD;
	return p;
}

static const char *
begin_value(struct json_sieve *s, const char *p)
{
	if (*p == '{' || *p == '[')
		return open_level(s, p);
	if (s->depth == 0)
		return refuse(s, EINVAL, p);
	if (*p == '"')
		return begin_string(s, p, false);
	if (*p == 't' || *p == 'f' || *p == 'n')
		return begin_word(s, p);
	s->number = NUMBER_BEFORE;
	s->state = NUMBER;
	return p;
}

/* Of an array, whose elements are as wanted as it is; or the list's. */
static const char *
begin_array_element(struct json_sieve *s, const char *p)
{
	struct level *level = &s->levels[s->depth - 1];

	if (s->depth == s->base)
		begin_element(s);
	else {
		s->members = level->wanted;
		s->is_kept = level->wanted != NULL;
		if (s->is_kept && !level->is_empty)
			(void)put(s, ",", 1);
		level->is_empty = level->is_empty && !s->is_kept;
	}
	return begin_value(s, p);
}

static const char *
step_before(struct json_sieve *s, const char *p, const char *end)
{
	while (p < end && (is_space(s, *p) || *p == '\n'))
		p++;
	if (p == end)
		return p;
	if (s->shape != JSON_SIEVE_LIST) {
		begin_element(s);
		return begin_value(s, p);
	}
	s->is_kept = false;
	if (*p == 'n')
		return begin_word(s, p);
	return *p == '[' ? open_level(s, p) : refuse(s, EINVAL, p);
}

static const char *
step_value(struct json_sieve *s, const char *p, const char *end)
{
	p = skip_space(s, p, end);
	if (p == end)
		return p;
	if (!s->levels[s->depth - 1].is_object)
		return begin_array_element(s, p);
	return begin_value(s, p);
}

static const char *
step_value_or_end(struct json_sieve *s, const char *p, const char *end)
{
	p = skip_space(s, p, end);
	if (p < end && *p == ']')
		return close_level(s, p);
	return step_value(s, p, end);
}

static const char *
step_key(struct json_sieve *s, const char *p, const char *end)
{
	p = skip_space(s, p, end);
	if (p == end)
		return p;
	return *p == '"' ? begin_string(s, p, true) : refuse(s, EINVAL, p);
}

static const char *
step_key_or_end(struct json_sieve *s, const char *p, const char *end)
{
	p = skip_space(s, p, end);
	if (p < end && *p == '}')
		return close_level(s, p);
	return step_key(s, p, end);
}

static const char *
step_colon(struct json_sieve *s, const char *p, const char *end)
{
	p = skip_space(s, p, end);
	if (p == end)
		return p;
	if (*p != ':')
		return refuse(s, EINVAL, p);
	s->state = VALUE;
	return p + 1;
}

static const char *
step_comma_or_end(struct json_sieve *s, const char *p, const char *end)
{
	p = skip_space(s, p, end);
	if (p == end)
		return p;
	if (*p != ',')
		return close_level(s, p);
	s->state = s->levels[s->depth - 1].is_object ? KEY : VALUE;
	return p + 1;
}

/* Of the string that is read: some of it, or an escape, which is not to be cut. */
static void
keep_string(struct json_sieve *s, const char *data, size_t n, bool is_escape)
{
	size_t left = JSON_SIEVE_STRING_MAX - s->string_len;

	if (s->is_cut || !(s->is_key ? s->levels[s->depth - 1].wanted != NULL :
	    s->is_kept))
		return;
	if (n > left) {
		s->is_cut = true;
		if (is_escape)
			return;
		n = left;
	}
	if (s->is_key)
		memcpy(s->key + s->string_len, data, n);
	else if (!put(s, data, n))
		return;
	s->string_len += n;
}

static const struct json_wanted *
find_wanted(const struct json_sieve *s)
{
	const struct json_wanted *w = s->levels[s->depth - 1].wanted;
	const struct json_wanted *any = NULL;

	if (w == NULL)
		return NULL;
	for (; w->key != NULL; w++) {
		if (w->key[0] == JSON_ANY_KEY[0])
			any = w;
		else if (json_string_equals(s->key, s->string_len, w->key))
			return w;
	}
	return any;
}

static void
key_complete(struct json_sieve *s)
{
	struct level *level = &s->levels[s->depth - 1];
	const struct json_wanted *found = find_wanted(s);

	s->state = COLON;
	s->is_kept = found != NULL;
	if (found == NULL)
		return;
	s->members = found->members;
	if ((level->is_empty || put(s, ",", 1)) && put(s, "\"", 1) &&
	    put(s, s->key, s->string_len) && put(s, "\":", 2))
		level->is_empty = false;
}

/* May stand in a string as it is. */
static bool
is_plain(char c)
{
	return (unsigned char)c >= ' ' && c != '"' && c != '\\';
}

static const char *
step_string(struct json_sieve *s, const char *p, const char *end)
{
	const char *start = p;

	while (p < end && is_plain(*p))
		p++;
	if (p > start)
		keep_string(s, start, (size_t)(p - start), false);
	if (p == end)
		return p;
	if (*p == '\\') {
		s->nescape = 1;
		s->escape[0] = *p;
		s->state = ESCAPE;
		return p + 1;
	}
	if (*p != '"')
		return refuse(s, EINVAL, p);
	if (s->is_key)
		key_complete(s);
	else {
		if (s->is_kept)
			(void)put(s, p, 1);
		value_complete(s);
	}
	return p + 1;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F');
}

static const char *
step_escape(struct json_sieve *s, const char *p, const char *end)
{
	(void)end;
	if (s->nescape == 1 ? *p == '\0' || strchr("\"\\/bfnrtu", *p) == NULL :
	    !is_hex(*p))
		return refuse(s, EINVAL, p);
	s->escape[s->nescape++] = *p;
	if (s->nescape == 2 ? *p != 'u' : s->nescape == ESCAPE_MAX) {
		keep_string(s, s->escape, s->nescape, true);
		s->state = STRING;
	}
	return p + 1;
}

static const char *
step_word(struct json_sieve *s, const char *p, const char *end)
{
	for (; p < end && *s->word != '\0'; p++, s->word++) {
		if (*p != *s->word)
			return refuse(s, EINVAL, p);
		if (s->is_kept)
			(void)put(s, p, 1);
	}
	if (*s->word != '\0')
		return p;
	if (s->depth == 0)		/* null in the place of a list */
		s->state = AFTER;
	else
		value_complete(s);
	return p;
}

static const char *
step_number(struct json_sieve *s, const char *p, const char *end)
{
	for (; p < end; p++) {
		s->number = json_number_next(s->number, *p);
		if (s->number == NUMBER_FAULTY)
			return refuse(s, EINVAL, p);
		if (s->number == NUMBER_COMPLETE) {
			value_complete(s);
			return p;
		}
		if (s->is_kept)
			(void)put(s, p, 1);
	}
	return p;
}

static const char *
step_after(struct json_sieve *s, const char *p, const char *end)
{
	p = skip_space(s, p, end);
	if (p == end)
		return p;
	if (*p != '\n')
		return refuse(s, EINVAL, p);
	tell_element(s);
	s->state = BEFORE;
	return p + 1;
}

static const char *
step_skip(struct json_sieve *s, const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));

	if (newline == NULL)
		return end;
	s->state = BEFORE;
	return newline + 1;
}

static step_fn *const steps[] = {
	[BEFORE] = step_before,
	[VALUE] = step_value,
	[VALUE_OR_END] = step_value_or_end,
	[KEY] = step_key,
	[KEY_OR_END] = step_key_or_end,
	[COLON] = step_colon,
	[COMMA_OR_END] = step_comma_or_end,
	[STRING] = step_string,
	[ESCAPE] = step_escape,
	[WORD] = step_word,
	[NUMBER] = step_number,
	[AFTER] = step_after,
	[SKIP] = step_skip,
};

struct json_sieve *
json_sieve_new(enum json_sieve_shape shape, const struct json_wanted *wanted,
    size_t limit, json_element_fn *fn, void *arg)
{
	struct json_sieve *s = xcalloc(1, sizeof(*s));

	s->shape = shape;
	s->wanted = wanted;
	s->limit = limit;
	s->fn = fn;
	s->arg = arg;
	s->base = shape == JSON_SIEVE_LIST ? 1 : 0;
	s->state = BEFORE;
	return s;
}

void
json_sieve_free(struct json_sieve *s)
{
	if (s == NULL)
		return;
	free(s->out);
	free(s);
}

static void
tell_faulty_line(struct json_sieve *s)
{
	static const struct json_element faulty = { .text = NULL };

	s->fault = 0;
	s->depth = 0;
	s->state = SKIP;
	s->fn(&faulty, s->arg);
}

int
json_sieve_feed(struct json_sieve *s, const char *data, size_t len)
{
	const char *p = data, *end = data + len;

	while (p < end && s->fault == 0) {
		p = steps[s->state](s, p, end);
		if (s->fault != 0 && s->shape == JSON_SIEVE_LINES)
			tell_faulty_line(s);
	}
	if (s->fault == 0)
		return 0;
	errno = s->fault;
	return -1;
}

int
json_sieve_end(struct json_sieve *s)
{
	if (s->fault == 0 && s->state != AFTER)
		s->fault = EINVAL;
	if (s->fault != 0) {
		errno = s->fault;
		return -1;
	}
	if (s->shape == JSON_SIEVE_WHOLE)
		tell_element(s);
	return 0;
}
