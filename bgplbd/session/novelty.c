#include "bgplbd/session/novelty.h"

/* FNV-1a. */
static uint64_t
hash_text(const char *text)
{
	uint64_t h = 0xcbf29ce484222325ULL;

	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3ULL;
	return h;
}

bool
novelty_is_news(struct novelty *n, const char *text)
{
	uint64_t h = hash_text(text);
	unsigned int i;

	for (i = 0; i < n->count && i < NOVELTY_MAX; i++)
		if (n->seen[i] == h)
			return false;
	n->seen[n->count++ % NOVELTY_MAX] = h;
	return true;
}
