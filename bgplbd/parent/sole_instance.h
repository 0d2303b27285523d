/*
 * One bgplbd in a network namespace, whatever its paths: two would manage the same
 * links and routes.  The mark is an abstract Unix socket, which belongs to the network
 * namespace and goes with the process, however that ends: a managed plugin, which has
 * the host's network namespace but paths of its own, finds that of a service and the
 * other way round.
 *
 * Anybody may take the name of such a socket.  It counts only if root listens on it.
 */
#ifndef BGPLBD_PARENT_SOLE_INSTANCE_H
#define BGPLBD_PARENT_SOLE_INSTANCE_H

#define SOLE_INSTANCE_NAME	"bgplbd"

/*
 * 0, and *fd is the mark, to be kept open by this process alone, or -1 if there can be
 * none, which was logged as a warning; or -1 after logging who has it.
 */
int	sole_instance(int *fd) __attribute__((warn_unused_result));
/*
 * Whenever the mark is readable: lets go of those that have looked who has it, so that
 * its queue does not fill.  Any local user may look, as often as he can, so only some
 * are let go in one call.
 */
#define SOLE_INSTANCE_LOOKS_MAX	64
void	sole_instance_looked_at(int fd);

#endif /* BGPLBD_PARENT_SOLE_INSTANCE_H */
