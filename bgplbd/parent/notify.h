/*
 * Tells the service manager how the daemon does, as sd_notify(3) describes, so
 * that what needs the daemon (Docker) can be started after it.
 */
#ifndef BGPLBD_PARENT_NOTIFY_H
#define BGPLBD_PARENT_NOTIFY_H

/*
 * Sends state, such as "READY=1", to the socket that NOTIFY_SOCKET names; does
 * nothing if it is not set.  A failure is logged and otherwise without effect.
 */
void	notify_service_manager(const char *state);

#endif /* BGPLBD_PARENT_NOTIFY_H */
