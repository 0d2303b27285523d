#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "bgplbd/parent/notify.h"
#include "common/log.h"

struct watchdog {
	struct event	timer;
};

static void
send_state(const char *state, int flags)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	static bool fails;
	socklen_t len;
	int fd;
	bool failed;

	if (path == NULL || (path[0] != '/' && path[0] != '@') ||
	    strlen(path) >= sizeof(sun.sun_path))
		return;
	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	if (path[0] == '@')		/* an abstract address */
		sun.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	failed = fd == -1 || sendto(fd, state, strlen(state),
	    MSG_NOSIGNAL | flags, (struct sockaddr *)&sun, len) == -1;
	if (failed && !fails)
		log_warn("cannot notify the service manager at %s: %s", path,
		    strerror(errno));
	fails = failed;
	if (fd != -1)
		close(fd);
}

void
notify_service_manager(const char *state)
{
	send_state(state, 0);
}

/* A number of the environment's; 0 if it is none, or not above that. */
static unsigned long long
environment_number(const char *name)
{
	const char *text = getenv(name), *error;
	long long n;

	if (text == NULL)
		return 0;
	n = strtonum(text, 1, LLONG_MAX, &error);
	return error == NULL ? (unsigned long long)n : 0;
}

unsigned int
watchdog_interval_ms(void)
{
	unsigned long long ms;

	if (getenv("WATCHDOG_PID") != NULL &&
	    environment_number("WATCHDOG_PID") != (unsigned long long)getpid())
		return 0;
	ms = environment_number("WATCHDOG_USEC") / 2 / 1000;
	return ms > INT_MAX ? INT_MAX : (unsigned int)ms;
}

static void
give_sign(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	/* A sign that is late is of no use. */
	send_state("WATCHDOG=1", MSG_DONTWAIT);
}

struct watchdog *
watchdog_new(struct event_base *base)
{
	unsigned int ms = watchdog_interval_ms();
	const struct timeval every = {
		.tv_sec = ms / 1000,
		.tv_usec = ms % 1000 * 1000,
	};
	struct watchdog *w;

	if (ms == 0)
		return NULL;
	w = xcalloc(1, sizeof(*w));
	if (event_assign(&w->timer, base, -1, EV_PERSIST, give_sign, w) == -1 ||
	    event_add(&w->timer, &every) == -1)
		fatalx("cannot make a timer");
	return w;
}

void
watchdog_free(struct watchdog *w)
{
	if (w == NULL)
		return;
	event_del(&w->timer);
	free(w);
}
