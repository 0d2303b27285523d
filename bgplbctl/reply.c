#include <stdlib.h>
#include <string.h>

#include "bgplbctl/reply.h"
#include "common/log.h"

void
reply_init(struct reply *r, uint32_t request)
{
	memset(r, 0, sizeof(*r));
	r->request = request;
}

void
reply_clear(struct reply *r)
{
	free(r->neighbors);
	free(r->prefixes);
	free(r->told);
	free(r->advertisements);
	free(r->start_failures);
	memset(r, 0, sizeof(*r));
}

/* The type of row that answers the request; 0 if there are none. */
static uint32_t
row_type(uint32_t request)
{
	switch (request) {
	case CONTROL_SHOW_NEIGHBORS:
		return CONTROL_NEIGHBOR;
	case CONTROL_SHOW_PREFIXES:
		return CONTROL_PREFIX;
	case CONTROL_SHOW_TOLD:
		return CONTROL_TOLD;
	case CONTROL_SHOW_ADVERTISEMENTS:
		return CONTROL_ADVERTISEMENT;
	case CONTROL_SHOW_START_FAILURES:
		return CONTROL_START_FAILURE;
	default:
		return 0;
	}
}

/* Room for one row more, at the end of rows, which may move. */
static void *
next_row(struct reply *r, void *rows, size_t size)
{
	if (r->nrows < r->room)
		return rows;
	r->room = r->room > 0 ? r->room * 2 : 16;
	return xreallocarray(rows, r->room, size);
}

static enum reply_progress
add_row(struct reply *r, uint32_t type, const void *row)
{
	if (r->nrows == REPLY_ROWS_MAX)
		return REPLY_TOO_LONG;
	switch (type) {
	case CONTROL_NEIGHBOR:
		r->neighbors = next_row(r, r->neighbors,
		    sizeof(*r->neighbors));
		memcpy(&r->neighbors[r->nrows], row, sizeof(*r->neighbors));
		break;
	case CONTROL_PREFIX:
		r->prefixes = next_row(r, r->prefixes, sizeof(*r->prefixes));
		memcpy(&r->prefixes[r->nrows], row, sizeof(*r->prefixes));
		break;
	case CONTROL_TOLD:
		r->told = next_row(r, r->told, sizeof(*r->told));
		memcpy(&r->told[r->nrows], row, sizeof(*r->told));
		break;
	case CONTROL_ADVERTISEMENT:
		r->advertisements = next_row(r, r->advertisements,
		    sizeof(*r->advertisements));
		memcpy(&r->advertisements[r->nrows], row,
		    sizeof(*r->advertisements));
		break;
	case CONTROL_START_FAILURE:
		r->start_failures = next_row(r, r->start_failures,
		    sizeof(*r->start_failures));
		memcpy(&r->start_failures[r->nrows], row,
		    sizeof(*r->start_failures));
		break;
	}
	r->nrows++;
	return REPLY_MORE;
}

enum reply_progress
reply_add(struct reply *r, const void *packet, size_t len)
{
	/* The validator reads the payload as structs, which must be aligned. */
	union {
		struct control_neighbor	neighbor;
		struct control_prefix	prefix;
		struct control_told	told;
		struct control_advertisement advertisement;
		struct control_start_failure start_failure;
		struct control_result	result;
	} payload;
	struct channel_hdr hdr;
	size_t size;

	if (len < sizeof(hdr))
		return REPLY_MALFORMED;
	memcpy(&hdr, packet, sizeof(hdr));
	size = len - sizeof(hdr);
	if (hdr.len != len || size > sizeof(payload))
		return REPLY_MALFORMED;
	memcpy(&payload, (const char *)packet + sizeof(hdr), size);
	if (!control_reply_is_valid(hdr.type, &payload, size))
		return REPLY_MALFORMED;
	if (hdr.type == CONTROL_RESULT) {
		r->result = payload.result;
		return REPLY_COMPLETE;
	}
	if (hdr.type != row_type(r->request))
		return REPLY_MALFORMED;
	return add_row(r, hdr.type, &payload);
}
