/*
 * Keeps evhttp from accepting more than so many connections at a time.
 *
 * evhttp in libevent 2.1 neither counts its connections nor tells when one is
 * gone. Here each one is known by its descriptor and the inode of its socket:
 * when the descriptor has another inode, or none, the connection is gone.
 * While the limit is reached the listener is off, and those who call wait in
 * the socket's backlog.
 */
#ifndef BGPLBD_FRONTEND_CONNECTION_LIMIT_H
#define BGPLBD_FRONTEND_CONNECTION_LIMIT_H

struct accept_gate;
struct bufferevent;
struct connection_limit;
struct event_base;

/*
 * The listener's gate stays the caller's, and must live as long.  forget is called with
 * the arg of a connection some time after that is gone.
 */
struct connection_limit *connection_limit_new(struct event_base *,
	    struct accept_gate *, unsigned int max, void (*forget)(void *arg));
/* Forgets all; NULL is fine.  No connection may be read from afterwards. */
void	connection_limit_free(struct connection_limit *);

/*
 * For the callback of evhttp_set_bevcb: a new bufferevent for the connection
 * that is being accepted, counted.  NULL if memory runs out, or at the limit, at
 * which nothing is accepted: evhttp would then make one that is not counted.  arg
 * stays the caller's then.
 */
struct bufferevent *connection_limit_accept(struct connection_limit *,
	    void *arg);

#endif /* BGPLBD_FRONTEND_CONNECTION_LIMIT_H */
