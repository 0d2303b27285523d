#include <stdio.h>
#include <string.h>

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

/* Takes one of the lines that the log may have; false if there is none. */
static bool
spend(struct novelty *n, time_t now)
{
	while (n->spent > 0 && now - n->since >= NOVELTY_SECONDS) {
		n->spent--;
		n->since += NOVELTY_SECONDS;
	}
	if (n->spent == NOVELTY_LINES)
		return false;
	if (n->spent++ == 0)
		n->since = now;
	return true;
}

bool
novelty_is_news(struct novelty *n, const char *text, time_t now)
{
	uint64_t h = hash_text(text);
	unsigned int i;

	for (i = 0; i < n->count && i < NOVELTY_MAX; i++)
		if (n->seen[i] == h)
			return false;
	if (!spend(n, now)) {
		n->left_out++;
		return false;
	}
	n->seen[n->count++ % NOVELTY_MAX] = h;
	return true;
}

const char *
novelty_remark(struct novelty *n, char buf[NOVELTY_REMARK_MAX])
{
	buf[0] = '\0';
	if (n->left_out > 0)
		snprintf(buf, NOVELTY_REMARK_MAX,
		    " (%u more lines were left out before)", n->left_out);
	n->left_out = 0;
	return buf;
}

void
novelty_forget(struct novelty *n)
{
	memset(n->seen, 0, sizeof(n->seen));
	n->count = 0;
}
