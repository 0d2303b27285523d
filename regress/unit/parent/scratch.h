/*
 * A directory of its own for a test, and what tests do with files in it.
 * Includes what cmocka needs.
 */
#ifndef BGPLB_REGRESS_PARENT_SCRATCH_H
#define BGPLB_REGRESS_PARENT_SCRATCH_H

#include <sys/stat.h>
#include <sys/types.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct scratch {
	char	dir[64];
	char	path[PATH_MAX];		/* of the last scratch_path() */
};

static inline int
scratch_make(struct scratch *s)
{
	strlcpy(s->dir, "/tmp/bgplbd-test.XXXXXX", sizeof(s->dir));
	return mkdtemp(s->dir) != NULL ? 0 : -1;
}

static inline int
scratch_remove_one(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline int
scratch_remove(struct scratch *s)
{
	return nftw(s->dir, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline const char *
scratch_path(struct scratch *s, const char *name)
{
	snprintf(s->path, sizeof(s->path), "%s/%s", s->dir, name);
	return s->path;
}

static inline void
scratch_write(const char *path, const void *data, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* The file's text, the caller's to free. */
static inline char *
scratch_read(const char *path, size_t *len)
{
	char *text = NULL;
	size_t size = 0;
	FILE *in = fopen(path, "r"), *out = open_memstream(&text, &size);
	int c;

	assert_non_null(in);
	assert_non_null(out);
	while ((c = fgetc(in)) != EOF)
		fputc(c, out);
	fclose(in);
	assert_int_equal(fclose(out), 0);
	if (len != NULL)
		*len = size;
	return text;
}

static inline void
scratch_expect(const char *path, const char *text)
{
	char *found = scratch_read(path, NULL);

	assert_string_equal(found, text);
	free(found);
}

static inline bool
scratch_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static inline unsigned int
scratch_count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

#endif /* BGPLB_REGRESS_PARENT_SCRATCH_H */
