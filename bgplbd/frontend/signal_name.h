/*
 * Signals as Docker writes them: "12" in events, "SIGUSR2", "USR2" or "12" as a
 * container's stop signal, "SIGRTMIN+3" for the real-time ones.  Pure.
 */
#ifndef BGPLBD_FRONTEND_SIGNAL_NAME_H
#define BGPLBD_FRONTEND_SIGNAL_NAME_H

/* 1..64, the kernel's numbers of this machine; or -1 with errno EINVAL. */
int	signal_parse(const char *text) __attribute__((warn_unused_result));

#endif /* BGPLBD_FRONTEND_SIGNAL_NAME_H */
