#include <arpa/inet.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/prefix.h"

static const uint8_t mapped_ipv4[12] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff
};

unsigned int
address_size(uint8_t afi)
{
	switch (afi) {
	case AFI_IPV4:
		return 4;
	case AFI_IPV6:
		return 16;
	default:
		return 0;
	}
}

static bool
is_zero(const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

int
address_parse(const char *text, struct address *out)
{
	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, out->bytes) == 1) {
		out->afi = AFI_IPV4;
		return 0;
	}
	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET6, text, out->bytes) == 1) {
		out->afi = AFI_IPV6;
		return 0;
	}
	memset(out, 0, sizeof(*out));
	errno = EINVAL;
	return -1;
}

const char *
address_format(const struct address *addr, char *buf)
{
	int family = addr->afi == AFI_IPV4 ? AF_INET : AF_INET6;

	if (address_size(addr->afi) == 0)
		strlcpy(buf, "none", ADDRESS_STRLEN);
	else
		inet_ntop(family, addr->bytes, buf, ADDRESS_STRLEN);
	return buf;
}

int
address_cmp(const struct address *a, const struct address *b)
{
	if (a->afi != b->afi)
		return a->afi < b->afi ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

bool
address_is_set(const struct address *addr)
{
	return addr->afi != AFI_NONE;
}

bool
address_is_unspecified(const struct address *addr)
{
	return address_is_set(addr) &&
	    is_zero(addr->bytes, sizeof(addr->bytes));
}

bool
address_is_loopback(const struct address *addr)
{
	if (addr->afi == AFI_IPV4)
		return addr->bytes[0] == 127;
	return addr->afi == AFI_IPV6 && memcmp(addr->bytes, &in6addr_loopback,
	    sizeof(in6addr_loopback)) == 0;
}

bool
address_is_linklocal(const struct address *addr)
{
	switch (addr->afi) {
	case AFI_IPV4:
		return addr->bytes[0] == 169 && addr->bytes[1] == 254;
	case AFI_IPV6:
		return addr->bytes[0] == 0xfe &&
		    (addr->bytes[1] & 0xc0) == 0x80;
	default:
		return false;
	}
}

void
address_increment(struct address *addr)
{
	unsigned int i = address_size(addr->afi);

	while (i > 0 && ++addr->bytes[--i] == 0)
		;
}

bool
address_is_valid(const struct address *addr)
{
	unsigned int size = address_size(addr->afi);

	return size > 0 &&
	    is_zero(addr->bytes + size, sizeof(addr->bytes) - size);
}

struct address
address_from_ipv4(uint32_t host_order)
{
	struct address addr = { .afi = AFI_IPV4 };
	uint32_t net = htonl(host_order);

	memcpy(addr.bytes, &net, sizeof(net));
	return addr;
}

uint32_t
address_to_ipv4(const struct address *addr)
{
	uint32_t net;

	memcpy(&net, addr->bytes, sizeof(net));
	return ntohl(net);
}

struct address
address_map_ipv4(const struct address *v4)
{
	struct address addr = { .afi = AFI_IPV6 };

	memcpy(addr.bytes, mapped_ipv4, sizeof(mapped_ipv4));
	memcpy(addr.bytes + sizeof(mapped_ipv4), v4->bytes, 4);
	return addr;
}

socklen_t
address_to_sockaddr(const struct address *addr, uint16_t port,
    uint32_t scope_id, struct sockaddr_storage *sa)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6 };

	memset(sa, 0, sizeof(*sa));
	switch (addr->afi) {
	case AFI_IPV4:
		sin.sin_port = htons(port);
		memcpy(&sin.sin_addr, addr->bytes, sizeof(sin.sin_addr));
		memcpy(sa, &sin, sizeof(sin));
		return sizeof(sin);
	case AFI_IPV6:
		sin6.sin6_port = htons(port);
		sin6.sin6_scope_id = scope_id;
		memcpy(&sin6.sin6_addr, addr->bytes, sizeof(sin6.sin6_addr));
		memcpy(sa, &sin6, sizeof(sin6));
		return sizeof(sin6);
	default:
		return 0;
	}
}

int
address_from_sockaddr(const struct sockaddr *sa, struct address *out)
{
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;
	const uint8_t *bytes = sin6.sin6_addr.s6_addr;

	memset(out, 0, sizeof(*out));
	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&sin, sa, sizeof(sin));
		out->afi = AFI_IPV4;
		memcpy(out->bytes, &sin.sin_addr, 4);
		return 0;
	case AF_INET6:
		memcpy(&sin6, sa, sizeof(sin6));
		if (memcmp(bytes, mapped_ipv4, sizeof(mapped_ipv4)) == 0) {
			out->afi = AFI_IPV4;
			memcpy(out->bytes, bytes + sizeof(mapped_ipv4), 4);
		} else {
			out->afi = AFI_IPV6;
			memcpy(out->bytes, bytes, 16);
		}
		return 0;
	default:
		errno = EAFNOSUPPORT;
		return -1;
	}
}

static void
mask_host_bits(struct address *addr, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < sizeof(addr->bytes); i++) {
		if (len >= 8) {
			len -= 8;
			continue;
		}
		addr->bytes[i] &= (uint8_t)(0xff00 >> len);
		len = 0;
	}
}

int
prefix_parse(const char *text, struct prefix *out)
{
	char host[ADDRESS_STRLEN];
	const char *slash = strchr(text, '/'), *error = NULL;
	struct address addr;
	unsigned int len;

	memset(out, 0, sizeof(*out));
	if (strlcpy(host, text, sizeof(host)) >= sizeof(host) &&
	    (slash == NULL || (size_t)(slash - text) >= sizeof(host)))
		goto invalid;
	if (slash != NULL)
		host[slash - text] = '\0';
	if (address_parse(host, &addr) == -1)
		return -1;
	len = address_size(addr.afi) * 8;
	if (slash != NULL) {
		/* strtonum(3) would take a sign and blanks. */
		if (slash[1] < '0' || slash[1] > '9')
			goto invalid;
		len = (unsigned int)strtonum(slash + 1, 0, len, &error);
		if (error != NULL)
			goto invalid;
	}
	if (prefix_make(&addr, (uint8_t)len, out) == -1)
		return -1;
	if (address_cmp(&addr, &out->addr) != 0) {
		memset(out, 0, sizeof(*out));
		errno = ERANGE;
		return -1;
	}
	return 0;
invalid:
	errno = EINVAL;
	return -1;
}

const char *
prefix_format(const struct prefix *p, char *buf)
{
	char addr[ADDRESS_STRLEN];

	if (!prefix_is_set(p))
		strlcpy(buf, "none", PREFIX_STRLEN);
	else
		snprintf(buf, PREFIX_STRLEN, "%s/%u",
		    address_format(&p->addr, addr), p->len);
	return buf;
}

int
prefix_make(const struct address *addr, uint8_t len, struct prefix *out)
{
	memset(out, 0, sizeof(*out));
	if (!address_is_valid(addr) || len > address_size(addr->afi) * 8) {
		errno = EINVAL;
		return -1;
	}
	out->addr = *addr;
	out->len = len;
	mask_host_bits(&out->addr, len);
	return 0;
}

int
prefix_cmp(const struct prefix *a, const struct prefix *b)
{
	int c = address_cmp(&a->addr, &b->addr);

	return c != 0 ? c : a->len - b->len;
}

bool
prefix_is_valid(const struct prefix *p)
{
	struct prefix masked;

	return prefix_make(&p->addr, p->len, &masked) == 0 &&
	    prefix_cmp(p, &masked) == 0;
}

bool
prefix_is_host(const struct prefix *p)
{
	return prefix_is_set(p) && p->len == address_size(p->addr.afi) * 8;
}

bool
prefix_is_set(const struct prefix *p)
{
	return address_is_set(&p->addr);
}

bool
prefix_is_usable(const struct prefix *p)
{
	static const uint8_t dummy[] = { 192, 0, 0, 8 };

	if (!prefix_is_host(p))
		return prefix_is_set(p);
	if (p->addr.afi == AFI_IPV4)
		return p->addr.bytes[0] != 0 &&
		    memcmp(p->addr.bytes, dummy, sizeof(dummy)) != 0;
	return !address_is_unspecified(&p->addr);
}

bool
prefix_contains(const struct prefix *p, const struct address *addr)
{
	struct prefix masked;

	return p->addr.afi == addr->afi &&
	    prefix_make(addr, p->len, &masked) == 0 &&
	    prefix_cmp(p, &masked) == 0;
}

bool
prefix_overlaps(const struct prefix *a, const struct prefix *b)
{
	return a->len <= b->len ? prefix_contains(a, &b->addr) :
	    prefix_contains(b, &a->addr);
}

struct address
prefix_last(const struct prefix *p)
{
	struct address last = p->addr;
	unsigned int bit, size = address_size(p->addr.afi) * 8;

	for (bit = p->len; bit < size; bit++)
		last.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return last;
}

struct prefix
prefix_of_host(const struct address *addr)
{
	struct prefix p;

	memset(&p, 0, sizeof(p));
	p.addr = *addr;
	p.len = (uint8_t)(address_size(addr->afi) * 8);
	return p;
}
