#include <string.h>

#include "bgplbd/session/wire.h"

struct wire_reader
wire_reader(const void *data, size_t size)
{
	static const uint8_t nothing[1];
	struct wire_reader r = {
		.data = data == NULL ? nothing : data,
		.size = size,
	};

	return r;
}

size_t
wire_left(const struct wire_reader *r)
{
	return r->failed ? 0 : r->size - r->pos;
}

/* Returns where n bytes can be read, having passed them, or NULL. */
static const uint8_t *
take(struct wire_reader *r, size_t n)
{
	const uint8_t *p;

	if (n > wire_left(r)) {
		r->failed = true;
		return NULL;
	}
	p = &r->data[r->pos];
	r->pos += n;
	return p;
}

uint8_t
wire_read_u8(struct wire_reader *r)
{
	const uint8_t *p = take(r, 1);

	return p == NULL ? 0 : p[0];
}

uint16_t
wire_read_u16(struct wire_reader *r)
{
	const uint8_t *p = take(r, 2);

	if (p == NULL)
		return 0;
	return (uint16_t)((unsigned int)p[0] << 8 | p[1]);
}

uint32_t
wire_read_u32(struct wire_reader *r)
{
	const uint8_t *p = take(r, 4);

	if (p == NULL)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

void
wire_read_bytes(struct wire_reader *r, void *out, size_t n)
{
	const uint8_t *p = take(r, n);

	if (n == 0)
		return;
	if (p == NULL)
		memset(out, 0, n);
	else
		memcpy(out, p, n);
}

struct wire_reader
wire_read_part(struct wire_reader *r, size_t n)
{
	const uint8_t *p = take(r, n);
	struct wire_reader part = wire_reader(p, p == NULL ? 0 : n);

	part.failed = r->failed;
	return part;
}

const uint8_t *
wire_rest(const struct wire_reader *r)
{
	return &r->data[r->pos];
}

struct wire_writer
wire_writer(void *data, size_t size)
{
	struct wire_writer w = { .data = data, .size = size };

	return w;
}

size_t
wire_room(const struct wire_writer *w)
{
	return w->failed ? 0 : w->size - w->len;
}

/* Returns where n bytes can be written, having passed them, or NULL. */
static uint8_t *
reserve(struct wire_writer *w, size_t n)
{
	uint8_t *p;

	if (n > wire_room(w)) {
		w->failed = true;
		return NULL;
	}
	p = &w->data[w->len];
	w->len += n;
	return p;
}

void
wire_write_u8(struct wire_writer *w, uint8_t value)
{
	wire_write_bytes(w, &value, 1);
}

void
wire_write_u16(struct wire_writer *w, uint16_t value)
{
	const uint8_t bytes[2] = { (uint8_t)(value >> 8), (uint8_t)value };

	wire_write_bytes(w, bytes, sizeof(bytes));
}

void
wire_write_u32(struct wire_writer *w, uint32_t value)
{
	const uint8_t bytes[4] = {
		(uint8_t)(value >> 24), (uint8_t)(value >> 16),
		(uint8_t)(value >> 8), (uint8_t)value,
	};

	wire_write_bytes(w, bytes, sizeof(bytes));
}

void
wire_write_bytes(struct wire_writer *w, const void *data, size_t n)
{
	uint8_t *p;

	if (n == 0)
		return;
	p = reserve(w, n);
	if (p != NULL)
		memcpy(p, data, n);
}

void
wire_patch_u16(struct wire_writer *w, size_t at, uint16_t value)
{
	if (w->failed || w->len < 2 || at > w->len - 2) {
		w->failed = true;
		return;
	}
	w->data[at] = (uint8_t)(value >> 8);
	w->data[at + 1] = (uint8_t)value;
}

void
wire_patch_u8(struct wire_writer *w, size_t at, uint8_t value)
{
	if (w->failed || at >= w->len) {
		w->failed = true;
		return;
	}
	w->data[at] = value;
}
