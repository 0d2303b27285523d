#include <stdlib.h>
#include <string.h>

#include "bgplbd/session/adjacency.h"
#include "bgplbd/session/message.h"

void
adjacency_add(struct adjacency *a, struct rib *rib,
    const struct update_path *path, const char *held)
{
	struct adjacency_family *f = a->families;

	if (f->feed != NULL)
		f = &a->families[1];
	f->path = *path;
	f->feed = rib_feed_new(rib, path->settings->link_bandwidth != 0 ?
	    RIB_LEAVING | RIB_ENDPOINTS : RIB_LEAVING);
	f->end_of_rib = true;
	f->held = held;
	rib_feed_hold(f->feed);
}

void
adjacency_clear(struct adjacency *a)
{
	unsigned int i;

	for (i = 0; i < ADJACENCY_FAMILIES; i++)
		rib_feed_free(a->families[i].feed);
	memset(a, 0, sizeof(*a));
}

const struct adjacency_family *
adjacency_family(const struct adjacency *a, enum afi afi)
{
	unsigned int i;

	for (i = 0; i < ADJACENCY_FAMILIES; i++)
		if (a->families[i].feed != NULL &&
		    a->families[i].path.afi == afi)
			return &a->families[i];
	return NULL;
}

static struct adjacency_family *
find_family(struct adjacency *a, enum afi afi)
{
	const struct adjacency_family *f = adjacency_family(a, afi);

	return f == NULL ? NULL : &a->families[f - a->families];
}

void
adjacency_set_nexthop(struct adjacency *a, enum afi afi,
    const struct address *nexthop, const struct address *link_local)
{
	struct adjacency_family *f = find_family(a, afi);

	if (f == NULL || (f->held == NULL &&
	    address_cmp(&f->path.nexthop, nexthop) == 0 &&
	    address_cmp(&f->path.link_local, link_local) == 0))
		return;
	f->path.nexthop = *nexthop;
	f->path.link_local = *link_local;
	f->held = NULL;
	rib_feed_release(f->feed);
}

void
adjacency_hold(struct adjacency *a, enum afi afi, const char *reason)
{
	struct adjacency_family *f = find_family(a, afi);

	if (f == NULL)
		return;
	if (f->held == NULL)
		rib_feed_hold(f->feed);
	f->held = reason;
}

void
adjacency_hurry(struct adjacency *a)
{
	unsigned int i;

	for (i = 0; i < ADJACENCY_FAMILIES; i++)
		a->families[i].hurried = true;
}

static bool
has_room(const struct wire_writer *w)
{
	return wire_room(w) >= BGP_MESSAGE_MAX;
}

static enum afi
family_afi(const struct adjacency_family *f)
{
	return f->path.afi;
}

/* One message, of the next prefixes. */
static void
write_next(struct adjacency_family *f, enum rib_change kind,
    const struct update_form *form, struct wire_writer *w)
{
	struct update u = update_begin(w, form);

	rib_feed_take(f->feed, kind, w, update_room(&u));
	update_end(&u);
}

static size_t
fill_withdrawn(struct adjacency_family *f, struct wire_writer *w)
{
	struct update_form form;
	size_t messages = 0;

	if (!rib_feed_has(f->feed, RIB_WITHDRAWN))
		return 0;
	update_form_withdraw(&form, family_afi(f));
	while (has_room(w) && rib_feed_has(f->feed, RIB_WITHDRAWN)) {
		write_next(f, RIB_WITHDRAWN, &form, w);
		messages++;
	}
	return messages;
}

static void
set_traits(struct update_path *path, uint16_t traits)
{
	path->endpoints = traits & RIB_ENDPOINTS;
	path->leaving = traits & RIB_LEAVING;
}

static size_t
fill_announced(struct adjacency_family *f, struct wire_writer *w)
{
	struct update_form form;
	uint16_t formed = 0, traits;
	size_t messages = 0;

	while (has_room(w) && rib_feed_has(f->feed, RIB_ANNOUNCED)) {
		traits = rib_feed_traits(f->feed);
		if (messages == 0 || traits != formed) {
			set_traits(&f->path, traits);
			update_form_announce(&form, &f->path);
			formed = traits;
		}
		write_next(f, RIB_ANNOUNCED, &form, w);
		messages++;
	}
	return messages;
}

static bool
end_of_rib_is_due(struct adjacency_family *f, bool ready)
{
	return ready && f->end_of_rib && (f->held == NULL || f->hurried) &&
	    !rib_feed_has(f->feed, RIB_ANNOUNCED);
}

static size_t
fill_end_of_rib(struct adjacency_family *f, bool ready, struct wire_writer *w)
{
	if (!has_room(w) || !end_of_rib_is_due(f, ready))
		return 0;
	update_write_end_of_rib(w, family_afi(f));
	f->end_of_rib = false;
	return 1;
}

static size_t
fill_refresh_mark(struct adjacency_family *f, bool *due,
    enum route_refresh mark, struct wire_writer *w)
{
	if (!*due || !has_room(w))
		return 0;
	message_write_route_refresh(w, family_afi(f), mark);
	*due = false;
	return 1;
}

static size_t
fill_family(struct adjacency_family *f, bool ready, struct wire_writer *w)
{
	size_t messages;

	messages = fill_refresh_mark(f, &f->refresh_begin, REFRESH_BEGIN, w);
	messages += fill_announced(f, w);
	if (has_room(w) && !rib_feed_has(f->feed, RIB_ANNOUNCED))
		messages += fill_refresh_mark(f, &f->refresh_end, REFRESH_END,
		    w);
	return messages + fill_end_of_rib(f, ready, w);
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
			messages += fill_withdrawn(f, w);
	}
	for (i = 0; i < ADJACENCY_FAMILIES; i++) {
		f = &a->families[i];
		if (f->feed != NULL)
			messages += fill_family(f, ready, w);
	}
	return messages;
}

bool
adjacency_ask_refresh(struct adjacency *a, enum afi afi)
{
	struct adjacency_family *f;
	unsigned int i;

	for (i = 0; i < ADJACENCY_FAMILIES; i++) {
		f = &a->families[i];
		if (f->feed == NULL || family_afi(f) != afi ||
		    f->refresh_asked)
			continue;
		f->refresh_asked = true;
		return true;
	}
	return false;
}

/* Something of the last refresh, or of the first telling, is still to be sent. */
static bool
is_being_told(struct adjacency_family *f)
{
	return f->refresh_end || rib_feed_has(f->feed, RIB_ANNOUNCED);
}

uint64_t
adjacency_begin_refresh(struct adjacency *a, bool enhanced, uint64_t now)
{
	struct adjacency_family *f;
	uint64_t next, wait = 0;
	unsigned int i;

	for (i = 0; i < ADJACENCY_FAMILIES; i++) {
		f = &a->families[i];
		if (f->feed == NULL || !f->refresh_asked || is_being_told(f))
			continue;
		next = f->refreshed ?
		    f->refreshed_ms + REFRESH_INTERVAL_MS : 0;
		if (now < next) {
			if (wait == 0 || next - now < wait)
				wait = next - now;
			continue;
		}
		f->refresh_asked = false;
		f->refreshed = true;
		f->refreshed_ms = now;
		rib_feed_rewind(f->feed);
		f->refresh_begin = f->refresh_end = enhanced && !f->end_of_rib;
	}
	return wait;
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

enum advertisement_state
adjacency_state(const struct adjacency *a, const struct rib_route *route)
{
	const struct adjacency_family *f = adjacency_family(a,
	    route->prefix.addr.afi);

	if (f == NULL)
		return ADVERTISEMENT_NOT_NEGOTIATED;
	if (f->held != NULL)
		return ADVERTISEMENT_HELD;
	return rib_feed_told(f->feed, route) ? ADVERTISEMENT_ANNOUNCED :
	    ADVERTISEMENT_PENDING;
}

void
adjacency_describe(const struct adjacency *a, const struct rib_route *route,
    struct control_advertisement *out)
{
	const struct adjacency_family *f = adjacency_family(a,
	    route->prefix.addr.afi);
	struct update_path path;

	out->state = adjacency_state(a, route);
	if (f == NULL)
		return;
	if (f->held != NULL) {
		strlcpy(out->reason, f->held, sizeof(out->reason));
		return;
	}
	path = f->path;
	set_traits(&path, route->traits);
	update_describe(&path, out);
}
