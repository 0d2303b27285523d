/*
 * Whether a listener accepts.  It does not while its owner has enough connections,
 * and not for a moment after accept(2) failed, for want of a descriptor mostly:
 * libevent would try again at once, and log each time.  Those who call wait in the
 * socket's backlog.
 */
#ifndef BGPLBD_FRONTEND_ACCEPT_GATE_H
#define BGPLBD_FRONTEND_ACCEPT_GATE_H

struct accept_gate;
struct evconnlistener;

/*
 * The listener stays the caller's, and must live as long.  name: what log lines
 * call its socket; not copied.
 */
struct accept_gate *accept_gate_new(struct evconnlistener *,
	    const char *name);
void	accept_gate_free(struct accept_gate *);		/* NULL is fine */

/* The owner has enough, or can take more. */
void	accept_gate_close(struct accept_gate *);
void	accept_gate_open(struct accept_gate *);
/* From now on the listener accepts from this socket, which is taken over. */
void	accept_gate_replace(struct accept_gate *, int fd);
/* One was accepted: if it fails again, that is news. */
void	accept_gate_passed(struct accept_gate *);

#endif /* BGPLBD_FRONTEND_ACCEPT_GATE_H */
