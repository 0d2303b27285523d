#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>

#include <linux/rtnetlink.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#include "bgplbd/rde/gate_check.h"
#include "bgplbd/rde/kernel.h"
#include "bgplbd/rde/kernel_gate.h"
#include "common/clock.h"
#include "common/log.h"

/* The kernel makes dump messages up to 32 KB if the reader takes them. */
#define RECEIVE_MAX		(32 * 1024)
#define DUMP_ATTEMPTS		8
/* Never waited for in practice; a kernel that loses an answer must not hang us. */
#define SLOW_MS		1000	/* a request that is told of */
#define ANSWER_SECONDS		5
#define ERROR_MAX		192

struct kernel {
	struct mnl_socket	*socket;
	struct kernel_gate	*gate;
	uint32_t		 seq;
	uint64_t		 spent_ns;
	uint32_t		 last_member;	/* id that was claimed; 0: none */
	uint32_t		 last_group;
	struct kernel_ingress	 ingress;
	char			 error[ERROR_MAX];
	_Alignas(struct nlmsghdr) char buf[RECEIVE_MAX];
};

static int
set_options(int fd)
{
	struct timeval timeout = { .tv_sec = ANSWER_SECONDS };
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int on = 1;

	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout,
	    sizeof(timeout)) == -1)
		return -1;
	/* Kernels before 4.20 lack some of these; then errors say less. */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on,
	    sizeof(on));
	return 0;
}

int
kernel_socket(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int error;

	if (fd != -1 && set_options(fd) == -1) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

struct kernel *
kernel_open(int fd)
{
	struct kernel *k = xcalloc(1, sizeof(*k));

	k->gate = kernel_gate_new();
	if ((k->socket = mnl_socket_fdopen(fd)) != NULL)
		return k;
	kernel_close(k);
	return NULL;
}

void
kernel_close(struct kernel *k)
{
	if (k == NULL)
		return;
	if (k->socket != NULL)
		mnl_socket_close(k->socket);
	kernel_gate_free(k->gate);
	free(k);
}

void
kernel_allow(struct kernel *k, const struct settings *settings)
{
	kernel_gate_set(k->gate, settings);
}

void
kernel_observe(struct kernel *k, const struct nlmsghdr *nlh)
{
	kernel_gate_hear(k->gate, nlh);
}

const char *
kernel_error(const struct kernel *k)
{
	return k->error;
}

uint64_t
kernel_spent_us(const struct kernel *k)
{
	return k->spent_ns / 1000;
}

uint32_t *
kernel_last_member(struct kernel *k)
{
	return &k->last_member;
}

uint32_t *
kernel_last_group(struct kernel *k)
{
	return &k->last_group;
}

struct kernel_ingress *
kernel_ingress(struct kernel *k)
{
	return &k->ingress;
}

static int
fail_with(struct kernel *k, int error, const char *text)
{
	strlcpy(k->error, strerror(error), sizeof(k->error));
	if (text[0] != '\0')
		strlcat(k->error, ": ", sizeof(k->error));
	strlcat(k->error, text, sizeof(k->error));
	errno = error;
	return -1;
}

int
kernel_failed(struct kernel *k, const char *fmt, ...)
{
	char what[ERROR_MAX], why[ERROR_MAX];
	int error = errno;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	strlcpy(why, k->error, sizeof(why));
	strlcpy(k->error, what, sizeof(k->error));
	strlcat(k->error, ": ", sizeof(k->error));
	strlcat(k->error, why, sizeof(k->error));
	errno = error;
	return -1;
}

/* One datagram from the kernel, which is port 0; anybody else's is dropped. */
static ssize_t
receive(struct kernel *k)
{
	struct sockaddr_nl from;
	struct iovec iov = { .iov_base = k->buf, .iov_len = sizeof(k->buf) };
	struct msghdr msg = {
		.msg_name = &from,
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t n;

	for (;;) {
		msg.msg_namelen = sizeof(from);
		n = recvmsg(mnl_socket_get_fd(k->socket), &msg, 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return fail_with(k, errno == EAGAIN ? ETIMEDOUT :
			    errno, "no answer from the kernel");
		if (msg.msg_namelen != sizeof(from) || from.nl_pid != 0)
			continue;
		if (msg.msg_flags & MSG_TRUNC)
			return fail_with(k, EMSGSIZE,
			    "the kernel's answer is too long");
		return n;
	}
}

enum progress {
	MORE,
	COMPLETE,
	FAILED
};

struct exchange {
	kernel_take	 take;
	void		*arg;
	int		 refused;	/* errno of take; the rest is read all the same */
	bool		 interrupted;
};

static enum progress
take_message(struct kernel *k, const struct nlmsghdr *nlh,
    struct exchange *x)
{
	char text[ERROR_MAX];
	int error;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		x->interrupted = true;
	switch (nlh->nlmsg_type) {
	case NLMSG_NOOP:
		return MORE;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		if (netlink_reply_parse(nlh, &error, text,
		    sizeof(text)) == -1)
			(void)fail_with(k, errno,
			    "malformed answer from the kernel");
		else if (error != 0)
			(void)fail_with(k, error, text);
		else if (x->refused != 0)
			(void)fail_with(k, x->refused,
			    "cannot take the kernel's answer");
		else
			return COMPLETE;
		return FAILED;
	default:
		kernel_gate_learn(k->gate, nlh);
		if (x->take != NULL && x->refused == 0 &&
		    x->take(nlh, x->arg) == -1)
			x->refused = errno;
		return MORE;
	}
}

static int	converse(struct kernel *, union netlink_request *,
		    struct exchange *);

/* What the gate has to know first is asked for; such questions it lets pass. */
static int
send_request(struct kernel *k, union netlink_request *req)
{
	struct kernel_gate_pass pass = { .questions = 0 };
	struct exchange answer = { .take = NULL };
	union netlink_request question;

	for (;;) {
		req->hdr.nlmsg_seq = ++k->seq;
		switch (kernel_gate_send(k->gate,
		    mnl_socket_get_fd(k->socket), req, &pass, &question)) {
		case KERNEL_GATE_SENT:
			return 0;
		case KERNEL_GATE_ASK:
			if (converse(k, &question, &answer) == -1)
				return -1;
			break;
		case KERNEL_GATE_REFUSED:
			return fail_with(k, EPERM, kernel_gate_reason(k->gate));
		case KERNEL_GATE_FAILED:
			return fail_with(k, errno,
			    "cannot send to the kernel");
		}
	}
}

static int
converse(struct kernel *k, union netlink_request *req, struct exchange *x)
{
	const struct nlmsghdr *nlh;
	ssize_t n;
	int left;

	if (send_request(k, req) == -1)
		return -1;
	for (;;) {
		if ((n = receive(k)) == -1)
			return -1;
		left = (int)n;
		for (nlh = (const struct nlmsghdr *)k->buf;
		    netlink_is_whole(nlh, left);
		    nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_seq != k->seq)
				continue;
			switch (take_message(k, nlh, x)) {
			case MORE:
				break;
			case COMPLETE:
				kernel_gate_done(k->gate, req);
				return 0;
			case FAILED:
				return -1;
			}
		}
	}
}

static int
exchange(struct kernel *k, union netlink_request *req, struct exchange *x)
{
	uint64_t began = clock_ns(), spent;
	uint16_t type = req->hdr.nlmsg_type;
	int result = converse(k, req, x), error = errno;

	spent = clock_ns() - began;
	k->spent_ns += spent;
	if (spent >= (uint64_t)SLOW_MS * CLOCK_NS_PER_MS)
		log_warn("the kernel took %.1f s for %s: others on this machine "
		    "work on links or namespaces, which it does one by one",
		    (double)spent / CLOCK_NS_PER_MS / 1000,
		    gate_request_text(type));
	errno = error;
	return result;
}

int
kernel_request(struct kernel *k, union netlink_request *req,
    kernel_take take, void *arg)
{
	struct exchange x = { .take = take, .arg = arg };

	return exchange(k, req, &x);
}

int
kernel_dump(struct kernel *k, union netlink_request *req, kernel_take take,
    void (*restart)(void *), void *arg)
{
	struct exchange x = { .take = take, .arg = arg };
	unsigned int i;

	for (i = 0; i < DUMP_ATTEMPTS; i++) {
		x.interrupted = false;
		if (exchange(k, req, &x) == -1)
			return errno == ENOENT ? 0 : -1;
		if (!x.interrupted)
			return 0;
		restart(arg);
	}
	return fail_with(k, EAGAIN, "the tables change too fast to be read");
}
