#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "bgplbd/frontend/json_string.h"

#define REPLACEMENT	0xfffd
#define CHARACTER_MAX	4	/* bytes of UTF-8 */

static uint32_t
hex4(const char *s)
{
	uint32_t value = 0;
	int i;

	for (i = 0; i < 4; i++) {
		value <<= 4;
		if (s[i] <= '9')
			value |= (uint32_t)(s[i] - '0');
		else
			value |= (uint32_t)((s[i] | 0x20) - 'a' + 10);
	}
	return value;
}

/* UTF-8 (RFC 3629 section 3) of a code point; returns its bytes. */
static size_t
utf8_encode(uint32_t code, char out[CHARACTER_MAX])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/*
 * The bytes of the character at s, which is not ASCII (RFC 3629 section 4), or 0 if
 * they are not UTF-8.
 */
static size_t
utf8_length(const char *s, const char *end)
{
	unsigned char first = (unsigned char)s[0];
	unsigned char low = 0x80, high = 0xbf;
	size_t n, i;

	if (first < 0xc2 || first > 0xf4)
		return 0;
	n = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if ((size_t)(end - s) < n)
		return 0;
	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	for (i = 1; i < n; i++) {
		if ((unsigned char)s[i] < low || (unsigned char)s[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return n;
}

static bool
is_escape_u(const char *s, const char *end)
{
	return end - s >= 6 && s[0] == '\\' && s[1] == 'u';
}

/*
 * One \uXXXX escape, or two that make a surrogate pair, at *s behind the "\u".
 */
static uint32_t
unescape_unicode(const char **s, const char *end)
{
	uint32_t code, low;

	if (end - *s < 4) {
		*s = end;
		return REPLACEMENT;
	}
	code = hex4(*s);
	*s += 4;
	if (code < 0xd800 || code > 0xdfff)
		return code;
	if (code > 0xdbff || !is_escape_u(*s, end))
		return REPLACEMENT;
	low = hex4(*s + 2);
	if (low < 0xdc00 || low > 0xdfff)
		return REPLACEMENT;
	*s += 6;
	return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

static size_t
unescape(const char **s, const char *end, char out[CHARACTER_MAX])
{
	static const char escapes[] = "bfnrt", meanings[] = "\b\f\n\r\t";
	const char *found;
	char c;

	(*s)++;
	if (*s == end)
		return utf8_encode(REPLACEMENT, out);
	c = *(*s)++;
	if (c == 'u')
		return utf8_encode(unescape_unicode(s, end), out);
	found = strchr(escapes, c);
	out[0] = found != NULL ? meanings[found - escapes] : c;
	return 1;
}

/* The next character, unescaped, and its bytes. */
static size_t
next_character(const char **s, const char *end, char out[CHARACTER_MAX])
{
	size_t n;

	if (**s == '\\')
		return unescape(s, end, out);
	if ((unsigned char)**s < 0x80) {
		out[0] = *(*s)++;
		return 1;
	}
	n = utf8_length(*s, end);
	if (n == 0) {
		(*s)++;
		return utf8_encode(REPLACEMENT, out);
	}
	memcpy(out, *s, n);
	*s += n;
	return n;
}

int
json_string_copy(const char *raw, size_t len, char *buf, size_t size)
{
	const char *end = raw + len;
	char character[CHARACTER_MAX];
	size_t n, used = 0;

	buf[0] = '\0';
	while (raw < end) {
		n = next_character(&raw, end, character);
		if (character[0] == '\0') {
			buf[0] = '\0';
			errno = EILSEQ;
			return -1;
		}
		if (n >= size - used) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(buf + used, character, n);
		used += n;
		buf[used] = '\0';
	}
	return 0;
}

bool
json_string_equals(const char *raw, size_t len, const char *text)
{
	const char *end = raw + len;
	char character[CHARACTER_MAX];
	size_t n;

	while (raw < end) {
		n = next_character(&raw, end, character);
		if (character[0] == '\0' || strncmp(text, character, n) != 0)
			return false;
		text += n;
	}
	return *text == '\0';
}
