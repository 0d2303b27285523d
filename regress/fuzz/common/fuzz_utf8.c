/*
 * Any bytes give text of visible characters alone, whatever the room for it, which is
 * not changed by another pass.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define OUT_MAX	512

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char first[OUT_MAX], second[OUT_MAX];
	size_t i, len, n, room;
	uint32_t c;

	if (size == 0)
		return 0;
	room = 1 + data[0] % (OUT_MAX - 1);
	len = utf8_copy(first, room, data + 1, size - 1);
	if (len >= room || first[len] != '\0' || strlen(first) != len)
		abort();
	for (i = 0; i < len; i += n) {
		n = utf8_read((const uint8_t *)first + i, len - i, &c);
		if (n == 0 || !utf8_is_visible(c))
			abort();
	}
	if (utf8_copy(second, sizeof(second), first, len) != len ||
	    memcmp(first, second, len) != 0)
		abort();
	return 0;
}
