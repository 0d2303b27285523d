/*
 * Cuts a stream of bytes into lines, for Docker's event stream: one JSON text a
 * line. A line longer than the limit is left out, and counted.
 *
 * Memory is kept only between the pieces of a line.
 */
#ifndef BGPLBD_FRONTEND_LINE_SPLITTER_H
#define BGPLBD_FRONTEND_LINE_SPLITTER_H

#include <stdbool.h>
#include <stddef.h>

struct line_splitter {
	char	*partial;	/* the line so far, if it began in an earlier piece */
	size_t	 used;
	size_t	 room;
	size_t	 max;
	bool	 skipping;	/* until the end of a line that is too long */
};

/*
 * The line lacks its end of line and is not terminated; it is valid during the
 * call.
 */
typedef void line_fn(const char *line, size_t len, void *arg);

void	line_splitter_init(struct line_splitter *, size_t max);
/* Frees the partial line; the splitter may be fed anew. */
void	line_splitter_reset(struct line_splitter *);

/*
 * Calls fn for each line that ends in data and is not empty.  Returns how many
 * were left out because they are longer than max bytes.  fn must not reset the
 * splitter.
 */
unsigned int	line_splitter_feed(struct line_splitter *, const char *data,
		    size_t len, line_fn *fn, void *arg);

#endif /* BGPLBD_FRONTEND_LINE_SPLITTER_H */
