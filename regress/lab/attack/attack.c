#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "bgplbd/messages/child.h"
#include "common/channel.h"
#include "regress/lab/attack/attack.h"

/* As attack.py has them. */
#define PAGE_SIZE_BYTES	65536
#define TEXT_OFFSET	256
#define PROCESSES	(CHILDREN + 1)
#define PARENT		CHILDREN
#define TITLE_BEFORE	"bgplbd: "

#define PAIRS_MAX	(CHILDREN + CHILDREN * (CHILDREN - 1) / 2)

/* What the test and the processes of the daemon share. */
struct page {
	uint32_t	go;			/* set by the test */
	uint32_t	len;			/* of text */
	int32_t		pids[PROCESSES];
};

static const char *const titles[PROCESSES] = {
	[CHILD_FRONTEND] = "docker frontend",
	[CHILD_SESSION] = "session engine",
	[CHILD_RDE] = "route decision engine",
	[PARENT] = "parent",
};

static struct {
	struct page		*page;
	const char		*process;
	char			*names;
	long			 argument;
	const char		*title;		/* argv[0] */
	const char		*name;		/* of the attack that runs */
	struct event_base	*base;
	int			 pairs[PAIRS_MAX][2];
	unsigned int		 npairs;
} attacker;

extern const struct attack __start_attacks[], __stop_attacks[];

void		 load(int, char **, char **) __attribute__((constructor));
typedef int	 loop_function(struct event_base *, int);

/* glibc passes a constructor main's arguments. */
void
load(int argc, char **argv, char **envp)
{
	const char *file = getenv("ATTACK_PAGE");
	const char *argument = getenv("ATTACK_ARGUMENT");
	const char *names = getenv("ATTACK_NAMES");
	const char *process = getenv("ATTACK_PROCESS");
	int fd;

	(void)envp;
	if (argc < 1 || file == NULL || names == NULL || process == NULL)
		return;
	fd = open(file, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		abort();
	attacker.page = mmap(NULL, PAGE_SIZE_BYTES, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	close(fd);
	attacker.title = argv[0];
	attacker.names = strdup(names);
	attacker.process = strdup(process);
	attacker.argument = argument == NULL ? 0 : atol(argument);
}

void
attack_tell(const char *fmt, ...)
{
	char *text = (char *)attacker.page + TEXT_OFFSET;
	size_t room = PAGE_SIZE_BYTES - TEXT_OFFSET - attacker.page->len;
	char line[512];
	va_list ap;
	size_t n;

	n = (size_t)snprintf(line, sizeof(line), "%s: ", attacker.name);
	va_start(ap, fmt);
	n += (size_t)vsnprintf(line + n, sizeof(line) - n, fmt, ap);
	va_end(ap);
	if (n > sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	if (n > room)
		return;
	memcpy(text + attacker.page->len, line, n);
	__atomic_add_fetch(&attacker.page->len, (uint32_t)n, __ATOMIC_SEQ_CST);
}

void
attack_result(long rc)
{
	const char *name = strerrorname_np(errno);

	if (rc != -1)
		attack_tell("done");
	else if (name != NULL)
		attack_tell("%s", name);
	else
		attack_tell("errno %d", errno);
}

struct event_base *
attack_base(void)
{
	return attacker.base;
}

static unsigned int
number_of(const char *process)
{
	unsigned int i;

	for (i = 0; i < PROCESSES; i++)
		if (strcmp(titles[i], process) == 0)
			return i;
	abort();
}

const char *
attack_process(void)
{
	unsigned int i;

	if (strncmp(attacker.title, TITLE_BEFORE, strlen(TITLE_BEFORE)) != 0)
		return NULL;
	for (i = 0; i < PROCESSES; i++)
		if (strcmp(titles[i], attacker.title +
		    strlen(TITLE_BEFORE)) == 0)
			return titles[i];
	return NULL;
}

int
attack_pid_of(const char *process)
{
	return attacker.page->pids[number_of(process)];
}

long
attack_argument(void)
{
	return attacker.argument;
}

/*
 * Channels.
 */

int
socketpair(int domain, int type, int protocol, int fds[2])
{
	int (*real)(int, int, int, int *);
	int rc;

	*(void **)&real = dlsym(RTLD_NEXT, "socketpair");
	rc = real(domain, type, protocol, fds);
	if (rc == 0 && (type & 0xf) == SOCK_SEQPACKET &&
	    attacker.npairs < PAIRS_MAX)
		memcpy(attacker.pairs[attacker.npairs++], fds,
		    sizeof(attacker.pairs[0]));
	return rc;
}

/* The order of spawn.c: each child's to the parent, then those to later ones. */
int
attack_channel(const char *process)
{
	unsigned int a, b, n = 0;
	unsigned int self = number_of(attack_process());
	unsigned int other = number_of(process);

	for (a = 0; a < CHILDREN; a++) {
		if ((self == PARENT && other == a) ||
		    (self == a && other == PARENT))
			return attacker.pairs[n][self == PARENT ? 0 : 1];
		n++;
		for (b = a + 1; b < CHILDREN; b++, n++) {
			if (self == a && other == b)
				return attacker.pairs[n][0];
			if (self == b && other == a)
				return attacker.pairs[n][1];
		}
	}
	return -1;
}

int
attack_send(int channel, uint32_t type, uint32_t peerid, int fd,
    const void *data, uint32_t len)
{
	struct channel_hdr hdr = {
		.type = type,
		.len = (uint32_t)sizeof(hdr) + len,
		.peerid = peerid,
		.pid = (uint32_t)getpid(),
	};
	union {
		struct cmsghdr	hdr;
		char		buf[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov[2] = {
		{ .iov_base = &hdr, .iov_len = sizeof(hdr) },
		{ .iov_base = (void *)(uintptr_t)data, .iov_len = len },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };

	memset(&control, 0, sizeof(control));
	if (fd != -1) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		control.hdr.cmsg_len = CMSG_LEN(sizeof(int));
		control.hdr.cmsg_level = SOL_SOCKET;
		control.hdr.cmsg_type = SCM_RIGHTS;
		memcpy(CMSG_DATA(&control.hdr), &fd, sizeof(int));
	}
	return sendmsg(channel, &msg, MSG_NOSIGNAL) == -1 ? -1 : 0;
}

/*
 * When they run.
 */

static void
run_one(const char *name)
{
	const struct attack *a;

	attacker.name = name;
	for (a = __start_attacks; a < __stop_attacks; a++) {
		if (strcmp(a->name, name) == 0) {
			a->run();
			return;
		}
	}
	attack_tell("there is no such attack");
}

static void
run_all(void)
{
	char *rest = attacker.names, *name;

	while ((name = strsep(&rest, " ")) != NULL)
		if (name[0] != '\0')
			run_one(name);
}

static void
look_for_go(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval soon = { .tv_usec = 5000 };

	(void)fd;
	(void)what;
	(void)arg;
	if (__atomic_load_n(&attacker.page->go, __ATOMIC_SEQ_CST) != 0)
		run_all();
	else
		event_base_once(attacker.base, -1, EV_TIMEOUT, look_for_go,
		    NULL, &soon);
}

static void
loop_begins(struct event_base *base)
{
	static bool begun;
	const char *process;

	if (attacker.page == NULL || begun ||
	    (process = attack_process()) == NULL)
		return;
	begun = true;
	attacker.page->pids[number_of(process)] = getpid();
	if (strcmp(process, attacker.process) != 0)
		return;
	attacker.base = base;
	look_for_go(-1, 0, NULL);
}

int
event_base_loop(struct event_base *base, int flags)
{
	loop_function *real;

	*(void **)&real = dlsym(RTLD_NEXT, "event_base_loop");
	loop_begins(base);
	return real(base, flags);
}

int
event_base_dispatch(struct event_base *base)
{
	return event_base_loop(base, 0);
}
