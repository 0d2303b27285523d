#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/parent/engine_sign.h"
#include "bgplbd/parent/whole_file.h"
#include "common/clock.h"
#include "common/log.h"

#define SOCKETS_FILE	"/proc/net/unix"
#define PID_FILE	"docker.pid"
#define RUN_PID_FILE	"/run/" PID_FILE
#define PID_TEXT_MAX	16

/* Of /proc/net/unix, in hexadecimal digits: __SO_ACCEPTCON, and SS_UNCONNECTED. */
#define LISTENER_FLAGS	"00010000"
#define UNCONNECTED	"01"

/* What tells the pid file of one engine from that of the next. */
struct pid_file {
	pid_t		pid;		/* 0: there is none */
	ino_t		inode;
	struct timespec	written;
};

struct engine_sign {
	char		beside[PATH_MAX];	/* the pid file in the socket's folder */
	uint64_t	seen_at;		/* in ms; 0: not seen */
	struct pid_file	going;			/* its engine ended its stream */
	uint64_t	going_at;
};

static bool
ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), end_len = strlen(end);

	return len >= end_len && strcmp(s + len - end_len, end) == 0;
}

static bool
is_path_of_engine(const char *path)
{
	const char *name = strrchr(path, '/');

	if (path[0] != '/')
		return false;
	return strcmp(name, "/metrics.sock") == 0 ||
	    (ends_with(path, ".sock") &&
	    name - path > (ptrdiff_t)strlen("/libnetwork") &&
	    strncmp(name - strlen("/libnetwork"), "/libnetwork",
	    strlen("/libnetwork")) == 0);
}

/* "Num: RefCount Protocol Flags Type St Inode Path" */
bool
engine_sign_is_listener(const char *line)
{
	static const char *const wanted[] =
	    { NULL, NULL, NULL, LISTENER_FLAGS, "0001", UNCONNECTED, NULL };
	size_t i, len;

	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		len = strcspn(line, " ");
		if (len == 0 || line[len] == '\0' || (wanted[i] != NULL &&
		    (len != strlen(wanted[i]) ||
		    strncmp(line, wanted[i], len) != 0)))
			return false;
		line += len;
		line += strspn(line, " ");
	}
	return is_path_of_engine(line);
}

static bool
has_listener(void)
{
	char *line = NULL;
	size_t size = 0;
	bool found = false;
	ssize_t len;
	FILE *f;

	f = fopen(SOCKETS_FILE, "re");
	if (f == NULL) {
		log_debug("%s: %s", SOCKETS_FILE, strerror(errno));
		return false;
	}
	while (!found && (len = getline(&line, &size, f)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		found = engine_sign_is_listener(line);
	}
	free(line);
	fclose(f);
	return found;
}

int
engine_sign_pid(const char *text, size_t len)
{
	char digits[PID_TEXT_MAX];
	const char *error;
	long long pid;

	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len == 0 || len >= sizeof(digits) ||
	    memchr(text, '\0', len) != NULL)
		return 0;
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (strspn(digits, "0123456789") != len)
		return 0;
	pid = strtonum(digits, 2, INT_MAX, &error);
	return error == NULL ? (int)pid : 0;
}

/* Of a process that runs, or else none. */
static void
read_pid_file(const char *path, struct pid_file *file)
{
	char text[PID_TEXT_MAX];
	struct stat st;
	ssize_t n = -1;
	int fd;

	memset(file, 0, sizeof(*file));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid())
		n = whole_file_read(fd, text, sizeof(text));
	close(fd);
	if (n == -1)
		return;
	file->pid = engine_sign_pid(text, (size_t)n);
	file->inode = st.st_ino;
	file->written = st.st_mtim;
	if (file->pid != 0 && kill(file->pid, 0) == -1 && errno == ESRCH)
		file->pid = 0;
}

static void
find_pid_file(const struct engine_sign *s, struct pid_file *file)
{
	read_pid_file(s->beside, file);
	if (file->pid == 0)
		read_pid_file(RUN_PID_FILE, file);
}

static bool
is_same(const struct pid_file *a, const struct pid_file *b)
{
	return a->pid == b->pid && a->inode == b->inode &&
	    a->written.tv_sec == b->written.tv_sec &&
	    a->written.tv_nsec == b->written.tv_nsec;
}

static bool
has_pid_file(const struct engine_sign *s, uint64_t now)
{
	struct pid_file file;

	find_pid_file(s, &file);
	if (file.pid == 0)
		return false;
	return s->going.pid == 0 || !is_same(&file, &s->going) ||
	    now - s->going_at >= ENGINE_GOING_MS;
}

bool
engine_sign_is_there(struct engine_sign *s)
{
	uint64_t now = clock_ms();

	if (s->seen_at != 0 && now - s->seen_at < ENGINE_SIGN_MS)
		return true;
	s->seen_at = has_listener() || has_pid_file(s, now) ? now : 0;
	return s->seen_at != 0;
}

void
engine_sign_stream_ended(struct engine_sign *s)
{
	s->seen_at = 0;
	find_pid_file(s, &s->going);
	s->going_at = clock_ms();
}

struct engine_sign *
engine_sign_new(const char *socket_path)
{
	struct engine_sign *s = xcalloc(1, sizeof(*s));
	const char *slash = strrchr(socket_path, '/');

	snprintf(s->beside, sizeof(s->beside), "%.*s/" PID_FILE,
	    slash == NULL ? 0 : (int)(slash - socket_path), socket_path);
	return s;
}

void
engine_sign_free(struct engine_sign *s)
{
	free(s);
}
