/*
 * The grammar of a JSON number (RFC 8259 section 6), byte by byte.  For json.c and
 * json_sieve.c.  Pure.
 */
#ifndef BGPLBD_FRONTEND_JSON_NUMBER_H
#define BGPLBD_FRONTEND_JSON_NUMBER_H

/* What was read last. */
enum json_number {
	NUMBER_BEFORE,		/* nothing */
	NUMBER_MINUS,
	NUMBER_ZERO,
	NUMBER_INTEGER,
	NUMBER_POINT,
	NUMBER_FRACTION,
	NUMBER_EXPONENT,
	NUMBER_EXPONENT_SIGN,
	NUMBER_EXPONENT_DIGITS,
	NUMBER_COMPLETE,	/* a byte that is no longer of it */
	NUMBER_FAULTY
};

/* The state behind the next byte; any that cannot be of a number ends it. */
enum json_number json_number_next(enum json_number, char);

#endif /* BGPLBD_FRONTEND_JSON_NUMBER_H */
