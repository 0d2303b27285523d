/*
 * Reads JSON (RFC 8259) in pieces of any size and keeps of it only what is wanted, so
 * that the memory needed does not grow with the text.  What comes out, an element at a
 * time, is a small JSON text for json_parse(); what is left out is checked as well:
 * the whole is well formed, and nested JSON_READ_DEPTH deep at most.
 *
 * A string is kept up to JSON_SIEVE_STRING_MAX bytes, which is more than any reader
 * of it has room for: it is cut without harm.  An element of which more is wanted
 * than the limit is reduced to the strings, numbers and the like that stand
 * in it directly, of which the first that fit are kept, its id among them; the
 * elements behind it are read as if nothing had been.
 *
 * docker_query.c, event_stream.c and plugin_body.c use it.  No I/O.
 */
#ifndef BGPLBD_FRONTEND_JSON_SIEVE_H
#define BGPLBD_FRONTEND_JSON_SIEVE_H

#include <stdbool.h>
#include <stddef.h>

/* As written, escapes included; of a key too. */
#define JSON_SIEVE_STRING_MAX	2048

/*
 * The members of an object that are wanted, ended by an entry without key.  Of an array
 * in its place, each element is such an object.  Keys are compared unescaped; each is
 * shorter than JSON_SIEVE_STRING_MAX / 6 bytes.
 */
struct json_wanted {
	const char			*key;	/* JSON_ANY_KEY: those not named */
	/*
	 * Of the value, if it is an object or array.  NULL: it is to be a string or
	 * the like, and an object or array is kept without what is in it.
	 */
	const struct json_wanted	*members;
};
#define JSON_ANY_KEY	""

enum json_sieve_shape {
	JSON_SIEVE_LIST,	/* one array; each of its elements.  null is empty */
	JSON_SIEVE_WHOLE,	/* one object or array, which is the element */
	JSON_SIEVE_LINES	/* a text a line, the element, when the line ends */
};

struct json_element {
	const char	*text;	/* NULL: the line was not well formed */
	size_t		 len;
	bool		 over;	/* more was wanted than the limit */
};
/* The text is valid in the call.  The sieve must not be freed in it. */
typedef void json_element_fn(const struct json_element *, void *arg);

struct json_sieve;

/*
 * wanted is not copied.  limit, of the text of an element, is in bytes, at least
 * JSON_SIEVE_LIMIT_MIN.
 */
#define JSON_SIEVE_LIMIT_MIN	256
struct json_sieve *json_sieve_new(enum json_sieve_shape,
	    const struct json_wanted *wanted, size_t limit, json_element_fn *,
	    void *arg);
void	json_sieve_free(struct json_sieve *);	/* NULL is fine */

/*
 * 0, or -1 with errno EINVAL (not JSON, or of another shape) or E2BIG (nested too
 * deeply), also on each later call.  Of lines, always 0: a faulty one is told as an
 * element.
 */
int	json_sieve_feed(struct json_sieve *, const char *data, size_t len)
	    __attribute__((warn_unused_result));
/*
 * The text is over; a whole one is told now.  0, or -1 with errno as above, EINVAL
 * also if it is not complete.  Not for lines.
 */
int	json_sieve_end(struct json_sieve *) __attribute__((warn_unused_result));

#endif /* BGPLBD_FRONTEND_JSON_SIEVE_H */
