/*
 * File guard: whether a file that tells root what to do could have been written by
 * somebody else.  Used for the configuration and the state file, before the parent
 * gives up its capabilities.
 *
 * The file, and the directory that it is in after all symbolic links, have to belong to
 * root or to the user that runs this, and only the owner may write them; a directory
 * with the sticky bit may be written by all.  Access control lists count, as the kernel
 * shows their mask as the permissions of the group.
 */
#ifndef BGPLBD_PARENT_FILE_GUARD_H
#define BGPLBD_PARENT_FILE_GUARD_H

#include <limits.h>

#define FILE_GUARD_TEXT_MAX	(2 * PATH_MAX + 128)

/*
 * fd is the open file.  0, or -1 with a sentence in why such as "others may write it:
 * chmod go-w /etc/bgplbd.conf".  Devices, such as /dev/null, are not looked at.
 */
int	file_guard_check(int fd, const char *path,
	    char why[FILE_GUARD_TEXT_MAX]) __attribute__((warn_unused_result));

/* The same of a file that may be missing or not readable, which is 0. */
int	file_guard_check_path(const char *path,
	    char why[FILE_GUARD_TEXT_MAX]) __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_FILE_GUARD_H */
