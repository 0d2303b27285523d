/*
 * A stream into memory, for tests that compare what was printed with a text
 * written down.  assert_rendered() closes and frees it.
 */
#ifndef REGRESS_UNIT_BGPLBCTL_RENDERED_H
#define REGRESS_UNIT_BGPLBCTL_RENDERED_H

#include <stdio.h>
#include <stdlib.h>

struct rendered {
	FILE	*out;
	char	*text;
	size_t	 len;
};

static inline FILE *
rendered_open(struct rendered *r)
{
	r->text = NULL;
	r->out = open_memstream(&r->text, &r->len);
	assert_non_null(r->out);
	return r->out;
}

#define assert_rendered(r, expected) do {				\
	assert_int_equal(fclose((r)->out), 0);				\
	assert_string_equal((r)->text, (expected));			\
	free((r)->text);						\
} while (0)

#endif /* REGRESS_UNIT_BGPLBCTL_RENDERED_H */
