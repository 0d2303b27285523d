#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/prefix.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What parses is valid, and says the same when printed and parsed again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[256], buf[PREFIX_STRLEN];
	struct prefix p, again;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (prefix_parse(text, &p) == -1)
		return 0;
	if (!prefix_is_valid(&p) ||
	    prefix_parse(prefix_format(&p, buf), &again) == -1 ||
	    prefix_cmp(&p, &again) != 0)
		abort();
	return 0;
}
