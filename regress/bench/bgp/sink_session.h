/*
 * One BGP session of the sink: it answers OPEN and KEEPALIVE (RFC 4271), counts
 * what UPDATEs carry, stamps when, and can send routes of its own.  Both address
 * families, 4-octet AS numbers.
 *
 * The caller polls fd and calls receive and send; nothing here blocks.
 */
#ifndef BENCH_SINK_SESSION_H
#define BENCH_SINK_SESSION_H

#include <netinet/in.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "regress/bench/bgp/prebuilt.h"
#include "regress/bench/bgp/update_count.h"

/* What one recv(2) may bring. */
#define SINK_BUFFER_SIZE	(256 * 1024)
/* Stamps of every n-th prefix; later ones are not kept. */
#define SINK_STAMPS_MAX		128

struct sink_options {
	struct prebuilt_open	open;
	bool			hold;	/* OPENs wait for sink_session_go() */
	uint32_t		every;	/* prefixes between two stamps, 0: none */
};

enum sink_state {
	SINK_CLOSED,
	SINK_ACCEPTED,
	SINK_WAITING,		/* has their OPEN, and holds ours back */
	SINK_OPENED,		/* has sent our OPEN and KEEPALIVE */
	SINK_ESTABLISHED
};

/* Since sink_session_reset(); stamps are clock_now() of the recv(2), 0 if not yet. */
struct sink_counts {
	uint64_t	first_update;
	uint64_t	last_prefix;	/* announced or withdrawn */
	uint64_t	last_fresh;	/* announced, for the first time */
	uint64_t	fresh;		/* so many: see update_count.h */
	uint64_t	end_of_rib[COUNT_FAMILIES];
	uint64_t	announced[COUNT_FAMILIES];
	uint64_t	withdrawn[COUNT_FAMILIES];
	uint64_t	messages;
	uint64_t	bytes;
	uint64_t	updates;
	uint64_t	update_bytes;
	unsigned int	nstamps;
	uint64_t	stamps[SINK_STAMPS_MAX];
};

struct sink_session {
	int			 fd;	/* -1 if closed */
	enum sink_state		 state;
	struct in_addr		 local;
	uint64_t		 accepted;
	uint64_t		 open_received;
	uint64_t		 open_sent;
	uint64_t		 established;
	uint64_t		 closed;
	struct sink_counts	 counts;
	const char		*error;	/* why it was closed, static */
	uint64_t		 keepalive_due;
	uint8_t			*seen;	/* see update_count.h */
	uint8_t			*buffer;
	size_t			 filled;
	const struct prebuilt	*routes; /* to be sent, NULL when they were */
	size_t			 routes_sent;
};

/* Takes over fd, a connected non-blocking socket. */
void	sink_session_start(struct sink_session *, int fd, struct in_addr local);
/* Reads once; a connection that ends or makes no sense is closed. */
void	sink_session_receive(struct sink_session *, const struct sink_options *);
/* Sends OPEN and KEEPALIVE if that is what the session waits for. */
void	sink_session_go(struct sink_session *, const struct sink_options *);
/* Sends what the socket takes; routes stay the caller's, until routes is NULL. */
void	sink_session_send(struct sink_session *);
/* Sends a KEEPALIVE if one is due. */
void	sink_session_tick(struct sink_session *, const struct sink_options *,
	    uint64_t now);
void	sink_session_reset(struct sink_session *);
/* With Cease. */
void	sink_session_close(struct sink_session *, const char *why);

uint64_t sink_session_announced(const struct sink_session *);
uint64_t sink_session_withdrawn(const struct sink_session *);

#endif /* BENCH_SINK_SESSION_H */
