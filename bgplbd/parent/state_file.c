#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/parent/directory.h"
#include "bgplbd/parent/state_file.h"
#include "bgplbd/parent/whole_file.h"
#include "common/log.h"

#define STATE_HEADER	"bgplbd state 1"
#define STATE_DRAINED	"drained"
#define STATE_DRAINING	"draining "
#define STATE_WITHDRAWN	"withdrawn "
#define STATE_SUBNET	"subnet "

/* Longest line: that of a drain, an id and three numbers of up to 19 digits. */
#define STATE_LINE_MAX	(sizeof(STATE_DRAINING) + OBJECT_ID_DIGITS + 3 * 20)

/* Takes text as one more of the list.  Returns what is wrong with it, or NULL. */
static const char *
parse_prefix(const char *text, struct prefix *list, uint32_t *n, uint32_t max)
{
	struct prefix p;
	uint32_t i;

	if (prefix_parse(text, &p) == -1)
		return "not a prefix";
	for (i = 0; i < *n; i++)
		if (prefix_cmp(&list[i], &p) == 0)
			return "a prefix that is there twice";
	if (*n == max)
		return "more prefixes than are allowed";
	list[(*n)++] = p;
	return NULL;
}

/* Returns what is wrong with the line, or NULL. */
static const char *
parse_drained(struct state_list *list)
{
	if (list->drained)
		return "\"" STATE_DRAINED "\" for the second time";
	list->drained = 1;
	return NULL;
}

/* A number from *text on, with the space that ends it, or the end; or -1. */
static int64_t
take_number(char **text, int64_t min)
{
	const char *field = strsep(text, " "), *error = "missing";
	int64_t number = -1;

	if (field != NULL)
		number = strtonum(field, min, INT64_MAX, &error);
	return error == NULL ? number : -1;
}

static const char *
parse_draining(char *line, struct state_list *list)
{
	char *rest = line + strlen(STATE_DRAINING), *id = strsep(&rest, " ");
	struct state_drain drain;

	memset(&drain, 0, sizeof(drain));
	if (object_id_parse(id, strlen(id), &drain.container) == -1)
		return "not a container's id";
	drain.started_at = take_number(&rest, 1);
	drain.over_at = take_number(&rest, 0);
	if (rest != NULL)
		drain.kill_at = take_number(&rest, 1);
	if (drain.started_at == -1 || drain.over_at == -1 ||
	    drain.kill_at == -1 || rest != NULL)
		return "not a container's drain";
	if (list->ndrains == STATE_DRAINS_MAX)
		return "more drains than are remembered";
	list->drains[list->ndrains++] = drain;
	return NULL;
}

static const char *
parse_withdrawn(const char *line, struct state_list *list)
{
	const size_t keyword = strlen(STATE_WITHDRAWN);

	if (strncmp(line, STATE_WITHDRAWN, keyword) != 0)
		return "not \"" STATE_DRAINED "\", \"" STATE_DRAINING
		    "...\", \"" STATE_WITHDRAWN "PREFIX\" or \""
		    STATE_SUBNET "PREFIX\"";
	return parse_prefix(line + keyword, list->withdrawn, &list->count,
	    STATE_WITHDRAWN_MAX);
}

static const char *
parse_line(const char *text, size_t len, unsigned int number,
    struct state_list *list)
{
	char line[STATE_LINE_MAX];

	if (len >= sizeof(line))
		return "too long";
	if (memchr(text, '\0', len) != NULL)
		return "not text";
	memcpy(line, text, len);
	line[len] = '\0';
	if (number == 1)
		return strcmp(line, STATE_HEADER) == 0 ? NULL :
		    "not \"" STATE_HEADER "\"";
	if (strcmp(line, STATE_DRAINED) == 0)
		return parse_drained(list);
	if (strncmp(line, STATE_DRAINING, strlen(STATE_DRAINING)) == 0)
		return parse_draining(line, list);
	if (strncmp(line, STATE_SUBNET, strlen(STATE_SUBNET)) == 0)
		return parse_prefix(line + strlen(STATE_SUBNET),
		    list->subnets, &list->nsubnets, STATE_SUBNETS_MAX);
	return parse_withdrawn(line, list);
}

unsigned int
state_file_parse(const char *text, size_t len, struct state_list *list,
    const char **fault)
{
	const char *end, *wrong;
	unsigned int first = 0, number = 0;

	memset(list, 0, sizeof(*list));
	do {
		number++;
		end = memchr(text, '\n', len);
		wrong = end == NULL ? "cut off" :
		    parse_line(text, (size_t)(end - text), number, list);
		if (wrong != NULL && first == 0) {
			first = number;
			*fault = wrong;
		}
		if (end == NULL || first == 1)
			break;	/* without its header the rest means nothing */
		len -= (size_t)(end + 1 - text);
		text = end + 1;
	} while (len > 0);
	return first;
}

/* Returns how much was read into buf, or -1 with errno; ENOENT for no file. */
static ssize_t
read_file(const char *path, char *buf, size_t size)
{
	int error, fd;
	ssize_t n;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1)
		return -1;
	n = whole_file_read(fd, buf, size);
	error = errno;
	close(fd);
	errno = error;
	return n;
}

/* So that nothing is lost that a human could still make sense of. */
static void
set_aside(const char *path, const struct state_list *sound)
{
	char damaged[PATH_MAX];

	if ((size_t)snprintf(damaged, sizeof(damaged), "%s.damaged", path) >=
	    sizeof(damaged) || rename(path, damaged) == -1)
		log_warn("state file %s: cannot keep it as %s: %s", path,
		    damaged, strerror(errno));
	else
		log_warn("state file %s: kept as %s", path, damaged);
	if (state_file_write(path, sound) == -1)
		log_warn("state file %s: cannot write it: %s", path,
		    strerror(errno));
}

void
state_file_read(const char *path, struct state_list *list)
{
	const char *fault = NULL;
	unsigned int line = 0;
	ssize_t n;
	char *buf;

	memset(list, 0, sizeof(*list));
	buf = xmalloc(STATE_FILE_MAX_BYTES + 1);
	n = read_file(path, buf, STATE_FILE_MAX_BYTES + 1);
	if (n == -1 && errno != ENOENT)
		log_warn("state file %s: %s: starting without withdrawn "
		    "prefixes", path, strerror(errno));
	if (n >= 0)
		line = state_file_parse(buf, (size_t)n, list, &fault);
	free(buf);
	if (line == 0 && n <= STATE_FILE_MAX_BYTES)
		return;
	if (line != 0)
		log_warn("state file %s: line %u is %s: it is damaged, %u "
		    "withdrawn prefixes in it are sound", path, line, fault,
		    list->count);
	else
		log_warn("state file %s: longer than %d bytes: it is damaged, "
		    "%u withdrawn prefixes in it are sound", path,
		    STATE_FILE_MAX_BYTES, list->count);
	set_aside(path, list);
}

static int
write_text(int fd, const struct state_list *list)
{
	char text[PREFIX_STRLEN];
	uint32_t i;
	FILE *f;
	int rc;

	f = fdopen(fd, "w");
	if (f == NULL) {
		close(fd);
		return -1;
	}
	fprintf(f, "%s\n", STATE_HEADER);
	if (list->drained)
		fprintf(f, "%s\n", STATE_DRAINED);
	for (i = 0; i < list->ndrains; i++) {
		fprintf(f, "%s%s %" PRId64 " %" PRId64, STATE_DRAINING,
		    list->drains[i].container.hex, list->drains[i].started_at,
		    list->drains[i].over_at);
		if (list->drains[i].kill_at != 0)
			fprintf(f, " %" PRId64, list->drains[i].kill_at);
		fputc('\n', f);
	}
	for (i = 0; i < list->count; i++)
		fprintf(f, "%s%s\n", STATE_WITHDRAWN,
		    prefix_format(&list->withdrawn[i], text));
	for (i = 0; i < list->nsubnets; i++)
		fprintf(f, "%s%s\n", STATE_SUBNET,
		    prefix_format(&list->subnets[i], text));
	rc = fflush(f) == 0 && fsync(fileno(f)) == 0 ? 0 : -1;
	if (fclose(f) != 0)
		rc = -1;
	return rc;
}

/*
 * Makes a rename in the file's directory last.  The file is the new one in any
 * case, so what fails here is no failure to write it.
 */
static void
sync_directory(const char *file)
{
	char dir[PATH_MAX], *slash;
	int fd;

	strlcpy(dir, file, sizeof(dir));
	slash = strrchr(dir, '/');
	if (slash == NULL)
		return;
	slash[slash == dir] = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || fsync(fd) == -1)
		log_warn("state file %s: written, but it may be the old one "
		    "again if the machine stops now: cannot sync %s: %s",
		    file, dir, strerror(errno));
	if (fd != -1)
		close(fd);
}

int
state_file_prepare(const char *path)
{
	return directory_make_for(path, 0700);
}

int
state_file_write(const char *path, const struct state_list *list)
{
	char temporary[PATH_MAX];
	int error, fd;

	if ((size_t)snprintf(temporary, sizeof(temporary), "%s.new", path) >=
	    sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (state_file_prepare(path) == -1)
		return -1;
	if (unlink(temporary) == -1 && errno != ENOENT)
		return -1;
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	if (write_text(fd, list) == 0 && rename(temporary, path) == 0) {
		sync_directory(path);
		return 0;
	}
	error = errno;
	unlink(temporary);
	errno = error;
	return -1;
}
