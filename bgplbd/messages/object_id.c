#include <errno.h>
#include <string.h>

#include "bgplbd/messages/object_id.h"

static bool
is_hex(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!((text[i] >= '0' && text[i] <= '9') ||
		    (text[i] >= 'a' && text[i] <= 'f')))
			return false;
	return true;
}

int
object_id_parse(const char *text, size_t len, struct object_id *out)
{
	memset(out, 0, sizeof(*out));
	if (len != OBJECT_ID_DIGITS || !is_hex(text, len)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(out->hex, text, OBJECT_ID_DIGITS);
	return 0;
}

bool
object_id_is_valid(const struct object_id *id)
{
	return is_hex(id->hex, OBJECT_ID_DIGITS) &&
	    id->hex[OBJECT_ID_DIGITS] == '\0';
}

bool
object_id_equal(const struct object_id *a, const struct object_id *b)
{
	return memcmp(a->hex, b->hex, sizeof(a->hex)) == 0;
}
