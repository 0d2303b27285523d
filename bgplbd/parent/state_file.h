/*
 * The state file: what is to be kept over restarts, which is whether the host is
 * drained, which containers drain (with the start of their run in ns since 1970, and
 * the end of the drain in ms since 1970, or 0 if it is over, then perhaps with the
 * time of their SIGKILL), the list of prefixes withdrawn by hand, and the subnets of
 * labelled networks that a graceful restart is to keep.  Text, one a line:
 *
 *	bgplbd state 1
 *	drained
 *	draining <64 hexadecimal digits> 1764028800000000000 1764028805000
 *	withdrawn 10.0.0.101/32
 *	withdrawn 2001:db8:0:1000::101/128
 *	subnet 172.30.0.0/24
 *
 * Only the parent reads and writes it.
 */
#ifndef BGPLBD_PARENT_STATE_FILE_H
#define BGPLBD_PARENT_STATE_FILE_H

#include <stddef.h>

#include "bgplbd/messages/parent_rde.h"

/* Larger than the largest list; a larger file is damaged. */
#define STATE_FILE_MAX_BYTES	(64 * 1024)

/*
 * Takes what is sound from text of len bytes.  Returns the number of the first
 * line that is not, with a sentence about it in *fault, or 0 if all are.
 */
unsigned int	state_file_parse(const char *text, size_t len,
		    struct state_list *, const char **fault);

/*
 * Reads the file.  Never fails: a missing one gives an empty list, an unreadable
 * one too, with a warning; a damaged one gives what is sound, is kept beside as
 * PATH.damaged, and the sound part is written anew.
 */
void	state_file_read(const char *path, struct state_list *);

/*
 * Makes its directory if missing: before the sandbox, which allows what is there.  0,
 * or -1 with errno.
 */
int	state_file_prepare(const char *path);

/*
 * Replaces the file as a whole: written beside, synced, renamed.  Makes its
 * directory if missing.  0, or -1 with errno, and the old file stands.  If only the
 * sync of the directory fails the new one stands, so that is a warning.
 */
int	state_file_write(const char *path, const struct state_list *)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_STATE_FILE_H */
