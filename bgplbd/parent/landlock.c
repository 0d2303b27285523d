#include <sys/syscall.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/parent/landlock.h"
#include "common/log.h"

/*
 * The kernel's interface by names of our own, for the header of Debian 12 is older
 * than what newer kernels know.
 */
#define CREATE_VERSION	(1U << 0)
#define RULE_PATH	1
#define RULE_PORT	2

struct ruleset {
	uint64_t	handled_files;
	uint64_t	handled_network;
	uint64_t	scoped;
};

struct path_rule {
	uint64_t	allowed;
	int32_t		parent_fd;
} __attribute__((packed));

struct port_rule {
	uint64_t	allowed;
	uint64_t	port;
};

/* Files, by the version that brought them. */
#define EXECUTE		(1ULL << 0)
#define WRITE_FILE	(1ULL << 1)
#define READ_FILE	(1ULL << 2)
#define READ_DIR	(1ULL << 3)
#define REMOVE_DIR	(1ULL << 4)
#define REMOVE_FILE	(1ULL << 5)
#define MAKE_CHAR	(1ULL << 6)
#define MAKE_DIR	(1ULL << 7)
#define MAKE_REG	(1ULL << 8)
#define MAKE_SOCK	(1ULL << 9)
#define MAKE_FIFO	(1ULL << 10)
#define MAKE_BLOCK	(1ULL << 11)
#define MAKE_SYM	(1ULL << 12)
#define FILES_1		((1ULL << 13) - 1)
#define REFER		(1ULL << 13)	/* 2 */
#define TRUNCATE	(1ULL << 14)	/* 3 */
#define IOCTL_DEV	(1ULL << 15)	/* 5 */

#define BIND_TCP	(1ULL << 0)	/* 4 */
#define CONNECT_TCP	(1ULL << 1)

#define ABSTRACT_SOCKET	(1ULL << 0)	/* 6 */
#define SIGNAL		(1ULL << 1)

static const uint64_t uses[] = {
	[LANDLOCK_READ] = READ_FILE,
	[LANDLOCK_CHANGE] = READ_FILE | WRITE_FILE | READ_DIR | REMOVE_FILE |
	    MAKE_DIR | MAKE_REG | MAKE_SOCK,
};

int
landlock_version(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);

	if (version > 0)
		return (int)version;
	log_debug("no Landlock: %s", strerror(errno));
	return 0;
}

void
landlock_limits_of(int version, struct landlock_limits *limits)
{
	memset(limits, 0, sizeof(*limits));
	if (version < 1)
		return;
	limits->files = FILES_1;
	if (version >= 2)
		limits->files |= REFER;
	if (version >= 3)
		limits->files |= TRUNCATE;
	if (version >= 4)
		limits->network = BIND_TCP | CONNECT_TCP;
	if (version >= 5)
		limits->files |= IOCTL_DEV;
	if (version >= 6)
		limits->scopes = ABSTRACT_SOCKET | SIGNAL;
}

/* Kernels before a field was added take a longer structure if its end is 0. */
void
landlock_begin(struct landlock *l, int version, unsigned int keep)
{
	struct ruleset ruleset;

	landlock_limits_of(version, &l->limits);
	if (keep & LANDLOCK_KEEP_NETWORK)
		l->limits.network = 0;
	if (keep & LANDLOCK_KEEP_SCOPES)
		l->limits.scopes = 0;
	l->fd = -1;
	if (l->limits.files == 0)
		return;
	ruleset.handled_files = l->limits.files;
	ruleset.handled_network = l->limits.network;
	ruleset.scoped = l->limits.scopes;
	l->fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset,
	    sizeof(ruleset), 0);
	if (l->fd == -1)
		log_debug("cannot use Landlock: %s", strerror(errno));
}

/* Without a rule that was meant to be there, work would fail. */
static void
give_up(struct landlock *l, const char *what)
{
	log_debug("cannot use Landlock: %s: %s", what, strerror(errno));
	close(l->fd);
	l->fd = -1;
}

void
landlock_allow(struct landlock *l, const char *directory,
    enum landlock_use use)
{
	struct path_rule rule = { .allowed = uses[use] & l->limits.files };

	if (l->fd == -1)
		return;
	rule.parent_fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (rule.parent_fd == -1)
		return;
	if (syscall(SYS_landlock_add_rule, l->fd, RULE_PATH, &rule, 0) == -1)
		give_up(l, directory);
	close(rule.parent_fd);
}

static void
allow_directory_of(struct landlock *l, const char *file, enum landlock_use use)
{
	char directory[PATH_MAX], *slash;

	if (strlcpy(directory, file, sizeof(directory)) >= sizeof(directory))
		return;
	slash = strrchr(directory, '/');
	if (slash == NULL)
		return;
	slash[slash == directory] = '\0';
	landlock_allow(l, directory, use);
}

void
landlock_allow_beside(struct landlock *l, const char *file,
    enum landlock_use use)
{
	char target[PATH_MAX], path[PATH_MAX];
	const char *slash = strrchr(file, '/');
	ssize_t n;

	allow_directory_of(l, file, use);
	n = readlink(file, target, sizeof(target) - 1);
	if (n <= 0 || slash == NULL)
		return;
	target[n] = '\0';
	if (target[0] == '/')
		allow_directory_of(l, target, use);
	else if (snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - file),
	    file, target) < (int)sizeof(path))
		allow_directory_of(l, path, use);
}

void
landlock_allow_above(struct landlock *l, const char *file,
    enum landlock_use use)
{
	char directory[PATH_MAX], *slash;

	if (strlcpy(directory, file, sizeof(directory)) >= sizeof(directory))
		return;
	slash = strrchr(directory, '/');
	if (slash == NULL || slash == directory)
		return;
	*slash = '\0';
	slash = strrchr(directory, '/');
	if (slash != NULL && slash != directory)
		*slash = '\0';
	landlock_allow(l, directory, use);
}

static void
allow_port(struct landlock *l, uint64_t access, uint16_t port)
{
	const struct port_rule rule = { .allowed = access, .port = port };

	if (l->fd != -1 && l->limits.network != 0 &&
	    syscall(SYS_landlock_add_rule, l->fd, RULE_PORT, &rule, 0) == -1)
		give_up(l, "port");
}

void
landlock_allow_connect(struct landlock *l, uint16_t port)
{
	allow_port(l, CONNECT_TCP, port);
	allow_port(l, BIND_TCP, 0);
}

void
landlock_enforce(struct landlock *l)
{
	if (l->fd == -1)
		return;
	if (syscall(SYS_landlock_restrict_self, l->fd, 0) == -1)
		log_debug("cannot use Landlock: %s", strerror(errno));
	close(l->fd);
	l->fd = -1;
}
