/*
 * Which of a neighbor's troubles are news.  Connecting is tried again and again,
 * and what it meets each time is worth one line in the log until the session has
 * been up.  A neighbor that finds ever new ways to be wrong must not fill the log:
 * it has a few lines at once, and then one for each NOVELTY_SECONDS.
 *
 * A plain value; all zeros has seen nothing.
 */
#ifndef BGPLBD_SESSION_NOVELTY_H
#define BGPLBD_SESSION_NOVELTY_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Texts that are remembered; the oldest gives way. */
#define NOVELTY_MAX	8
/* Lines at once, and how long it takes until there may be one more. */
#define NOVELTY_LINES	8
#define NOVELTY_SECONDS	60

struct novelty {
	uint64_t	seen[NOVELTY_MAX];	/* hashes */
	unsigned int	count;			/* of texts that were news */
	unsigned int	spent;			/* lines, of NOVELTY_LINES */
	time_t		since;			/* one comes back after this */
	unsigned int	left_out;		/* since the last that was news */
};

/*
 * True if the text is not among those remembered, which it is from now on, and the
 * log may have a line; now is in seconds of a clock that is never set back.
 */
bool	novelty_is_news(struct novelty *, const char *text, time_t now);

#define NOVELTY_REMARK_MAX	64
/*
 * For the end of the line that is news: "", or how many were left out before it,
 * which are counted anew from here.  Returns buf.
 */
const char *novelty_remark(struct novelty *, char buf[NOVELTY_REMARK_MAX]);

/* What was news once is so again; but there are no more lines for it. */
void	novelty_forget(struct novelty *);

#endif /* BGPLBD_SESSION_NOVELTY_H */
