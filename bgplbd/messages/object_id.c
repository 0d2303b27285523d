#include <errno.h>
#include <string.h>

#include "bgplbd/messages/object_id.h"

/* Whether text is digits up to last, which is one of a to z, and nothing else. */
static bool
has_digits(const char *text, size_t len, char last)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!((text[i] >= '0' && text[i] <= '9') ||
		    (text[i] >= 'a' && text[i] <= last)))
			return false;
	return true;
}

static bool
is_hex_id(const char *text, size_t len)
{
	return len == OBJECT_ID_DIGITS && has_digits(text, len, 'f');
}

static bool
is_swarm_id(const char *text, size_t len)
{
	return len == SWARM_ID_DIGITS && has_digits(text, len, 'z');
}

static int
take(bool is_id, const char *text, size_t len, struct object_id *out)
{
	memset(out, 0, sizeof(*out));
	if (!is_id) {
		errno = EINVAL;
		return -1;
	}
	memcpy(out->hex, text, len);
	return 0;
}

int
object_id_parse(const char *text, size_t len, struct object_id *out)
{
	return take(is_hex_id(text, len), text, len, out);
}

int
network_id_parse(const char *text, size_t len, struct object_id *out)
{
	return take(is_hex_id(text, len) || is_swarm_id(text, len), text, len,
	    out);
}

bool
object_id_is_valid(const struct object_id *id)
{
	return is_hex_id(id->hex, strnlen(id->hex, sizeof(id->hex)));
}

bool
network_id_is_swarm(const struct object_id *id)
{
	static const char unused[sizeof(id->hex) - SWARM_ID_DIGITS];

	return is_swarm_id(id->hex, strnlen(id->hex, sizeof(id->hex))) &&
	    memcmp(id->hex + SWARM_ID_DIGITS, unused, sizeof(unused)) == 0;
}

bool
network_id_is_valid(const struct object_id *id)
{
	return object_id_is_valid(id) || network_id_is_swarm(id);
}

bool
object_id_equal(const struct object_id *a, const struct object_id *b)
{
	return memcmp(a->hex, b->hex, sizeof(a->hex)) == 0;
}
