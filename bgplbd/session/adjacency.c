#include <stdlib.h>
#include <string.h>

#include "bgplbd/session/adjacency.h"
#include "bgplbd/session/message.h"

void
adjacency_add(struct adjacency *a, struct rib *rib,
    const struct update_path *path)
{
	struct adjacency_family *f = a->families;

	if (f->feed != NULL)
		f = &a->families[1];
	f->afi = path->nexthop.afi;
	f->feed = rib_feed_new(rib);
	update_form_announce(&f->announce, path);
	update_form_withdraw(&f->withdraw, f->afi);
	f->end_of_rib = true;
}

void
adjacency_clear(struct adjacency *a)
{
	unsigned int i;

	for (i = 0; i < ADJACENCY_FAMILIES; i++)
		rib_feed_free(a->families[i].feed);
	memset(a, 0, sizeof(*a));
}

static bool
has_room(const struct wire_writer *w)
{
	return wire_room(w) >= BGP_MESSAGE_MAX;
}

static size_t
fill_changes(struct adjacency_family *f, enum rib_change kind,
    struct wire_writer *w)
{
	struct update u;
	size_t messages = 0;

	while (has_room(w) && rib_feed_has(f->feed, kind)) {
		u = update_begin(w, kind == RIB_WITHDRAWN ? &f->withdraw :
		    &f->announce);
		rib_feed_take(f->feed, kind, w, update_room(&u));
		update_end(&u);
		messages++;
	}
	return messages;
}

static bool
end_of_rib_is_due(struct adjacency_family *f, bool ready)
{
	return ready && f->end_of_rib &&
	    !rib_feed_has(f->feed, RIB_ANNOUNCED);
}

static size_t
fill_end_of_rib(struct adjacency_family *f, bool ready, struct wire_writer *w)
{
	if (!has_room(w) || !end_of_rib_is_due(f, ready))
		return 0;
	update_write_end_of_rib(w, f->afi);
	f->end_of_rib = false;
	return 1;
}

size_t
adjacency_fill(struct adjacency *a, bool ready, struct wire_writer *w)
{
	struct adjacency_family *f;
	size_t messages = 0;
	unsigned int i;

	for (i = 0; i < ADJACENCY_FAMILIES; i++) {
		f = &a->families[i];
		if (f->feed != NULL)
			messages += fill_changes(f, RIB_WITHDRAWN, w);
	}
	for (i = 0; i < ADJACENCY_FAMILIES; i++) {
		f = &a->families[i];
		if (f->feed == NULL)
			continue;
		messages += fill_changes(f, RIB_ANNOUNCED, w);
		messages += fill_end_of_rib(f, ready, w);
	}
	return messages;
}

void
adjacency_refresh(struct adjacency *a, enum afi afi)
{
	unsigned int i;

	for (i = 0; i < ADJACENCY_FAMILIES; i++)
		if (a->families[i].feed != NULL && a->families[i].afi == afi)
			rib_feed_rewind(a->families[i].feed);
}

size_t
adjacency_count(const struct adjacency *a)
{
	size_t count = 0;
	unsigned int i;

	for (i = 0; i < ADJACENCY_FAMILIES; i++)
		if (a->families[i].feed != NULL)
			count += rib_feed_count(a->families[i].feed);
	return count;
}
