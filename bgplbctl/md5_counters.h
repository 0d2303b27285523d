/*
 * What the kernel has dropped for its TCP MD5 signature (RFC 2385).  Nobody is told of
 * such a packet, neither bgplbd nor the neighbor: a session with a password on one
 * side, or with two different ones, has just no answer.  The counters tell it apart,
 * for all connections of the network namespace since the host's start.
 *
 * bgplbctl reads them itself: the file is everybody's, and the session engine opens no
 * files.
 */
#ifndef BGPLBCTL_MD5_COUNTERS_H
#define BGPLBCTL_MD5_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#define MD5_COUNTERS_FILE	"/proc/net/netstat"

struct md5_counters {
	bool		known;
	uint64_t	not_found;	/* no signature, where one was wanted */
	uint64_t	unexpected;	/* a signature, where none is set */
	uint64_t	failure;	/* by another password */
};

/* text: of the file.  A kernel that does not count them leaves known unset. */
void	md5_counters_parse(const char *text, struct md5_counters *);
void	md5_counters_read(struct md5_counters *);

#endif /* BGPLBCTL_MD5_COUNTERS_H */
