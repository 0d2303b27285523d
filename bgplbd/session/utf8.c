#include <stdbool.h>
#include <string.h>

#include "bgplbd/session/utf8.h"

/* Characters that act instead of being seen. */
static const struct {
	uint32_t first;
	uint32_t last;
} acting[] = {
	{ 0x0000, 0x001f },	/* C0 */
	{ 0x007f, 0x009f },	/* DEL, C1 */
	{ 0x061c, 0x061c },	/* Arabic letter mark */
	{ 0x200e, 0x200f },	/* left-to-right and right-to-left marks */
	{ 0x2028, 0x202e },	/* separators, embeddings, overrides */
	{ 0x2066, 0x2069 },	/* isolates */
};

static bool
is_acting(uint32_t c)
{
	size_t i;

	for (i = 0; i < sizeof(acting) / sizeof(acting[0]); i++)
		if (c >= acting[i].first && c <= acting[i].last)
			return true;
	return false;
}

/* Bytes of the sequence that a first byte announces, 0 if it is none. */
static size_t
sequence_size(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	if (first >= 0xf0 && first < 0xf5)
		return 4;
	return 0;
}

/* Reads one character.  Returns its size, or 0 if there is none. */
static size_t
read_character(const uint8_t *src, size_t n, uint32_t *out)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t i, size = sequence_size(src[0]);
	uint32_t c;

	if (size == 0 || size > n)
		return 0;
	c = size == 1 ? src[0] : src[0] & (0xffu >> (size + 1));
	for (i = 1; i < size; i++) {
		if ((src[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (src[i] & 0x3f);
	}
	if (c < smallest[size] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*out = c;
	return size;
}

void
utf8_copy(char *dst, size_t size, const uint8_t *src, size_t n)
{
	size_t in = 0, out = 0, taken;
	uint32_t c;

	while (in < n) {
		taken = read_character(&src[in], n - in, &c);
		if (taken == 0 || is_acting(c)) {
			if (out + 1 >= size)
				break;
			dst[out++] = '?';
			in += taken == 0 ? 1 : taken;
			continue;
		}
		if (out + taken >= size)
			break;
		memcpy(&dst[out], &src[in], taken);
		out += taken;
		in += taken;
	}
	dst[out] = '\0';
}
