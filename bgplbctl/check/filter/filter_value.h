/*
 * Words of listings as values: "10.0.0.0/8", "80-90", "bgplb-+", "established".
 */
#ifndef BGPLBCTL_CHECK_FILTER_VALUE_H
#define BGPLBCTL_CHECK_FILTER_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "bgplbctl/check/filter/filter_model.h"

#define FILTER_WORD_MAX	128	/* longer words are no values */

/*
 * The word as the field has it: a value, a range with '-' or ':' between, or a prefix.
 * Interfaces end in '+' or '*' where all that begin so are meant.  False if it is none.
 */
bool	filter_value_parse(enum filter_field, const char *word,
	    struct filter_range *out) __attribute__((warn_unused_result));

struct filter_key filter_key_number(uint32_t);
struct filter_key filter_key_name(const char *);
struct filter_key filter_key_address(const struct address *);
uint32_t	filter_key_to_number(const struct filter_key *);

/* "0x10", "16".  False if it is no number of 32 bits. */
bool	filter_number_parse(const char *, uint32_t *)
	    __attribute__((warn_unused_result));
/* "fin,syn" or "FIN,SYN", "NONE", "ALL": the bits of TCP's header. */
bool	filter_tcp_flags_parse(const char *, uint32_t *)
	    __attribute__((warn_unused_result));

#endif /* BGPLBCTL_CHECK_FILTER_VALUE_H */
