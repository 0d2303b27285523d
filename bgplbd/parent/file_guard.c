#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/parent/file_guard.h"

/* 0, or -1 with the sentence.  what is "it", or "its directory". */
static int
judge(const struct stat *st, const char *what, const char *path,
    char why[FILE_GUARD_TEXT_MAX])
{
	bool is_shared = S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0;

	if (st->st_uid != 0 && st->st_uid != geteuid()) {
		snprintf(why, FILE_GUARD_TEXT_MAX, "%s belongs to user %u, "
		    "who may write what root obeys: chown root %s", what,
		    (unsigned int)st->st_uid, path);
		return -1;
	}
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0 && !is_shared) {
		snprintf(why, FILE_GUARD_TEXT_MAX, "others than its owner may "
		    "write %s: chmod go-w %s", what, path);
		return -1;
	}
	return 0;
}

int
file_guard_check(int fd, const char *path, char why[FILE_GUARD_TEXT_MAX])
{
	char real[PATH_MAX], *directory;
	struct stat st;

	if (fstat(fd, &st) == -1) {
		snprintf(why, FILE_GUARD_TEXT_MAX, "cannot look at it: %s",
		    strerror(errno));
		return -1;
	}
	if (!S_ISREG(st.st_mode))
		return S_ISFIFO(st.st_mode) ? judge(&st, "it", path, why) : 0;
	if (judge(&st, "it", path, why) == -1)
		return -1;
	if (realpath(path, real) == NULL || stat(directory = dirname(real),
	    &st) == -1) {
		snprintf(why, FILE_GUARD_TEXT_MAX, "cannot look at its "
		    "directory: %s", strerror(errno));
		return -1;
	}
	return judge(&st, "its directory", directory, why);
}

int
file_guard_check_path(const char *path, char why[FILE_GUARD_TEXT_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int rc;

	if (fd == -1)
		return 0;
	rc = file_guard_check(fd, path, why);
	close(fd);
	return rc;
}
