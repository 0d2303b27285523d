/*
 * Reads JSON (RFC 8259) that Docker sent: the only place that knows jsmn.
 *
 * json_parse() turns a text into a document, or refuses it whole; what comes
 * out is well formed throughout, nested JSON_READ_DEPTH deep at most, and has
 * JSON_TOKENS_MAX values at most.  Values are handles, passed by value; asking
 * a handle for what it is not gives JSON_NONE or EINVAL, so that lookups can be
 * chained and checked once.
 *
 * The document refers to the caller's text, which must stay as it is until
 * json_free().
 */
#ifndef BGPLBD_FRONTEND_JSON_H
#define BGPLBD_FRONTEND_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest text that is looked at, in bytes. */
#define JSON_TEXT_MAX	(32 * 1024 * 1024)
/* Keys and values of one text; 20 bytes of memory each while it is parsed. */
#define JSON_TOKENS_MAX	(1024 * 1024)
/* Objects and arrays inside each other; Docker's answers have seven. */
#define JSON_READ_DEPTH	32

struct json;

enum json_type {
	JSON_NONE,	/* no such value */
	JSON_OBJECT,
	JSON_ARRAY,
	JSON_STRING,
	JSON_NUMBER,
	JSON_BOOL,
	JSON_NULL
};

struct json_value {
	const struct json	*doc;
	unsigned int		 index;
};

/*
 * NULL with errno EINVAL (not JSON, or not an object or array), E2BIG (a limit
 * above) or ENOMEM.
 */
struct json *json_parse(const char *text, size_t len)
	    __attribute__((warn_unused_result));
void	json_free(struct json *);	/* NULL is fine */

struct json_value json_root(const struct json *);	/* of NULL, JSON_NONE */
enum json_type json_type(struct json_value);

/*
 * The member with that key, the last of several, as Go has it; JSON_NONE if there is
 * none.
 */
struct json_value json_member(struct json_value object, const char *key);

/*
 * Unescapes a string into buf of size bytes and terminates it (json_string.h).  0, or
 * -1 with errno EINVAL (not a string), EILSEQ (it holds NUL; buf is "") or
 * ENAMETOOLONG (buf holds what fits, cut between characters).
 */
int	json_get_string(struct json_value, char *buf, size_t size)
	    __attribute__((warn_unused_result));
/* 0, or -1 with errno EINVAL (not a boolean). */
int	json_get_bool(struct json_value, bool *out)
	    __attribute__((warn_unused_result));
/* 0, or -1 with errno EINVAL (not a whole number) or ERANGE. */
int	json_get_int(struct json_value, int64_t min, int64_t max, int64_t *out)
	    __attribute__((warn_unused_result));
/* True if v is a string with exactly that content. */
bool	json_equals(struct json_value v, const char *text);

/*
 * Goes through an object or array; anything else has no members.
 *
 *	json_iterate(v, &it);
 *	while (json_next(&it)) ... it.key (JSON_NONE in an array), it.value ...
 */
struct json_iterator {
	struct json_value	key;
	struct json_value	value;
	unsigned int		next;	/* private */
	unsigned int		end;
	bool			in_object;
};

void	json_iterate(struct json_value, struct json_iterator *);
bool	json_next(struct json_iterator *);

#endif /* BGPLBD_FRONTEND_JSON_H */
