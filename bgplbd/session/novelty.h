/*
 * Which of a neighbor's troubles are news.  Connecting is tried again and again,
 * and what it meets each time is worth one line in the log until the session has
 * been up.
 *
 * A plain value; all zeros has seen nothing.
 */
#ifndef BGPLBD_SESSION_NOVELTY_H
#define BGPLBD_SESSION_NOVELTY_H

#include <stdbool.h>
#include <stdint.h>

/* Texts that are remembered; the oldest gives way. */
#define NOVELTY_MAX	8

struct novelty {
	uint64_t	seen[NOVELTY_MAX];	/* hashes */
	unsigned int	count;			/* of texts that were news */
};

/* True if the text is not among those remembered; it is from now on. */
bool	novelty_is_news(struct novelty *, const char *text);

#endif /* BGPLBD_SESSION_NOVELTY_H */
