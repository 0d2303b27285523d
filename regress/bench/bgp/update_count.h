/*
 * Counts the prefixes in a BGP UPDATE (RFC 4271 section 4.3, RFC 4760), for a
 * sink that measures announcers.  It reads on its own, so that bgplbd is not
 * measured with bgplbd's code.  No I/O, no allocation.
 */
#ifndef BENCH_UPDATE_COUNT_H
#define BENCH_UPDATE_COUNT_H

#include <stddef.h>
#include <stdint.h>

enum count_family {
	COUNT_IPV4,
	COUNT_IPV6
};
#define COUNT_FAMILIES	2

/*
 * Some speakers say things twice.  So host prefixes of 10.0.0.0/8, of which all the
 * bench's prefixes are, are remembered: a bit each, COUNT_SEEN_SIZE bytes, zeroed
 * at first by the caller, who owns them.
 */
#define COUNT_SEEN_SIZE	((1u << 24) / 8)

struct update_count {
	uint32_t	announced[COUNT_FAMILIES];
	uint32_t	withdrawn[COUNT_FAMILIES];
	uint32_t	fresh;		/* announced, and not seen or withdrawn since */
	unsigned int	end_of_rib;	/* bit 1 << enum count_family: RFC 4724 */
};

/*
 * body: what follows the message's header.  0, or -1 with errno EBADMSG for what
 * cannot be an UPDATE with IPv4 or IPv6 unicast prefixes.
 */
int	update_count(const uint8_t *body, size_t len, uint8_t *seen,
	    struct update_count *out) __attribute__((warn_unused_result));

#endif /* BENCH_UPDATE_COUNT_H */
