/*
 * The plugin socket: HTTP from Docker, through libevent's evhttp.  Requests go
 * through plugin_call.h; those that the rde has to decide wait here for its
 * reply, each under a tag of its own, PLUGIN_DEADLINE seconds at most.
 *
 * Only Docker and root can connect, but nothing is taken on trust: sizes
 * (plugin_body.h), number of connections and time are limited.  A header that is too
 * long is answered by evhttp itself, with 400; so is a body sent in chunks that is
 * longer than PLUGIN_WANTED_MAX, with 413.
 */
#ifndef BGPLBD_FRONTEND_PLUGIN_SERVER_H
#define BGPLBD_FRONTEND_PLUGIN_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/frontend/plugin_call.h"
#include "bgplbd/messages/frontend_rde.h"

#define PLUGIN_CONNECTIONS_MAX	64	/* more wait in the socket's backlog */
#define PLUGIN_IDLE		120	/* seconds without a byte, then it is closed */
#define PLUGIN_DEADLINE		10	/* seconds that the rde has */
#define PLUGIN_LATE_MAX		256	/* calls remembered after that; the oldest go */

struct event_base;
struct plugin_server;

struct plugin_server_ops {
	/* Asks the rde; 0, or -1 if there is none. */
	int	(*ask)(uint32_t type, uint32_t tag, const void *data, size_t len,
		    void *arg);
	/*
	 * The rde did what was called for, and Docker's answer is on its way.
	 */
	void	(*done)(const struct plugin_call *, void *arg);
	/*
	 * It did so too late: Docker had an error, or had gone away.  What was made is
	 * undone; what was deleted, Docker may have still, which its lists will tell.
	 */
	void	(*late)(const struct plugin_call *, void *arg);
};

/* Takes the listening socket over. */
struct plugin_server *plugin_server_new(struct event_base *, int fd,
	    bool global_scope, const struct plugin_server_ops *, void *arg);
/* Calls come to this socket now, which it takes over; connections stay. */
void	plugin_server_listen(struct plugin_server *, int fd);
/* Closes all connections, answered or not; NULL is fine. */
void	plugin_server_free(struct plugin_server *);

/*
 * The rde's reply to the call with that tag.  If it comes after Docker had an error, what
 * the call has made is undone.
 */
void	plugin_server_reply(struct plugin_server *, uint32_t tag,
	    const struct plugin_reply *);
/*
 * The rde is gone, or bgplbd ends: answers all that wait, from the loop's next
 * turn on.
 */
void	plugin_server_fail(struct plugin_server *, const char *sentence);

#endif /* BGPLBD_FRONTEND_PLUGIN_SERVER_H */
