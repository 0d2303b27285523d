/*
 * The lists of prefixes that clients of the control socket ask for.  Rows go out in
 * turns (messages/control_rows.h), in the order of the prefixes, each as it is at its
 * turn; one that comes between two turns may be missing.
 *
 * operator.c and rde.c pass the frontend's messages.  All lists share one array of the
 * records in order, which is made anew when a record was freed meanwhile, and lasts as
 * long as there is a list.
 */
#ifndef BGPLBD_RDE_PREFIX_LIST_H
#define BGPLBD_RDE_PREFIX_LIST_H

#include <sys/queue.h>

#include <stddef.h>
#include <stdint.h>

struct prefix_list;
struct rde;

struct prefix_lists {
	LIST_HEAD(, prefix_list) list;
	unsigned int		 count;
	uint32_t		*order;		/* indexes of records, or NULL */
	size_t			 norder;
	uint64_t		 freed;		/* of struct records, of that time */
};

void	prefix_list_begin(struct rde *, uint32_t client);
void	prefix_list_continue(struct rde *, uint32_t client);
void	prefix_list_end(struct rde *, uint32_t client);
void	prefix_lists_clear(struct rde *);

#endif /* BGPLBD_RDE_PREFIX_LIST_H */
