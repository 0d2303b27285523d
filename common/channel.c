#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "common/channel.h"
#include "common/log.h"
#include "common/memory.h"

/* Packets taken in one turn of the loop, so that a busy peer starves nobody. */
#define PACKETS_PER_TURN	64
/* From that many bytes on a queue is a burst, whose memory is given back. */
#define QUEUE_LONG		(256 * 1024)
/* What the allocator takes for a block beside its bytes, at most. */
#define BLOCK_OVERHEAD		24
/* Room for more descriptors than are allowed, to see and close them. */
#define FDS_SEEN_MAX		8

struct packet {
	TAILQ_ENTRY(packet)	entry;
	int			fd;
	struct channel_hdr	hdr;
	uint8_t			data[];
};
TAILQ_HEAD(packet_queue, packet);

enum sent {
	SENT,
	SEND_LATER,
	SEND_FAILED
};

struct channel {
	int				 fd;
	const struct channel_ops	*ops;
	void				*arg;
	struct event			 readable;
	struct event			 writable;
	struct event			 ending;
	struct packet_queue		 queue;
	size_t				 queued;	/* bytes of memory */
	size_t				 limit;
	bool				 was_long;	/* the queue, since it was empty */
	bool				 dead;
	bool				 paused;
	enum channel_end		 end;
	const char			*error;
	bool				*freed;	/* set by channel_free */
};

static void	channel_readable(evutil_socket_t, short, void *);
static void	channel_writable(evutil_socket_t, short, void *);
static void	channel_ending(evutil_socket_t, short, void *);

struct channel *
channel_new(struct event_base *base, int fd, const struct channel_ops *ops,
    void *arg, size_t limit)
{
	struct channel *c = xcalloc(1, sizeof(*c));

	c->fd = fd;
	c->ops = ops;
	c->arg = arg;
	c->limit = limit;
	c->error = "";
	TAILQ_INIT(&c->queue);
	if (evutil_make_socket_nonblocking(fd) == -1 ||
	    event_assign(&c->readable, base, fd, EV_READ | EV_PERSIST,
	    channel_readable, c) == -1 ||
	    event_assign(&c->writable, base, fd, EV_WRITE, channel_writable,
	    c) == -1 ||
	    event_assign(&c->ending, base, -1, 0, channel_ending, c) == -1 ||
	    event_add(&c->readable, NULL) == -1)
		fatal("cannot watch a channel");
	return c;
}

static void
close_fd(int fd)
{
	if (fd != -1)
		close(fd);
}

static void
drop_queue(struct channel *c)
{
	struct packet *p;

	while ((p = TAILQ_FIRST(&c->queue)) != NULL) {
		TAILQ_REMOVE(&c->queue, p, entry);
		close_fd(p->fd);
		free(p);
	}
	c->queued = 0;
}

void
channel_free(struct channel *c)
{
	if (c == NULL)
		return;
	if (c->freed != NULL)
		*c->freed = true;
	event_del(&c->readable);
	event_del(&c->writable);
	event_del(&c->ending);
	drop_queue(c);
	close(c->fd);
	free(c);
}

/* The owner hears of it from the loop, never from inside its own call. */
static void
kill_channel(struct channel *c, enum channel_end end, const char *error)
{
	if (c->dead)
		return;
	c->dead = true;
	c->end = end;
	c->error = error;
	drop_queue(c);
	event_del(&c->readable);
	event_del(&c->writable);
	event_active(&c->ending, EV_TIMEOUT, 1);
}

static void
channel_ending(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = arg;

	(void)fd;
	(void)what;
	c->ops->end(c, c->end, c->arg);
}

/*
 * Takes the descriptors out of a received packet.  Returns how many there were;
 * only the first is kept, in *fd.
 */
static unsigned int
take_fds(struct msghdr *msg, int *fd)
{
	struct cmsghdr *cmsg;
	unsigned int i, n, total = 0;
	int received;

	*fd = -1;
	for (cmsg = CMSG_FIRSTHDR(msg); cmsg != NULL;
	    cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET ||
		    cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		n = (unsigned int)((cmsg->cmsg_len - CMSG_LEN(0)) /
		    sizeof(int));
		for (i = 0; i < n; i++) {
			memcpy(&received, CMSG_DATA(cmsg) + i * sizeof(int),
			    sizeof(int));
			if (total++ == 0)
				*fd = received;
			else
				close(received);
		}
	}
	return total;
}

static const char *
packet_fault(const struct channel_hdr *hdr, size_t size, int flags,
    unsigned int nfds)
{
	if (flags & MSG_TRUNC)
		return "packet too long";
	if (nfds > 1)
		return "too many descriptors";
	if (flags & MSG_CTRUNC && nfds > 0)
		return "too many descriptors";
	if (size < sizeof(*hdr))
		return "packet too short";
	if (hdr->len != size)
		return "length in header is wrong";
	return NULL;
}

/* recvmsg(2) returns 0 for a packet without a byte as it does at the end. */
static void
end_of_file(struct channel *c)
{
	struct pollfd pfd = { .fd = c->fd, .events = POLLRDHUP };

	if (poll(&pfd, 1, 0) == 0)
		kill_channel(c, CHANNEL_BROKEN, "empty packet");
	else
		kill_channel(c, CHANNEL_EOF, "closed");
}

/* Takes one packet.  False if there is none, or the channel has ended or is freed. */
static bool
receive_packet(struct channel *c)
{
	alignas(max_align_t) uint8_t
	    buf[sizeof(struct channel_hdr) + CHANNEL_PAYLOAD_MAX];
	alignas(struct cmsghdr) char
	    control[CMSG_SPACE(FDS_SEEN_MAX * sizeof(int))];
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct channel_hdr hdr = { .type = 0 };
	struct message m;
	const char *fault;
	bool freed = false;
	ssize_t n;
	int fd;

	n = recvmsg(c->fd, &msg, MSG_CMSG_CLOEXEC);
	if (n == -1) {
		if (errno == ECONNRESET)
			kill_channel(c, CHANNEL_EOF, "closed");
		else if (errno != EAGAIN && errno != EINTR)
			kill_channel(c, CHANNEL_IO, strerrordesc_np(errno));
		return false;
	}
	if (n == 0) {
		(void)take_fds(&msg, &fd);
		close_fd(fd);
		end_of_file(c);
		return false;
	}
	memcpy(&hdr, buf, (size_t)n < sizeof(hdr) ? (size_t)n : sizeof(hdr));
	fault = packet_fault(&hdr, (size_t)n, msg.msg_flags,
	    take_fds(&msg, &fd));
	if (fault != NULL) {
		close_fd(fd);
		kill_channel(c, CHANNEL_BROKEN, fault);
		return false;
	}
	m.type = hdr.type;
	m.peerid = hdr.peerid;
	m.data = buf + sizeof(hdr);
	m.len = (size_t)n - sizeof(hdr);
	m.fd = fd;
	c->freed = &freed;
	c->ops->receive(c, &m, c->arg);
	if (freed)
		return false;
	c->freed = NULL;
	return !c->dead && !c->paused;
}

static void
channel_readable(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = arg;
	unsigned int i;

	(void)fd;
	(void)what;
	for (i = 0; i < PACKETS_PER_TURN; i++)
		if (!receive_packet(c))
			break;
}

/* The memory of a packet in the queue: of short ones most is not payload. */
static size_t
packet_size(const struct channel_hdr *hdr)
{
	return sizeof(struct packet) + hdr->len - sizeof(*hdr) +
	    BLOCK_OVERHEAD;
}

static enum sent
send_packet(struct channel *c, const struct channel_hdr *hdr,
    const void *data, int fd)
{
	alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov[2] = {
		{ .iov_base = (void *)(uintptr_t)hdr,
		    .iov_len = sizeof(*hdr) },
		{ .iov_base = (void *)(uintptr_t)data,
		    .iov_len = hdr->len - sizeof(*hdr) },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	struct cmsghdr *cmsg;

	if (fd != -1) {
		memset(control, 0, sizeof(control));
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_len = CMSG_LEN(sizeof(int));
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	}
	if (sendmsg(c->fd, &msg, MSG_NOSIGNAL) != -1)
		return SENT;
	/* So many of this user's wait in sockets of the host, whoever sent them. */
	if (errno == ETOOMANYREFS && fd != -1)
		return send_packet(c, hdr, data, -1);
	if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS)
		return SEND_LATER;
	return SEND_FAILED;
}

/*
 * What the other end sent before it closed may still wait to be read, so a closed
 * channel ends at the reader; a paused one has no reader.
 */
static void
send_failed(struct channel *c, int error)
{
	drop_queue(c);
	if (error != EPIPE && error != ECONNRESET)
		kill_channel(c, CHANNEL_IO, strerrordesc_np(error));
	else if (c->paused)
		kill_channel(c, CHANNEL_EOF, "closed");
}

static void
channel_writable(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = arg;
	struct packet *p;

	(void)fd;
	(void)what;
	while ((p = TAILQ_FIRST(&c->queue)) != NULL) {
		switch (send_packet(c, &p->hdr, p->data, p->fd)) {
		case SEND_LATER:
			event_add(&c->writable, NULL);
			return;
		case SEND_FAILED:
			send_failed(c, errno);
			return;
		case SENT:
			break;
		}
		TAILQ_REMOVE(&c->queue, p, entry);
		c->queued -= packet_size(&p->hdr);
		close_fd(p->fd);
		free(p);
	}
	if (c->was_long)
		memory_give_back();
	c->was_long = false;
	if (c->ops->drained != NULL)
		c->ops->drained(c, c->arg);
}

static int
enqueue(struct channel *c, const struct channel_hdr *hdr, const void *data,
    int fd)
{
	struct packet *p;

	if (c->limit > 0 && c->queued + packet_size(hdr) > c->limit) {
		close_fd(fd);
		kill_channel(c, CHANNEL_FULL, "the other end does not read");
		errno = ENOBUFS;
		return -1;
	}
	p = xmalloc(sizeof(*p) + hdr->len - sizeof(*hdr));
	p->fd = fd;
	p->hdr = *hdr;
	if (hdr->len > sizeof(*hdr))
		memcpy(p->data, data, hdr->len - sizeof(*hdr));
	TAILQ_INSERT_TAIL(&c->queue, p, entry);
	c->queued += packet_size(hdr);
	if (c->queued >= QUEUE_LONG)
		c->was_long = true;
	event_add(&c->writable, NULL);
	return 0;
}

int
channel_send(struct channel *c, uint32_t type, uint32_t peerid, int fd,
    const void *data, size_t len)
{
	struct channel_hdr hdr = {
		.type = type,
		.len = (uint32_t)(sizeof(hdr) + len),
		.peerid = peerid,
		.pid = (uint32_t)getpid(),
	};

	if (c->dead || len > CHANNEL_PAYLOAD_MAX) {
		close_fd(fd);
		errno = c->dead ? EPIPE : EMSGSIZE;
		return -1;
	}
	if (!TAILQ_EMPTY(&c->queue))
		return enqueue(c, &hdr, data, fd);
	switch (send_packet(c, &hdr, data, fd)) {
	case SENT:
		close_fd(fd);
		return 0;
	case SEND_LATER:
		return enqueue(c, &hdr, data, fd);
	case SEND_FAILED:
		break;
	}
	send_failed(c, errno);
	close_fd(fd);
	errno = EPIPE;
	return -1;
}

bool
channel_is_idle(const struct channel *c)
{
	return TAILQ_EMPTY(&c->queue);
}

size_t
channel_queued(const struct channel *c)
{
	return c->queued;
}

int
channel_fd(const struct channel *c)
{
	return c->fd;
}

const char *
channel_error(const struct channel *c)
{
	return c->error;
}

void
channel_pause(struct channel *c)
{
	c->paused = true;
	event_del(&c->readable);
}

void
channel_resume(struct channel *c)
{
	c->paused = false;
	if (!c->dead)
		event_add(&c->readable, NULL);
}

void
channel_set_paused(struct channel *c, bool paused)
{
	if (paused == c->paused)
		return;
	if (paused)
		channel_pause(c);
	else
		channel_resume(c);
}

int
channel_pair(int fds[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds);
}
