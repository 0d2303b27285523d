#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/un.h>

#include <netinet/in.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/parent/directory.h"
#include "bgplbd/parent/neighbor_socket.h"
#include "bgplbd/parent/passwords.h"
#include "bgplbd/parent/sockets.h"
#include "bgplbd/tcp_options.h"
#include "common/log.h"

/* What stands at a path where a socket is wanted. */
enum occupant {
	OCCUPANT_NONE,
	OCCUPANT_STALE,		/* a socket that nobody listens on */
	OCCUPANT_ALIVE,
	OCCUPANT_OTHER,		/* not a socket */
	OCCUPANT_UNKNOWN	/* see errno */
};

static enum occupant
probe(const struct sockaddr_un *sun, int type)
{
	struct stat st;
	int error, fd, rc;

	if (lstat(sun->sun_path, &st) == -1)
		return errno == ENOENT ? OCCUPANT_NONE : OCCUPANT_UNKNOWN;
	if (!S_ISSOCK(st.st_mode))
		return OCCUPANT_OTHER;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return OCCUPANT_UNKNOWN;
	rc = connect(fd, (const struct sockaddr *)sun, sizeof(*sun));
	error = errno;
	close(fd);
	if (rc == 0)
		return OCCUPANT_ALIVE;
	errno = error;
	switch (error) {
	case ECONNREFUSED:
		return OCCUPANT_STALE;
	case ENOENT:
		return OCCUPANT_NONE;
	case EAGAIN:		/* its backlog is full */
	case EPROTOTYPE:	/* a listener of another kind */
		return OCCUPANT_ALIVE;
	default:
		return OCCUPANT_UNKNOWN;
	}
}

/* Makes the path free.  0, or -1 after logging why it cannot be. */
static int
make_way(const struct sockaddr_un *sun, int type)
{
	const char *path = sun->sun_path;

	switch (probe(sun, type)) {
	case OCCUPANT_NONE:
		return 0;
	case OCCUPANT_STALE:
		log_debug("%s is left over from a daemon that is gone", path);
		if (unlink(path) == 0 || errno == ENOENT)
			return 0;
		log_error("cannot remove %s: %s", path, strerror(errno));
		return -1;
	case OCCUPANT_ALIVE:
		log_error("another bgplbd (or something else) answers on %s: "
		    "stop it, or set another path", path);
		return -1;
	case OCCUPANT_OTHER:
		log_error("%s is in the way: it is not a socket, so bgplbd "
		    "does not remove it", path);
		return -1;
	case OCCUPANT_UNKNOWN:
		break;
	}
	log_error("cannot tell whether %s is in use: %s", path,
	    strerror(errno));
	return -1;
}

static int
bind_unix(int fd, const struct sockaddr_un *sun, struct socket_file *file)
{
	mode_t mask = umask(0177);
	struct stat st;
	int error, rc;

	rc = bind(fd, (const struct sockaddr *)sun, sizeof(*sun));
	error = errno;
	umask(mask);
	errno = error;
	if (rc == -1 || lstat(sun->sun_path, &st) == -1)
		return -1;
	if (file->path[0] == '\0')
		strlcpy(file->path, sun->sun_path, sizeof(file->path));
	file->dev = st.st_dev;
	file->ino = st.st_ino;
	return listen(fd, SOMAXCONN);
}

/* Returns the listening socket, or -1 after logging. */
static int
open_unix(const char *path, int type, struct socket_file *file)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	file->type = type;
	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	if (directory_make_for(path, 0711) == -1) {
		log_error("cannot make the directory of %s: %s", path,
		    strerror(errno));
		return -1;
	}
	if (make_way(&sun, type) == -1)
		return -1;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 || bind_unix(fd, &sun, file) == -1) {
		log_error("cannot listen on %s: %s", path, strerror(errno));
		if (fd != -1)
			close(fd);
		return -1;
	}
	return fd;
}

static int
bind_tcp(int fd, const struct address *addr, uint16_t port)
{
	struct sockaddr_storage sa;
	const int on = 1;
	socklen_t len = address_to_sockaddr(addr, port, 0, &sa);

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1)
		return -1;
	if (addr->afi == AFI_IPV6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
	    &on, sizeof(on)) == -1)
		return -1;
	return bind(fd, (struct sockaddr *)&sa, len);
}

/* The kernel asks for the passwords that it knows. */
static void
set_passwords(int fd, enum afi afi, const struct settings *settings,
    bool *unprotected)
{
	const struct neighbor_settings *n;
	char text[NEIGHBOR_TEXT_MAX];
	size_t i;

	for (i = 0; i < settings->nneighbors; i++) {
		n = &settings->neighbors[i];
		if (n->addr.afi != afi || !n->has_password ||
		    neighbor_socket_set_password(fd, n,
		    passwords_of(settings->passwords, i)) == 0)
			continue;
		log_error("neighbor %s: cannot set TCP MD5 on the listening "
		    "socket, so it may not connect: %s",
		    neighbor_settings_name(n, text), strerror(errno));
		unprotected[i] = true;
	}
}

/*
 * 0, and *fd is the listening socket, or -1 where the kernel has no such family;
 * or -1 after logging.
 */
static int
open_tcp(const struct address *addr, const struct settings *settings,
    bool *unprotected, int *fd)
{
	const uint16_t port = (uint16_t)settings->listen_port;
	char text[ADDRESS_STRLEN];

	address_format(addr, text);
	*fd = socket(addr->afi == AFI_IPV4 ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
	if (*fd == -1 && errno == EAFNOSUPPORT) {
		log_warn("this kernel cannot listen on %s, port %u: %s", text,
		    port, strerror(errno));
		return 0;
	}
	if (*fd != -1 && bind_tcp(*fd, addr, port) == 0) {
		tcp_options_set_listening(*fd, addr->afi);
		set_passwords(*fd, addr->afi, settings, unprotected);
		if (listen(*fd, SOMAXCONN) == 0)
			return 0;
	}
	log_error("cannot listen on %s, port %u: %s", text, port,
	    strerror(errno));
	return -1;
}

static int
open_tcp_sockets(struct sockets *s, const struct settings *settings)
{
	const struct address any4 = { .afi = AFI_IPV4 };
	const struct address any6 = { .afi = AFI_IPV6 };
	const struct address *addr = &settings->listen_address;

	if (settings->listen_port < 0)
		return 0;
	switch (addr->afi) {
	case AFI_IPV4:
		return open_tcp(addr, settings, s->unprotected, &s->listen4);
	case AFI_IPV6:
		return open_tcp(addr, settings, s->unprotected, &s->listen6);
	default:
		if (open_tcp(&any4, settings, s->unprotected,
		    &s->listen4) == -1)
			return -1;
		return open_tcp(&any6, settings, s->unprotected, &s->listen6);
	}
}

int
sockets_open(struct sockets *s, const struct settings *settings)
{
	memset(s, 0, sizeof(*s));
	s->plugin = s->control = s->listen4 = s->listen6 = -1;

	s->control = open_unix(settings->control_socket, SOCK_SEQPACKET,
	    &s->control_file);
	if (s->control != -1)
		s->plugin = open_unix(settings->plugin_socket, SOCK_STREAM,
		    &s->plugin_file);
	if (s->plugin != -1 && open_tcp_sockets(s, settings) == 0)
		return 0;
	sockets_close(s);
	sockets_remove_files(s);
	return -1;
}

/* True if ours stands at the path; else *ino is what does, 0 for nothing. */
static bool
stands(const struct socket_file *file, ino_t *ino)
{
	struct stat st;

	*ino = 0;
	if (lstat(file->path, &st) == -1)
		return false;
	*ino = st.st_ino;
	return st.st_dev == file->dev && st.st_ino == file->ino;
}

/*
 * Whether nothing is in the way any more.  A socket on which nobody listens yet may be
 * about to be listened on; one that stays so is left over.
 */
static bool
way_is_free(struct socket_file *file, const struct sockaddr_un *sun, ino_t ino)
{
	const char *what = "something else";
	bool is_same = file->stranger == ino;

	file->stranger = ino;
	switch (probe(sun, file->type)) {
	case OCCUPANT_NONE:
		return true;
	case OCCUPANT_STALE:
		if (is_same && file->in_trouble)
			return unlink(sun->sun_path) == 0;
		what = "a socket on which nobody listens";
		break;
	case OCCUPANT_ALIVE:
		what = "a socket of another program";
		break;
	case OCCUPANT_OTHER:
	case OCCUPANT_UNKNOWN:
		break;
	}
	if (!file->in_trouble)
		log_error("%s was removed, and %s is in its place: who calls "
		    "bgplbd there does not reach it; remove that, and the "
		    "socket is put back", file->path, what);
	file->in_trouble = true;
	return false;
}

/* The new socket, or -1 with errno. */
static int
put_back(struct socket_file *file, const struct sockaddr_un *sun)
{
	int error, fd;

	if (directory_make_for(file->path, 0711) == -1)
		return -1;
	fd = socket(AF_UNIX, file->type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 || bind_unix(fd, sun, file) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int
sockets_look(struct sockets *s, enum listener which)
{
	struct socket_file *file = which == LISTENER_PLUGIN ?
	    &s->plugin_file : &s->control_file;
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	ino_t ino;
	int fd;

	if (file->path[0] == '\0')
		return -1;
	if (stands(file, &ino)) {
		if (file->in_trouble)
			log_info("%s is there again", file->path);
		file->in_trouble = false;
		return -1;
	}
	strlcpy(sun.sun_path, file->path, sizeof(sun.sun_path));
	if (!way_is_free(file, &sun, ino))
		return -1;
	fd = put_back(file, &sun);
	if (fd != -1) {
		log_warn("%s was removed, and is put back", file->path);
		file->in_trouble = false;
	} else if (!file->in_trouble) {
		log_error("%s was removed, and cannot be put back: %s",
		    file->path, strerror(errno));
		file->in_trouble = true;
	}
	return fd;
}

static void
close_one(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

void
sockets_close_one(struct sockets *s, enum listener which)
{
	close_one(which == LISTENER_PLUGIN ? &s->plugin : &s->control);
}

void
sockets_close(struct sockets *s)
{
	close_one(&s->plugin);
	close_one(&s->control);
	close_one(&s->listen4);
	close_one(&s->listen6);
}

static void
remove_file(struct socket_file *file)
{
	struct stat st;

	if (file->path[0] == '\0')
		return;
	if (lstat(file->path, &st) == 0 && st.st_dev == file->dev &&
	    st.st_ino == file->ino && unlink(file->path) == -1)
		log_warn("cannot remove %s: %s", file->path, strerror(errno));
	file->path[0] = '\0';
}

void
sockets_remove_files(struct sockets *s)
{
	remove_file(&s->plugin_file);
	remove_file(&s->control_file);
}
