/*
 * Addresses and prefixes of IPv4 and IPv6, as values.
 *
 * Used by every process and by bgplbctl; the two structs travel as they are in
 * messages between processes, so they hold no pointers and no implicit
 * padding.  Nothing here allocates or does I/O, and only numeric text is
 * understood: names are never resolved.
 */
#ifndef BGPLB_PREFIX_H
#define BGPLB_PREFIX_H

#include <sys/socket.h>

#include <netinet/in.h>

#include <stdbool.h>
#include <stdint.h>

#define ADDRESS_STRLEN	INET6_ADDRSTRLEN
#define PREFIX_STRLEN	(INET6_ADDRSTRLEN + 4)

/* An address family as messages carry it; the values are the AFIs of RFC 4760. */
enum afi {
	AFI_NONE = 0,
	AFI_IPV4 = 1,
	AFI_IPV6 = 2
};

/* Bytes past the family's length (4 or 16) are always zero. */
struct address {
	uint8_t		afi;		/* enum afi */
	uint8_t		bytes[16];	/* network byte order */
};

/* Host bits are always zero: every constructor here sees to it. */
struct prefix {
	struct address	addr;
	uint8_t		len;		/* 0..32 or 0..128 */
};

/* Bytes of an address of the family: 4, 16, or 0 for AFI_NONE and unknown values. */
unsigned int	address_size(uint8_t afi);

/* "192.0.2.1" or "2001:db8::1".  0, or -1 with errno EINVAL. */
int	address_parse(const char *text, struct address *out)
	    __attribute__((warn_unused_result));

/* Returns buf, which must hold ADDRESS_STRLEN bytes.  AFI_NONE gives "none". */
const char *address_format(const struct address *addr, char *buf);

int	address_cmp(const struct address *a, const struct address *b);
bool	address_is_set(const struct address *addr);	/* afi is not AFI_NONE */
bool	address_is_unspecified(const struct address *addr); /* 0.0.0.0 or :: */
bool	address_is_linklocal(const struct address *addr);
bool	address_is_loopback(const struct address *addr); /* 127.0.0.0/8 or ::1 */

/* Moves on to the address behind it; behind the family's last comes its first. */
void	address_increment(struct address *addr);

/* False for any afi other than the two, or for stray bytes past an IPv4 address. */
bool	address_is_valid(const struct address *addr);

struct address address_from_ipv4(uint32_t host_order);
uint32_t	address_to_ipv4(const struct address *addr);	/* host order */

/* The IPv4-mapped IPv6 address ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2). */
struct address address_map_ipv4(const struct address *v4);

/* Returns the length that sa needs, or 0 for AFI_NONE.  port in host order. */
socklen_t address_to_sockaddr(const struct address *addr, uint16_t port,
	    uint32_t scope_id, struct sockaddr_storage *sa);
/* 0, or -1 with errno EAFNOSUPPORT.  An IPv4-mapped address becomes IPv4. */
int	address_from_sockaddr(const struct sockaddr *sa, struct address *out)
	    __attribute__((warn_unused_result));

/*
 * "10.0.0.0/8", "2001:db8::/32"; without "/len" a host prefix.  0, or -1 with
 * errno EINVAL (not a prefix) or ERANGE (host bits set below the mask).
 */
int	prefix_parse(const char *text, struct prefix *out)
	    __attribute__((warn_unused_result));

/* Returns buf, which must hold PREFIX_STRLEN bytes. */
const char *prefix_format(const struct prefix *p, char *buf);

/* Masks the host bits away.  len above the family's maximum: errno EINVAL, -1. */
int	prefix_make(const struct address *addr, uint8_t len, struct prefix *out)
	    __attribute__((warn_unused_result));

/* Orders by family, then address, then length. */
int	prefix_cmp(const struct prefix *a, const struct prefix *b);
bool	prefix_is_valid(const struct prefix *p);	/* family, length, host bits */
bool	prefix_is_host(const struct prefix *p);		/* /32 or /128 */
bool	prefix_is_set(const struct prefix *p);		/* family is not AFI_NONE */

bool	prefix_contains(const struct prefix *, const struct address *);
/* One of the two contains the other, or they are the same. */
bool	prefix_overlaps(const struct prefix *, const struct prefix *);
struct address prefix_last(const struct prefix *);	/* all host bits set */
struct prefix prefix_of_host(const struct address *);	/* its /32 or /128 */

/*
 * False for what stands for "no address" (a host of 0.0.0.0/8, RFC 1122 section
 * 3.2.1.3, ::/128, and the dummy address of RFC 7600, 192.0.0.8/32) or for nothing:
 * such prefixes are neither routed nor announced.
 */
bool	prefix_is_usable(const struct prefix *p);

#endif /* BGPLB_PREFIX_H */
