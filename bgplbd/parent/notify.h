/*
 * Tells the service manager how the daemon does, as sd_notify(3) and
 * sd_watchdog_enabled(3) describe, so that what needs the daemon (Docker) can be
 * started after it, and a daemon that hangs is started anew.
 */
#ifndef BGPLBD_PARENT_NOTIFY_H
#define BGPLBD_PARENT_NOTIFY_H

struct event_base;
struct watchdog;

/*
 * Sends state, such as "READY=1", to the socket that NOTIFY_SOCKET names; does
 * nothing if it is not set.  The first of several failures is logged, none has any other effect.
 */
void	notify_service_manager(const char *state);

/*
 * From now on sends "WATCHDOG=1" twice in the time that WATCHDOG_USEC gives, out of
 * the loop, so that the service manager ends a daemon whose loop stands still.  NULL
 * if it does not ask for that, or asks another process (WATCHDOG_PID).
 */
struct watchdog *watchdog_new(struct event_base *);
void	watchdog_free(struct watchdog *);	/* NULL is fine */
/* Milliseconds from one sign to the next; 0: none are asked for. */
unsigned int watchdog_interval_ms(void);

#endif /* BGPLBD_PARENT_NOTIFY_H */
