#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "bgplbd/parent/directory.h"

static int
make_one(const char *path, mode_t mode)
{
	if (mkdir(path, mode) == 0)
		return chmod(path, mode);
	return errno == EEXIST ? 0 : -1;
}

int
directory_make(const char *path, mode_t mode)
{
	char buf[PATH_MAX], *slash;

	if (strlcpy(buf, path, sizeof(buf)) >= sizeof(buf)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (slash = strchr(buf + 1, '/'); slash != NULL;
	    slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (make_one(buf, mode) == -1)
			return -1;
		*slash = '/';
	}
	return make_one(buf, mode);
}

int
directory_make_for(const char *file, mode_t mode)
{
	char buf[PATH_MAX], *slash;

	if (strlcpy(buf, file, sizeof(buf)) >= sizeof(buf)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	slash = strrchr(buf, '/');
	if (slash == NULL || slash == buf)
		return 0;
	*slash = '\0';
	return directory_make(buf, mode);
}
