/*
 * Reading a file as a whole, up to a limit.
 */
#ifndef BGPLBD_PARENT_WHOLE_FILE_H
#define BGPLBD_PARENT_WHOLE_FILE_H

#include <sys/types.h>

#include <stddef.h>

/*
 * Reads until the end or until buf is full; so a file that just fits looks like one
 * that is too long, and the caller gives a byte more than it allows.  Returns how
 * many bytes there are in buf, or -1 with errno.
 */
ssize_t	whole_file_read(int fd, char *buf, size_t size)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_WHOLE_FILE_H */
