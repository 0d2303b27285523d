/*
 * A reader and a writer over a buffer of known size, for everything that BGP puts
 * on the wire.  Neither can leave its buffer: what does not fit marks it as
 * failed, after which reads give zero and writes do nothing, so that a codec
 * asks once, at its end, whether all went well.  Numbers are in network order.
 *
 * Both are plain values over memory that the caller owns.
 */
#ifndef BGPLBD_SESSION_WIRE_H
#define BGPLBD_SESSION_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire_reader {
	const uint8_t	*data;
	size_t		 size;
	size_t		 pos;
	bool		 failed;
};

struct wire_writer {
	uint8_t		*data;
	size_t		 size;
	size_t		 len;		/* written so far */
	bool		 failed;
};

struct wire_reader wire_reader(const void *data, size_t size);
size_t	wire_left(const struct wire_reader *);	/* 0 if failed */
uint8_t	wire_read_u8(struct wire_reader *);
uint16_t wire_read_u16(struct wire_reader *);
uint32_t wire_read_u32(struct wire_reader *);
/* Fills all of out, with zeros if there are not as many bytes. */
void	wire_read_bytes(struct wire_reader *, void *out, size_t n);
/*
 * Takes the next n bytes as a reader of their own.  If there are not as many, both
 * have failed.
 */
struct wire_reader wire_read_part(struct wire_reader *, size_t n);
/* Where the wire_left() bytes that were not read yet are; takes nothing. */
const uint8_t *wire_rest(const struct wire_reader *);

struct wire_writer wire_writer(void *data, size_t size);
size_t	wire_room(const struct wire_writer *);	/* 0 if failed */
void	wire_write_u8(struct wire_writer *, uint8_t);
void	wire_write_u16(struct wire_writer *, uint16_t);
void	wire_write_u32(struct wire_writer *, uint32_t);
void	wire_write_bytes(struct wire_writer *, const void *data, size_t n);
/* Overwrites two bytes that were written before, such as a length. */
void	wire_patch_u16(struct wire_writer *, size_t at, uint16_t);
void	wire_patch_u8(struct wire_writer *, size_t at, uint8_t);

#endif /* BGPLBD_SESSION_WIRE_H */
