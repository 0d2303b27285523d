#include <stdio.h>
#include <string.h>

#include "common/utf8.h"

/* In order. */
static const struct {
	uint32_t first;
	uint32_t last;
} invisible[] = {
	{ 0x0000, 0x001f },	/* C0 */
	{ 0x007f, 0x009f },	/* DEL, C1 */
	{ 0x00ad, 0x00ad },	/* soft hyphen */
	{ 0x034f, 0x034f },	/* combining grapheme joiner */
	{ 0x061c, 0x061c },	/* Arabic letter mark */
	{ 0x115f, 0x1160 },	/* Hangul fillers */
	{ 0x17b4, 0x17b5 },	/* Khmer inherent vowels */
	{ 0x180b, 0x180f },	/* Mongolian selectors and separator */
	{ 0x200b, 0x200f },	/* of no width, joiners, marks of direction */
	{ 0x2028, 0x202e },	/* separators, embeddings, overrides */
	{ 0x2060, 0x206f },	/* word joiner, operators, isolates */
	{ 0x3164, 0x3164 },	/* Hangul filler */
	{ 0xd800, 0xf8ff },	/* surrogates, private use */
	{ 0xfdd0, 0xfdef },	/* noncharacters */
	{ 0xfe00, 0xfe0f },	/* variation selectors */
	{ 0xfeff, 0xfeff },	/* byte order mark */
	{ 0xffa0, 0xffa0 },	/* halfwidth Hangul filler */
	{ 0xfff0, 0xfffb },	/* specials but the replacement characters */
	{ 0x1bca0, 0x1bca3 },	/* shorthand format controls */
	{ 0x1d173, 0x1d17a },	/* musical format controls */
	{ 0x40000, 0x10ffff },	/* unassigned planes, tags, private use */
};

bool
utf8_is_visible(uint32_t c)
{
	size_t i;

	if (c >= ' ' && c < 0x7f)
		return true;
	if ((c & 0xfffe) == 0xfffe)	/* of each plane */
		return false;
	for (i = 0; i < sizeof(invisible) / sizeof(invisible[0]); i++)
		if (c >= invisible[i].first && c <= invisible[i].last)
			return false;
	return true;
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

size_t
utf8_read(const uint8_t *src, size_t n, uint32_t *out)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t i, size = n == 0 ? 0 : sequence_size(src[0]);
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

size_t
utf8_escape_character(char buf[UTF8_ESCAPE_MAX], uint32_t c)
{
	return (size_t)snprintf(buf, UTF8_ESCAPE_MAX, "\\u{%x}",
	    (unsigned int)(c & 0x1fffff));
}

size_t
utf8_escape_byte(char buf[UTF8_ESCAPE_MAX], uint8_t byte)
{
	return (size_t)snprintf(buf, UTF8_ESCAPE_MAX, "\\x%02x", byte);
}

size_t
utf8_copy(char *dst, size_t size, const void *text, size_t n)
{
	const uint8_t *src = text, *end = src + n;
	char escape[UTF8_ESCAPE_MAX];
	size_t len, taken, used = 0;
	const void *from;
	uint32_t c;

	for (; src < end; src += taken) {
		taken = utf8_read(src, (size_t)(end - src), &c);
		if (taken != 0 && utf8_is_visible(c)) {
			from = src;
			len = taken;
		} else {
			from = escape;
			len = taken == 0 ? utf8_escape_byte(escape, *src) :
			    utf8_escape_character(escape, c);
		}
		if (taken == 0)
			taken = 1;
		if (used + len >= size)
			break;
		memcpy(dst + used, from, len);
		used += len;
	}
	dst[used] = '\0';
	return used;
}
