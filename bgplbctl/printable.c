#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "bgplbctl/printable.h"
#include "common/utf8.h"

/* Bytes of the visible character at src, and its columns; 0 if there is none. */
static size_t
visible_character(const char *src, size_t left, int *columns)
{
	mbstate_t state;
	wchar_t wc;
	size_t n;

	memset(&state, 0, sizeof(state));
	n = mbrtowc(&wc, src, left, &state);
	if (n == 0 || n == (size_t)-1 || n == (size_t)-2)
		return 0;
	if (!iswprint((wint_t)wc) || (*columns = wcwidth(wc)) < 1)
		return 0;
	return n;
}

/* The next of what is shown: how much of src it stands for, and its bytes in text. */
static size_t
take_next(const char *src, size_t left, char text[UTF8_ESCAPE_MAX],
    size_t *len, int *columns)
{
	const uint8_t *bytes = (const uint8_t *)src;
	size_t taken;
	uint32_t c;

	taken = utf8_read(bytes, left, &c);
	if (taken != 0 && utf8_is_visible(c) &&
	    visible_character(src, left, columns) == taken) {
		memcpy(text, src, taken);
		*len = taken;
		return taken;
	}
	*len = taken == 0 ? utf8_escape_byte(text, bytes[0]) :
	    utf8_escape_character(text, c);
	*columns = (int)*len;
	return taken == 0 ? 1 : taken;
}

size_t
printable_copy(char *dst, const char *src, size_t size)
{
	size_t left = strlen(src), len, taken, total = 0, used = 0;
	char text[UTF8_ESCAPE_MAX];
	int columns;

	while (left > 0) {
		taken = take_next(src, left, text, &len, &columns);
		if (used + len >= size)
			break;
		memcpy(dst + used, text, len);
		used += len;
		src += taken;
		left -= taken;
		total += (size_t)columns;
	}
	dst[used] = '\0';
	return total;
}
