/*
 * Octets written down in hexadecimal, as a reader of RFCs would, with blanks
 * anywhere; and a comparison that shows where two runs of them differ.
 */
#ifndef REGRESS_UNIT_SESSION_OCTETS_H
#define REGRESS_UNIT_SESSION_OCTETS_H

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#define OCTETS_MAX	8192
#define MARKER		"ffffffffffffffff ffffffffffffffff "

struct octets {
	uint8_t	data[OCTETS_MAX];
	size_t	len;
};

static inline unsigned int
octets_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c);

	assert_true(at != NULL && c != '\0');
	return (unsigned int)(at - digits);
}

static inline struct octets
octets(const char *hex)
{
	struct octets o;
	unsigned int high = 0, ndigits = 0;

	o.len = 0;
	for (; *hex != '\0'; hex++) {
		if (isspace((unsigned char)*hex))
			continue;
		if (ndigits++ % 2 == 0) {
			high = octets_digit(*hex);
			continue;
		}
		assert_true(o.len < sizeof(o.data));
		o.data[o.len++] = (uint8_t)(high << 4 | octets_digit(*hex));
	}
	assert_int_equal(ndigits % 2, 0);
	return o;
}

#define assert_octets(bytes, size, hex) do {				\
	const struct octets expected_ = octets(hex);			\
									\
	assert_int_equal((size), expected_.len);			\
	assert_memory_equal((bytes), expected_.data, expected_.len);	\
} while (0)

#endif /* REGRESS_UNIT_SESSION_OCTETS_H */
