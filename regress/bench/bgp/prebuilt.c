#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "regress/bench/bgp/prebuilt.h"

#define AS_TRANS		23456
#define CAPABILITY_MULTIPROTOCOL	1
#define CAPABILITY_ROUTE_REFRESH	2
#define CAPABILITY_EXTENDED_MESSAGE	6
#define CAPABILITY_AS4		65

/* Bytes of an UPDATE around its prefixes, at most. */
#define UPDATE_FRAME_MAX	64
#define END_OF_RIB_SIZES	(23 + 29)

static void
put_u8(uint8_t **p, unsigned int v)
{
	*(*p)++ = (uint8_t)v;
}

static void
put_u16(uint8_t **p, unsigned int v)
{
	put_u8(p, v >> 8);
	put_u8(p, v & 0xff);
}

static void
put_u32(uint8_t **p, uint32_t v)
{
	put_u16(p, v >> 16);
	put_u16(p, v & 0xffff);
}

static void
put_header(uint8_t **p, unsigned int type)
{
	memset(*p, 0xff, 16);
	*p += 16 + 2;
	put_u8(p, type);
}

/* The distance from at, where a length of 2 bytes is, to the end. */
static void
patch_length(uint8_t *at, size_t len)
{
	put_u16(&at, (unsigned int)len);
}

static void
end_message(uint8_t *start, const uint8_t *end)
{
	patch_length(start + 16, (size_t)(end - start));
}

static void
put_family(uint8_t **p, unsigned int afi)
{
	put_u8(p, CAPABILITY_MULTIPROTOCOL);
	put_u8(p, 4);
	put_u16(p, afi);
	put_u8(p, 0);
	put_u8(p, 1);
}

size_t
prebuilt_open(uint8_t *buf, const struct prebuilt_open *open)
{
	uint8_t *p = buf, *lengths;

	put_header(&p, BGP_OPEN);
	put_u8(&p, 4);
	put_u16(&p, open->as > 0xffff ? AS_TRANS : open->as);
	put_u16(&p, open->hold_time);
	put_u32(&p, open->router_id);
	lengths = p;
	p += 1;
	put_u8(&p, 2);
	p += 1;
	put_family(&p, 1);
	put_family(&p, 2);
	put_u8(&p, CAPABILITY_ROUTE_REFRESH);
	put_u8(&p, 0);
	if (open->extended) {
		put_u8(&p, CAPABILITY_EXTENDED_MESSAGE);
		put_u8(&p, 0);
	}
	put_u8(&p, CAPABILITY_AS4);
	put_u8(&p, 4);
	put_u32(&p, open->as);
	lengths[0] = (uint8_t)(p - lengths - 1);
	lengths[2] = (uint8_t)(p - lengths - 3);
	end_message(buf, p);
	return (size_t)(p - buf);
}

size_t
prebuilt_keepalive(uint8_t *buf)
{
	uint8_t *p = buf;

	put_header(&p, BGP_KEEPALIVE);
	end_message(buf, p);
	return (size_t)(p - buf);
}

size_t
prebuilt_cease(uint8_t *buf)
{
	uint8_t *p = buf;

	put_header(&p, BGP_NOTIFICATION);
	put_u8(&p, 6);
	put_u8(&p, 2);
	end_message(buf, p);
	return (size_t)(p - buf);
}

/* ORIGIN, AS_PATH and NEXT_HOP; number makes the path differ from others. */
static void
put_attributes(uint8_t **p, const struct prebuilt_routes *r, uint32_t number)
{
	unsigned int hops = r->many_paths ? 4 : 1;

	put_u32(p, 0x40010100);
	put_u8(p, 0x40);
	put_u8(p, 2);
	put_u8(p, 2 + 4 * hops);
	put_u8(p, 2);
	put_u8(p, hops);
	put_u32(p, r->as);
	if (r->many_paths) {
		put_u32(p, 3000 + number % 7);
		put_u32(p, 4000 + number % 61);
		put_u32(p, 100000 + number);
	}
	put_u8(p, 0x40);
	put_u8(p, 3);
	put_u8(p, 4);
	put_u32(p, r->nexthop);
}

static void
put_prefix(uint8_t **p, const struct prebuilt_routes *r, uint32_t i)
{
	uint32_t addr = r->first + (i << (32 - r->bits));
	unsigned int shift;

	put_u8(p, r->bits);
	for (shift = 0; shift < r->bits; shift += 8)
		put_u8(p, addr >> (24 - shift) & 0xff);
}

/* One UPDATE with prefixes from i on; the number of those that did not fit in it. */
static uint32_t
put_update(uint8_t **p, const struct prebuilt_routes *r, uint32_t i,
    uint32_t number)
{
	uint8_t *start = *p, *attributes;
	size_t size = 1 + (r->bits + 7) / 8;

	put_header(p, BGP_UPDATE);
	put_u16(p, 0);
	attributes = *p;
	*p += 2;
	put_attributes(p, r, number);
	patch_length(attributes, (size_t)(*p - attributes - 2));
	assert(*p - start <= UPDATE_FRAME_MAX);
	while (i < r->count &&
	    (size_t)(*p - start) + size <= BGP_MESSAGE_MAX)
		put_prefix(p, r, i++);
	end_message(start, *p);
	return r->count - i;
}

static void
put_end_of_rib(uint8_t **p)
{
	uint8_t *start = *p;

	put_header(p, BGP_UPDATE);
	put_u32(p, 0);
	end_message(start, *p);
	start = *p;
	put_header(p, BGP_UPDATE);
	put_u16(p, 0);
	put_u16(p, 6);
	put_u8(p, 0x80);
	put_u8(p, 15);
	put_u8(p, 3);
	put_u16(p, 2);
	put_u8(p, 1);
	end_message(start, *p);
}

void
prebuilt_routes(struct prebuilt *out, const struct prebuilt_routes *r)
{
	size_t size = 1 + (r->bits + 7) / 8;
	size_t each = (BGP_MESSAGE_MAX - UPDATE_FRAME_MAX) / size;
	size_t messages = (r->count + each - 1) / each;
	uint32_t left = r->count, number = 0;
	uint8_t *p;

	out->data = xmalloc(messages * BGP_MESSAGE_MAX + END_OF_RIB_SIZES);
	p = out->data;
	while (left > 0)
		left = put_update(&p, r, r->count - left, number++);
	put_end_of_rib(&p);
	out->size = (size_t)(p - out->data);
}

void
prebuilt_free(struct prebuilt *p)
{
	free(p->data);
	p->data = NULL;
	p->size = 0;
}
