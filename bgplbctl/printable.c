#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "bgplbctl/printable.h"

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

size_t
printable_copy(char *dst, const char *src, size_t size)
{
	size_t left = strlen(src), used = 0, total = 0, n;
	int columns;

	while (left > 0) {
		n = visible_character(src, left, &columns);
		if (used + (n > 0 ? n : 1) >= size)
			break;
		if (n > 0) {
			memcpy(dst + used, src, n);
		} else {
			n = 1;
			columns = 1;
			dst[used] = '?';
		}
		used += n;
		src += n;
		left -= n;
		total += (size_t)columns;
	}
	dst[used] = '\0';
	return total;
}
