#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/parent/sole_instance.h"
#include "common/log.h"

/* For one that is about to listen, or to end. */
#define TRIES		20
#define TRY_US		50000

enum holder {
	HOLDER_BGPLBD,		/* root listens */
	HOLDER_STRANGER,	/* somebody else does */
	HOLDER_UNKNOWN		/* nobody does, or no longer */
};

static socklen_t
mark_address(struct sockaddr_un *sun)
{
	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	memcpy(sun->sun_path + 1, SOLE_INSTANCE_NAME,
	    sizeof(SOLE_INSTANCE_NAME) - 1);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    sizeof(SOLE_INSTANCE_NAME));
}

static int
mark_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* The kernel tells of the one that called listen(2). */
static enum holder
find_holder(struct ucred *cred)
{
	struct sockaddr_un sun;
	socklen_t len = mark_address(&sun), size = sizeof(*cred);
	enum holder result = HOLDER_UNKNOWN;
	int fd = mark_socket();

	if (fd == -1)
		return HOLDER_UNKNOWN;
	if (connect(fd, (struct sockaddr *)&sun, len) == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, cred, &size) == 0)
		result = cred->uid == 0 ? HOLDER_BGPLBD : HOLDER_STRANGER;
	close(fd);
	return result;
}

static void
refuse(const struct ucred *cred)
{
	if (cred->pid != 0)
		log_error("another bgplbd runs in this network namespace, "
		    "process %d: two would manage the same links and routes, "
		    "so end one of them, the service (systemctl stop bgplbd) "
		    "or the managed plugin (docker plugin disable)",
		    (int)cred->pid);
	else
		log_error("another bgplbd runs in this network namespace, in "
		    "another PID namespace, as a managed plugin and the host "
		    "have: two would manage the same links and routes, so end "
		    "one of them, the service (systemctl stop bgplbd) or the "
		    "managed plugin (docker plugin disable)");
}

static void
go_without(const char *why)
{
	log_warn("a second bgplbd in this network namespace would not be "
	    "noticed: %s", why);
}

/* 0, or an errno; *holder and *cred tell of EADDRINUSE. */
static int
take_mark(int fd, enum holder *holder, struct ucred *cred)
{
	struct sockaddr_un sun;
	socklen_t len = mark_address(&sun);
	int error = 0, i;

	*holder = HOLDER_UNKNOWN;
	for (i = 0; i < TRIES; i++) {
		error = bind(fd, (struct sockaddr *)&sun, len) == 0 &&
		    listen(fd, SOMAXCONN) == 0 ? 0 : errno;
		if (error != EADDRINUSE)
			return error;
		*holder = find_holder(cred);
		if (*holder == HOLDER_STRANGER)
			return error;
		usleep(TRY_US);
	}
	return error;
}

int
sole_instance(int *fd)
{
	enum holder holder = HOLDER_UNKNOWN;
	struct ucred cred;
	int error;

	*fd = mark_socket();
	error = *fd == -1 ? errno : take_mark(*fd, &holder, &cred);
	if (error == 0)
		return 0;
	if (*fd != -1)
		close(*fd);
	*fd = -1;
	if (error == EADDRINUSE && holder == HOLDER_BGPLBD) {
		refuse(&cred);
		return -1;
	}
	if (error == EADDRINUSE)
		go_without("somebody who is not root has taken the abstract "
		    "socket that marks this one");
	else
		go_without(strerror(error));
	return 0;
}

void
sole_instance_looked_at(int fd)
{
	unsigned int i;
	int peer;

	for (i = 0; i < SOLE_INSTANCE_LOOKS_MAX; i++) {
		peer = accept(fd, NULL, NULL);
		if (peer == -1)
			return;
		close(peer);
	}
}
