/*
 * Writing UPDATEs (RFC 4271 section 4.3, RFC 4760).  IPv4 prefixes travel in the
 * classic fields, IPv6 ones, and IPv4 ones with an IPv6 next hop (RFC 8950), in
 * MP_REACH_NLRI and MP_UNREACH_NLRI, which come first among the attributes; one message carries one of these four only (RFC 7606
 * section 5.1).
 *
 * UPDATEs to a neighbor of prefixes that are alike differ in these alone.  So an
 * update_form, made once for many, holds the bytes before and after the prefixes and
 * knows which lengths depend on them; a message is a copy of both with the prefixes
 * between.
 *
 * Nothing here does I/O or allocates.
 */
#ifndef BGPLBD_SESSION_UPDATE_H
#define BGPLBD_SESSION_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgplbd/session/wire.h"
#include "bgplbd/settings.h"
#include "common/control.h"
#include "common/prefix.h"

/* With all attributes that the settings can ask for, at their largest. */
#define UPDATE_HEAD_MAX		512
#define UPDATE_TAIL_MAX		512

/* What decides the attributes of our prefixes towards one neighbor. */
struct update_path {
	uint32_t	as;		/* ours */
	bool		internal;	/* the neighbor is in it: no AS_PATH */
	bool		as4;		/* negotiated; else RFC 6793 section 4.2.2 */
	enum afi	afi;		/* of the prefixes */
	struct address	nexthop;	/* IPv4 only with IPv4 prefixes */
	struct address	link_local;	/* of a session on one; else AFI_NONE */
	const struct neighbor_settings *settings;	/* the other attributes */
	/* Of the prefixes that are announced with it: */
	bool		leaving;	/* to be withdrawn soon (RFC 8326) */
	uint16_t	endpoints;	/* for the link bandwidth; 0: none */
};

struct update_form {
	uint8_t		head[UPDATE_HEAD_MAX];
	uint8_t		tail[UPDATE_TAIL_MAX];
	uint16_t	headlen;
	uint16_t	taillen;
	/* 16-bit lengths in the head that grow with the prefixes. */
	struct {
		uint16_t at;
		uint16_t base;		/* without any prefix */
	} lengths[2];
	unsigned int	nlengths;
};

void	update_form_announce(struct update_form *, const struct update_path *);
void	update_form_withdraw(struct update_form *, enum afi);

/* A message that is being written. */
struct update {
	struct wire_writer		*w;
	const struct update_form	*form;
	size_t				 start;
	size_t				 nlri;	/* where prefixes start */
};

/*
 * Prefixes are then written to w, in NLRI form and no more bytes than
 * update_room() says.
 */
struct update update_begin(struct wire_writer *w, const struct update_form *);
size_t	update_room(const struct update *);
void	update_end(struct update *);

/* The attributes that update_form_announce() writes, for people. */
void	update_describe(const struct update_path *,
	    struct control_advertisement *out);

/* The marker of RFC 4724 section 2. */
void	update_write_end_of_rib(struct wire_writer *, enum afi);

#endif /* BGPLBD_SESSION_UPDATE_H */
