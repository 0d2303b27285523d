#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

#include <seccomp.h>

#include "bgplbd/parent/syscalls.h"
#include "common/log.h"
#include "common/memory.h"

#define ALLOW		SCMP_ACT_ALLOW
#define KILL		SCMP_ACT_KILL_PROCESS
#define REFUSE		SCMP_ACT_ERRNO(EACCES)
#define NOT_PERMIT	SCMP_ACT_ERRNO(EPERM)

/* Of open(2): what makes it more than reading. */
#define OPEN_WRITES	(O_ACCMODE | O_CREAT | O_TRUNC)

#define CONDITIONS_MAX	3

/* What happens on a call if all conditions on its arguments are met. */
struct rule {
	const char		*call;
	uint32_t		 action;
	unsigned int		 nconditions;
	struct scmp_arg_cmp	 conditions[CONDITIONS_MAX];
};

/* The number of the argument, and what it is. */
#define IS(n, value)		{ (n), SCMP_CMP_EQ, (value), 0 }
#define MASKED(n, mask, value)	{ (n), SCMP_CMP_MASKED_EQ, (mask), (value) }
#define ALWAYS			0, { { 0 } }

/* A descriptor, of which the kernel takes the lower 32 bits alone. */
#define IS_FD(n, fd)		MASKED((n), 0xffffffffU, (fd))

/* Of flags of 32 bits, none but these. */
#define ONLY(n, allowed)	\
	MASKED((n), 0xffffffffU & ~(scmp_datum_t)(allowed), 0)

#define SEND_FLAGS	(MSG_NOSIGNAL | MSG_DONTWAIT)
#define RECEIVE_FLAGS	(MSG_CMSG_CLOEXEC | MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC)

/*
 * Every child.
 *
 * Standard error is shared with the parent, the other children and perhaps with
 * strangers, so nothing here changes an open file itself: no flags such as O_APPEND
 * and O_NONBLOCK, no place to write at, no end of a socket's direction.
 */

static const char *const child_calls[] = {
	/* the loop */
	"epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait",
	"epoll_pwait2", "epoll_wait", "poll", "ppoll", "ppoll_time64",
	/* descriptors that it has */
	"close", "fstat", "fstat64", "read", "readv", "write", "writev",
	"getsockname",
	/* memory; mmap and mprotect below */
	"brk", "madvise", "mremap", "munmap",
	/* time, and to wait */
	"clock_getres", "clock_getres_time64", "clock_gettime",
	"clock_gettime64", "clock_nanosleep", "clock_nanosleep_time64",
	"gettimeofday", "nanosleep", "time",
	/* signals to itself; tgkill below */
	"restart_syscall", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
	"sigaction", "sigprocmask", "sigreturn",
	/* what tells of nothing but itself and the machine */
	"getcpu", "getegid", "getegid32", "geteuid", "geteuid32", "getgid",
	"getgid32", "getpid", "getppid", "getrandom", "getrlimit", "getrusage",
	"gettid", "getuid", "getuid32", "sched_getaffinity", "sched_yield",
	"sysinfo", "ugetrlimit", "uname",
	/* C libraries, between the lines */
	"futex", "futex_time64",
	/* the end */
	"exit", "exit_group",
	NULL
};

static const struct rule child_rules[] = {
	/* No memory becomes code, and no file becomes memory. */
	{ "mmap", ALLOW, 2, { MASKED(2, PROT_EXEC, 0),
	    MASKED(3, MAP_ANONYMOUS, MAP_ANONYMOUS) } },
	{ "mmap2", ALLOW, 2, { MASKED(2, PROT_EXEC, 0),
	    MASKED(3, MAP_ANONYMOUS, MAP_ANONYMOUS) } },
	{ "mprotect", ALLOW, 1, { MASKED(2, PROT_EXEC, 0) } },
	/* To learn of a descriptor; what is made does not block from the start. */
	{ "fcntl", ALLOW, 1, { IS(1, F_GETFD) } },
	{ "fcntl", ALLOW, 1, { IS(1, F_SETFD) } },
	{ "fcntl", ALLOW, 1, { IS(1, F_GETFL) } },
	{ "fcntl64", ALLOW, 1, { IS(1, F_GETFD) } },
	{ "fcntl64", ALLOW, 1, { IS(1, F_SETFD) } },
	{ "fcntl64", ALLOW, 1, { IS(1, F_GETFL) } },
	/* Of the loop, to itself; not for the kernel's notifications. */
	{ "pipe2", ALLOW, 1, { ONLY(1, O_CLOEXEC | O_NONBLOCK) } },
	/*
	 * Sockets that it has; none of these makes one.  Nothing is out of band, and
	 * MSG_FASTOPEN would connect.
	 */
	{ "recv", ALLOW, 1, { ONLY(3, RECEIVE_FLAGS) } },
	{ "recvfrom", ALLOW, 1, { ONLY(3, RECEIVE_FLAGS) } },
	{ "recvmsg", ALLOW, 1, { ONLY(2, RECEIVE_FLAGS) } },
	{ "send", ALLOW, 1, { ONLY(3, SEND_FLAGS) } },
	{ "sendmsg", ALLOW, 1, { ONLY(2, SEND_FLAGS) } },
	{ "sendto", ALLOW, 1, { ONLY(3, SEND_FLAGS) } },
	/* No terminal and no device is operated. */
	{ "ioctl", ALLOW, 1, { IS(1, FIONREAD) } },
	{ "ioctl", ALLOW, 1, { IS(1, TCGETS) } },	/* is it a terminal? */
	{ "prlimit64", ALLOW, 2, { IS(0, 0), IS(2, 0) } },	/* to read its own */
	/* As fstat(2); the others go by names. */
	{ "newfstatat", ALLOW, 1, { MASKED(3, AT_EMPTY_PATH, AT_EMPTY_PATH) } },
	{ "fstatat64", ALLOW, 1, { MASKED(3, AT_EMPTY_PATH, AT_EMPTY_PATH) } },
	{ "statx", ALLOW, 1, { MASKED(2, AT_EMPTY_PATH, AT_EMPTY_PATH) } },
	{ "newfstatat", REFUSE, 1, { MASKED(3, AT_EMPTY_PATH, 0) } },
	{ "fstatat64", REFUSE, 1, { MASKED(3, AT_EMPTY_PATH, 0) } },
	{ "statx", REFUSE, 1, { MASKED(2, AT_EMPTY_PATH, 0) } },
	/* Time zones, messages, the number of processors: done without. */
	{ "open", REFUSE, 1, { MASKED(1, OPEN_WRITES, O_RDONLY) } },
	{ "openat", REFUSE, 1, { MASKED(2, OPEN_WRITES, O_RDONLY) } },
	{ "access", REFUSE, ALWAYS },
	{ "faccessat", REFUSE, ALWAYS },
	{ "faccessat2", REFUSE, ALWAYS },
	{ "lstat", REFUSE, ALWAYS },
	{ "lstat64", REFUSE, ALWAYS },
	{ "readlink", REFUSE, ALWAYS },
	{ "readlinkat", REFUSE, ALWAYS },
	{ "stat", REFUSE, ALWAYS },
	{ "stat64", REFUSE, ALWAYS },
	{ "prctl", NOT_PERMIT, ALWAYS },
	{ NULL, KILL, ALWAYS }
};

/* Of what it may do otherwise, not with the log; a filter before the other. */
static const struct rule log_rules[] = {
	{ "shutdown", KILL, 1, { IS_FD(0, STDERR_FILENO) } },
	{ "dup3", KILL, 1, { IS_FD(0, STDERR_FILENO) } },
	{ "dup3", KILL, 1, { IS_FD(1, STDERR_FILENO) } },
	{ NULL, KILL, ALWAYS }
};

/* What the runtimes of sanitizers may do besides. */
static const char *const sanitizer_calls[] = {
	"clone", "clone3", "dup", "dup2", "getdents64", "kill", "lseek", "mincore",
	"pipe", "process_vm_readv", "ptrace", "sched_setaffinity",
	"setrlimit", "sigaltstack", "tkill", "wait4", NULL
};

/*
 * One child each.
 */

/*
 * Its listening sockets are given to it, and the parent makes those that connect to
 * neighbors (connect_broker.h).
 */
static const char *const session_calls[] = {
	"accept4",
	"shutdown",	/* the end of what it sends to a neighbor */
	NULL
};

#define OPTION(level, name) \
	{ "setsockopt", ALLOW, 2, { IS(1, level), IS(2, name) } }

static const struct rule session_rules[] = {
	/* The number of an interface, for link-local addresses. */
	{ "ioctl", ALLOW, 1, { IS(1, SIOCGIFINDEX) } },
	/* tcp_options.h, of what it accepts; the passwords are the parent's. */
	OPTION(IPPROTO_TCP, TCP_NODELAY),
	OPTION(IPPROTO_TCP, TCP_NOTSENT_LOWAT),
	OPTION(IPPROTO_IP, IP_TOS),
	OPTION(IPPROTO_IP, IP_TTL),
	OPTION(IPPROTO_IP, IP_MINTTL),
	OPTION(IPPROTO_IPV6, IPV6_TCLASS),
	OPTION(IPPROTO_IPV6, IPV6_UNICAST_HOPS),
	OPTION(IPPROTO_IPV6, IPV6_MINHOPCOUNT),
	{ "getsockopt", ALLOW, 2, { IS(1, SOL_SOCKET), IS(2, SO_ERROR) } },
	{ NULL, KILL, ALWAYS }
};

/* Its listening sockets are given to it; it makes none, and connects nowhere. */
static const char *const frontend_calls[] = {
	"accept4",
	"shutdown",	/* the end of what it answers */
	NULL
};

static const struct rule frontend_rules[] = {
	/* Another listening socket in the place of one, accept_gate.h. */
	{ "dup3", ALLOW, 1, { IS(2, O_CLOEXEC) } },
	{ NULL, KILL, ALWAYS }
};

/* Its netlink sockets are there before the filter (rde.h); it makes no others. */
static const char *const rde_calls[] = {
	NULL
};

static const struct rule rde_rules[] = {
	{ NULL, KILL, ALWAYS }
};

/*
 * The parent: what it never does.
 */

/* The runtimes of sanitizers do, to look for leaks. */
static const char *const parent_never_starts[] = {
	"clone", "clone3", "ptrace", NULL
};

static const char *const parent_never[] = {
	"execve", "execveat", "fork", "vfork",
	"process_vm_readv", "process_vm_writev",
	"chroot", "fsopen", "mount", "move_mount", "open_tree", "pivot_root",
	"setns", "umount", "umount2", "unshare",
	"bpf", "delete_module", "finit_module", "init_module", "kexec_file_load",
	"kexec_load", "perf_event_open", "userfaultfd",
	"add_key", "keyctl", "request_key", "io_uring_setup", "swapon", "swapoff",
	"mknod", "mknodat", "open_by_handle_at", "personality",
	"process_madvise", "setdomainname", "sethostname",
	NULL
};

static void
must(int rc, const char *what)
{
	if (rc < 0) {
		errno = -rc;
		fatal("system calls cannot be limited (%s)", what);
	}
}

static scmp_filter_ctx
new_filter(uint32_t otherwise)
{
	scmp_filter_ctx filter = seccomp_init(otherwise);

	if (filter == NULL)
		fatalx("system calls cannot be limited");
	return filter;
}

static void
add_rule(scmp_filter_ctx filter, const struct rule *rule)
{
	int number = seccomp_syscall_resolve_name(rule->call);

	if (number != __NR_SCMP_ERROR)
		must(seccomp_rule_add_array(filter, rule->action, number,
		    rule->nconditions, rule->conditions), rule->call);
}

static void
add_calls(scmp_filter_ctx filter, uint32_t action, const char *const *calls)
{
	struct rule rule = { .action = action };

	for (; *calls != NULL; calls++) {
		rule.call = *calls;
		add_rule(filter, &rule);
	}
}

static void
add_rules(scmp_filter_ctx filter, const struct rule *rules)
{
	for (; rules->call != NULL; rules++)
		add_rule(filter, rules);
}

static void
load(scmp_filter_ctx filter)
{
	must(seccomp_load(filter), "the kernel refuses the filter");
	seccomp_release(filter);
	memory_give_back();
}

static void
keep_log(void)
{
	scmp_filter_ctx filter = new_filter(ALLOW);

	add_rules(filter, log_rules);
	load(filter);
}

static void
bind_child(const char *const *calls, const struct rule *rules)
{
	const struct rule abort_itself = {
		"tgkill", ALLOW, 1, { IS(0, (scmp_datum_t)getpid()) }
	};
	scmp_filter_ctx filter = new_filter(KILL);

	add_calls(filter, ALLOW, child_calls);
	add_rules(filter, child_rules);
	add_rule(filter, &abort_itself);
	if (SANITIZED)
		add_calls(filter, ALLOW, sanitizer_calls);
	add_calls(filter, ALLOW, calls);
	add_rules(filter, rules);
	keep_log();
	load(filter);
}

void
syscalls_session(void)
{
	bind_child(session_calls, session_rules);
}

void
syscalls_frontend(void)
{
	bind_child(frontend_calls, frontend_rules);
}

void
syscalls_rde(void)
{
	bind_child(rde_calls, rde_rules);
}

void
syscalls_parent(void)
{
	scmp_filter_ctx filter = new_filter(ALLOW);

	if (!SANITIZED)
		add_calls(filter, KILL, parent_never_starts);
	add_calls(filter, KILL, parent_never);
	load(filter);
}
