/*
 * What each process may ask of the kernel: a seccomp filter a process, in
 * syscalls.c, all of them in tables.
 *
 * sandbox.h takes away whose files and rights a process has; this takes away the
 * way to the kernel's own code: no other sockets than the process's own, no new
 * programs, processes or memory that can be run, no tracing, no terminals, no signals
 * to others, also not by notifications of the kernel.
 *
 * Standard error is one open file for all processes: no child changes its flags or
 * its place, cuts, maps or duplicates it, so that what is in a log file stays.  For
 * this a child cannot make any descriptor non-blocking: those that it is given are so
 * already, and accept4(2) makes them so.
 *
 * A child that makes any other call is killed at once, and the parent says so; the
 * call's number stands in the kernel's log ("type=1326", syscall=).  Only what C
 * libraries try by themselves and can do without, such as to read a file or its
 * attributes, fails with EACCES, and prctl(2) with EPERM.  Names of calls are of
 * several generations of C libraries; those that this machine does not know are
 * passed over.
 *
 * In builds with sanitizers (SANITIZED, of GNUmakefile) their runtimes may fork, trace
 * and signal, for their reports.
 */
#ifndef BGPLBD_PARENT_SYSCALLS_H
#define BGPLBD_PARENT_SYSCALLS_H

/*
 * Each binds the process that calls it, once, which cannot be undone; after
 * sandbox.h, which needs more than is left then, and sets no_new_privs, without
 * which the kernel refuses.  Ends the process with fatal() if it cannot be bound.
 */
void	syscalls_session(void);
void	syscalls_frontend(void);
void	syscalls_rde(void);

/*
 * The parent opens files and sockets and is root, so it is only kept from what it
 * never does: it runs no program, traces nothing, and changes neither mounts,
 * namespaces nor the kernel.
 */
void	syscalls_parent(void);

#endif /* BGPLBD_PARENT_SYSCALLS_H */
