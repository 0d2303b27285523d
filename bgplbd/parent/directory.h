/*
 * Directories that the parent needs for its sockets, its state file and the
 * children's root.
 */
#ifndef BGPLBD_PARENT_DIRECTORY_H
#define BGPLBD_PARENT_DIRECTORY_H

#include <sys/types.h>

/*
 * Makes path and what is missing above it, with the given mode whatever the
 * umask; what exists is left as it is.  path is absolute and shorter than PATH_MAX.
 * 0, or -1 with errno.
 */
int	directory_make(const char *path, mode_t mode)
	    __attribute__((warn_unused_result));

/* The same for the directory that a file of this name is in. */
int	directory_make_for(const char *file, mode_t mode)
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_DIRECTORY_H */
