/*
 * bgplbd announces the addresses of healthy Docker containers to BGP routers.
 *
 * The daemon is four processes.  This one, the parent, is root.  It reads the
 * configuration (configuration.h), opens the sockets that need a privilege or a
 * path (sockets.h), forks the other three (spawn.h), gives up every capability
 * but one (sandbox.h) and the system calls it never makes (syscalls.h), and then
 * serves them (parent.h):
 *
 *	session engine		speaks BGP with the neighbors, by the sockets that
 *				the parent makes
 *	docker frontend		answers Docker's plugin calls, reads what Docker
 *				tells, and takes bgplbctl's connections
 *	route decision engine	decides what is announced, keeps bridges, veths
 *				and routes in the kernel
 *
 * Each pair of them is joined by a channel (common/channel.h), on which they say
 * what bgplbd/messages/types.h lists.  The children never see a path: each runs as
 * a user of its own in an empty root directory with the descriptors it was given,
 * and the kernel holds it to the system calls of its work.
 *
 * What the parent does after the start is little, on purpose, for it is root:
 *
 *	frontend -> parent	one of a closed list of requests to Docker; the
 *				parent writes the HTTP request and relays the
 *				answer's bytes into a pipe; of Docker's lists it
 *				reads the ids, for containers that are not in our
 *				networks are none of the frontend's business
 *				(docker_broker.h, relay.h); while an engine runs
 *				(engine_sign.h); or SIGTERM and SIGKILL to the
 *				process of a container's run (process_signal.h)
 *	session -> parent	to begin a connection to a neighbor of the
 *				settings; the socket is handed over, and its
 *				password stays here (connect_broker.h)
 *	parent -> frontend	a socket, when the file of the plugin or control
 *				socket was removed and is put back (socket_watch.h)
 *	rde -> parent		the list of withdrawn prefixes, to be written to
 *				the state file (state_file.h)
 *	signals			the order of the end: frontend, session, rde.  A
 *				child that dies ends the daemon, and the service
 *				manager starts it anew
 *	all -> parent		that they still run (overseer.h); one that hangs
 *				is killed, and ends the daemon like one that died.
 *				The parent itself gives the service manager
 *				signs of life (notify.h)
 *
 * It parses nothing that comes from the network, from Docker or from bgplbctl.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "bgplbd/frontend/frontend.h"
#include "bgplbd/parent/configuration.h"
#include "bgplbd/parent/liveness.h"
#include "bgplbd/parent/parent.h"
#include "bgplbd/parent/sandbox_user.h"
#include "bgplbd/parent/title.h"
#include "bgplbd/rde/rde.h"
#include "bgplbd/session/session.h"
#include "common/log.h"
#include "common/log_output.h"
#include "common/memory.h"

static void
start_session(const struct settings *settings,
    const struct child_channels *channels, const struct sockets *sockets)
{
	const struct session_fds fds = {
		.parent = channels->parent,
		.rde = channels->sibling[CHILD_RDE],
		.frontend = channels->sibling[CHILD_FRONTEND],
		.listen4 = sockets->listen4,
		.listen6 = sockets->listen6,
		.unprotected = sockets->unprotected,
	};

	session_run(settings, &fds);
}

static void
start_frontend(const struct settings *settings,
    const struct child_channels *channels, const struct sockets *sockets)
{
	const struct frontend_fds fds = {
		.parent = channels->parent,
		.rde = channels->sibling[CHILD_RDE],
		.session = channels->sibling[CHILD_SESSION],
		.plugin = sockets->plugin,
		.control = sockets->control,
	};

	frontend_run(settings, &fds);
}

static void
start_rde(const struct settings *settings,
    const struct child_channels *channels, const struct sockets *sockets)
{
	const struct rde_fds fds = {
		.parent = channels->parent,
		.session = channels->sibling[CHILD_SESSION],
		.frontend = channels->sibling[CHILD_FRONTEND],
		.netlink = sockets->netlink,
		.netlink_monitor = sockets->netlink_monitor,
	};

	rde_run(settings, &fds);
}

static void
open_netlink(struct sockets *own)
{
	rde_open_netlink(&own->netlink, &own->netlink_monitor);
}

static const struct child_program children[CHILDREN] = {
	[CHILD_FRONTEND] = { NULL, start_frontend },
	[CHILD_SESSION] = { NULL, start_session },
	[CHILD_RDE] = { open_netlink, start_rde },
};

static void __attribute__((noreturn))
usage(void)
{
	fprintf(stderr, "usage: bgplbd [-nVv] [-f file]\n");
	exit(1);
}

/* A descriptor of ours must not become standard error. */
static void
open_standard_fds(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

/* For libevent, which does not always say so when there is no memory. */
static void *
reallocate(void *p, size_t size)
{
	return xreallocarray(p, size, 1);
}

/* file: what -f says, or NULL.  0, or -1 after telling each mistake. */
static int
read_configuration(const char *file, struct settings *settings)
{
	int rc;

	if (file == NULL && access(DEFAULT_CONF_FILE, F_OK) == 0)
		file = DEFAULT_CONF_FILE;
	if (file != NULL)
		rc = configuration_from_file(file, settings, stderr);
	else
		rc = configuration_from_environment(settings, stderr);
	configuration_wipe_environment();
	return rc;
}

/*
 * For -n.  Users that are missing are not the settings' fault, and may be made on
 * another machine than this one.
 */
static void
report_settings(const struct settings *settings, int verbose)
{
	struct sandbox_users users;

	if (verbose)
		configuration_print(settings, stdout);
	fflush(stdout);
	fprintf(stderr, "configuration OK\n");
	if (sandbox_users_find(&users, log_warn) == -1)
		log_warn("bgplbd does not start on this machine until its "
		    "users are as it needs them");
}

int
main(int argc, char *argv[])
{
	struct settings settings;
	const char *file = NULL;
	bool check_only = false;
	int ch, status, verbose = 0;

	open_standard_fds();
	log_init("parent", 0);
	while ((ch = getopt(argc, argv, "f:nVv")) != -1) {
		switch (ch) {
		case 'f':
			file = optarg;
			break;
		case 'n':
			check_only = true;
			break;
		case 'V':
			printf("bgplbd %s\n", VERSION);
			return 0;
		case 'v':
			verbose = 1;
			break;
		default:
			usage();
		}
	}
	if (argc != optind)
		usage();
	log_init("parent", verbose);
	memory_init();
	event_set_mem_functions(xmalloc, reallocate, free);

	if (read_configuration(file, &settings) == -1)
		return 1;
	if (settings.nneighbors == 0)
		log_warn("no neighbor is configured, so nothing is announced: "
		    "write \"neighbor\" into bgplbd.conf, or set "
		    "PEER_ADDRESS and PEER_AS");
	if (check_only) {
		report_settings(&settings, verbose);
		configuration_free(&settings);
		return 0;
	}
	if (geteuid() != 0)
		fatalx("bgplbd has to be started by root; its processes give "
		    "up what they do not need");
	if (close_range(STDERR_FILENO + 1, ~0U, 0) == -1)
		fatal("cannot close descriptors");
	log_output_open();
	title_init(argc, argv, environ);
	status = parent_run(&settings, children, verbose,
	    LIVENESS_TURN_MS);
	configuration_free(&settings);
	return status;
}
