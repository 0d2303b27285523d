/*
 * BGP messages made before they are needed: the OPEN and KEEPALIVE of the bench's
 * own speakers, and UPDATEs for many IPv4 prefixes in one piece of memory that a
 * socket can take as it is.
 */
#ifndef BENCH_PREBUILT_H
#define BENCH_PREBUILT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BGP_HEADER_SIZE		19
#define BGP_MESSAGE_MAX		4096
#define BGP_EXTENDED_MAX	65535		/* RFC 8654 */

#define BGP_OPEN		1
#define BGP_UPDATE		2
#define BGP_NOTIFICATION	3
#define BGP_KEEPALIVE		4

struct prebuilt_open {
	uint32_t	as;
	uint32_t	router_id;	/* host order */
	uint16_t	hold_time;	/* seconds */
	bool		extended;	/* offers extended messages */
};

/* buf must hold BGP_MESSAGE_MAX bytes; the message's size is returned. */
size_t	prebuilt_open(uint8_t *buf, const struct prebuilt_open *);
size_t	prebuilt_keepalive(uint8_t *buf);
/* Cease, Administrative Shutdown. */
size_t	prebuilt_cease(uint8_t *buf);

/* Addresses are in host order. */
struct prebuilt_routes {
	uint32_t	as;
	uint32_t	nexthop;
	uint32_t	first;		/* the first prefix; the others follow it */
	unsigned int	bits;		/* length of each, 8..32 */
	uint32_t	count;
	bool		many_paths;	/* an AS path of its own for each message */
};

/* size bytes of whole messages, allocated by prebuilt_routes(). */
struct prebuilt {
	uint8_t		*data;
	size_t		 size;
};

/*
 * As few UPDATEs of BGP_MESSAGE_MAX bytes as hold all prefixes, then End-of-RIB for
 * both families.  Ends the process when memory runs out.
 */
void	prebuilt_routes(struct prebuilt *, const struct prebuilt_routes *);
void	prebuilt_free(struct prebuilt *);

#endif /* BENCH_PREBUILT_H */
