/*
 * What the docker frontend asks the parent for.  ATTACK_CONTAINER is the container's id,
 * the attack's number its process.
 */
#include <sys/socket.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bgplbd/messages/docker_request.h"
#include "bgplbd/messages/types.h"
#include "common/channel.h"
#include "regress/lab/attack/attack.h"

#define TAG	2000000001U	/* far from the frontend's own */
#define SECONDS	5
#define TEXT_MAX	65536

static char container[OBJECT_ID_DIGITS + 1];

__attribute__((constructor))
static void
read_variable(void)
{
	const char *text = getenv("ATTACK_CONTAINER");

	if (text != NULL)
		snprintf(container, sizeof(container), "%s", text);
}

struct packet {
	struct channel_hdr	hdr;
	struct docker_reply	reply;
	char			rest[CHANNEL_PAYLOAD_MAX];
};

/* The descriptor that came with it; -1 if none did. */
static int
descriptor_of(struct msghdr *msg)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int fd = -1;

	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* The pipe of the answer to TAG; or -1 with errno. */
static int
wait_reply(int channel)
{
	union {
		struct cmsghdr	align;
		char		data[CMSG_SPACE(sizeof(int))];
	} control;
	time_t end = time(NULL) + SECONDS;
	static struct packet p;
	struct iovec iov = { &p, sizeof(p) };
	struct msghdr msg;

	while (time(NULL) < end) {
		memset(&msg, 0, sizeof(msg));
		msg.msg_iov = &iov;
		msg.msg_iovlen = 1;
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		if (recvmsg(channel, &msg, MSG_DONTWAIT) <= 0 ||
		    p.hdr.type != MSG_PARENT_DOCKER_REPLY ||
		    p.hdr.peerid != TAG)
			continue;
		errno = p.reply.error;
		return descriptor_of(&msg);
	}
	errno = ETIMEDOUT;
	return -1;
}

static size_t
read_all(int fd, char text[TEXT_MAX])
{
	time_t end = time(NULL) + SECONDS;
	size_t len = 0;
	ssize_t n;

	while (len < TEXT_MAX - 1 && time(NULL) < end) {
		n = read(fd, text + len, TEXT_MAX - 1 - len);
		if (n > 0)
			len += (size_t)n;
		else if (n == 0)
			break;
	}
	text[len] = '\0';
	return len;
}

/* An errno, "done", or what Docker answered: its status or whether the id is in it. */
static void
ask(uint32_t kind, int signal)
{
	struct docker_request r = { .kind = kind, .signal = signal };
	int channel = attack_channel("parent"), fd;
	static char text[TEXT_MAX];

	if (kind != DOCKER_LIST_CONTAINERS && kind != DOCKER_LIST_STOPPED)
		memcpy(r.id.hex, container, sizeof(r.id.hex));
	if (kind == DOCKER_SIGNAL_PROCESS) {
		r.pid = (int32_t)attack_argument();
		r.started_at = INT64_MAX / 2;
	}
	if (attack_send(channel, MSG_FRONTEND_DOCKER_REQUEST, TAG, -1, &r,
	    sizeof(r)) == -1) {
		attack_result(-1);
		return;
	}
	fd = wait_reply(channel);
	if (fd == -1) {
		attack_result(errno == 0 ? 0 : -1);
		return;
	}
	read_all(fd, text);
	close(fd);
	if (kind == DOCKER_LIST_CONTAINERS || kind == DOCKER_LIST_STOPPED)
		attack_tell("%s", strstr(text, container) == NULL ?
		    "not listed" : "listed");
	else
		attack_tell("%.12s", text);
}

ATTACK(list_containers)
{
	ask(DOCKER_LIST_CONTAINERS, 0);
}

ATTACK(list_stopped)
{
	ask(DOCKER_LIST_STOPPED, 0);
}

ATTACK(inspect_container)
{
	ask(DOCKER_INSPECT_CONTAINER, 0);
}

ATTACK(inspect_stopped)
{
	ask(DOCKER_INSPECT_STOPPED, 0);
}

ATTACK(inspect_connected)
{
	ask(DOCKER_INSPECT_CONNECTED, 0);
}

ATTACK(kill_container)
{
	ask(DOCKER_STOP_CONTAINER, 9);
}

ATTACK(kill_process)
{
	ask(DOCKER_SIGNAL_PROCESS, 9);
}
