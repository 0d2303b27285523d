#include <stdlib.h>
#include <string.h>

#include "bgplbd/session/bitmap.h"
#include "common/log.h"

#define WORD_BITS	64

static uint64_t
mask(uint32_t bit)
{
	return 1ULL << bit % WORD_BITS;
}

bool
bitmap_has(const struct bitmap *b, uint32_t bit)
{
	uint32_t word = bit / WORD_BITS;

	return word < b->size && b->words[word] & mask(bit);
}

static void
grow(struct bitmap *b, uint32_t word)
{
	uint32_t size = b->size + b->size / 2;

	if (size <= word)
		size = word + 1;
	b->words = xreallocarray(b->words, size, sizeof(*b->words));
	memset(&b->words[b->size], 0, (size - b->size) * sizeof(*b->words));
	b->size = size;
}

void
bitmap_set(struct bitmap *b, uint32_t bit)
{
	uint32_t word = bit / WORD_BITS;

	if (word >= b->size)
		grow(b, word);
	b->words[word] |= mask(bit);
}

void
bitmap_clear(struct bitmap *b, uint32_t bit)
{
	uint32_t word = bit / WORD_BITS;

	if (word < b->size)
		b->words[word] &= ~mask(bit);
}

void
bitmap_free(struct bitmap *b)
{
	free(b->words);
	b->words = NULL;
	b->size = 0;
}
