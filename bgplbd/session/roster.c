#include <stdlib.h>
#include <string.h>

#include "bgplbd/session/engine.h"
#include "bgplbd/session/neighbor.h"
#include "bgplbd/session/roster.h"
#include "common/log.h"

/* Between two lines about prefixes that are full. */
#define FULL_SECONDS	60

static void
add(struct roster *r, struct neighbor *n)
{
	r->list[r->count++] = n;
	r->numbers++;
}

void
roster_init(struct engine *e)
{
	const struct settings *s = e->settings;
	size_t i;

	/* Never moves: those of the settings, and as many as prefixes may have. */
	e->roster.list = xcalloc(s->nneighbors + SETTINGS_DYNAMIC_MAX,
	    sizeof(*e->roster.list));
	e->roster.quotas = xcalloc(s->nneighbors + 1,
	    sizeof(*e->roster.quotas));
	for (i = 0; i < s->nneighbors; i++)
		if (!s->neighbors[i].dynamic)
			add(&e->roster, neighbor_new(e, &s->neighbors[i],
			    e->roster.numbers));
}

void
roster_clear(struct engine *e)
{
	size_t i;

	for (i = 0; i < e->roster.count; i++)
		neighbor_free(e->roster.list[i]);
	free(e->roster.list);
	free(e->roster.quotas);
	departed_clear(&e->roster.departed);
}

enum roster_found
roster_at(const struct engine *e, const struct address *addr,
    const char *interface, struct neighbor **out)
{
	enum roster_found found = ROSTER_NONE;
	struct neighbor *n;
	size_t i;

	for (i = 0; i < e->roster.count; i++) {
		n = e->roster.list[i];
		if (address_cmp(neighbor_address(n), addr) != 0 ||
		    (interface[0] != '\0' &&
		    strcmp(neighbor_interface(n), interface) != 0))
			continue;
		if (found == ROSTER_ONE)
			return ROSTER_SEVERAL;
		found = ROSTER_ONE;
		*out = n;
	}
	return found;
}

struct neighbor *
roster_by_settings(const struct engine *e, const struct neighbor_settings *s)
{
	size_t i;

	for (i = 0; i < e->roster.count; i++)
		if (neighbor_has_settings(e->roster.list[i], s))
			return e->roster.list[i];
	return NULL;
}

struct neighbor *
roster_by_number(const struct engine *e, uint32_t number)
{
	size_t i;

	for (i = 0; i < e->roster.count; i++)
		if (neighbor_number(e->roster.list[i]) == number)
			return e->roster.list[i];
	return NULL;
}

struct log_quota *
roster_quota(struct engine *e, const struct neighbor_settings *prefix)
{
	return &e->roster.quotas[prefix - e->settings->neighbors];
}

static const struct neighbor_settings *
longest_prefix(const struct settings *s, const struct address *addr)
{
	const struct neighbor_settings *best = NULL, *n;
	size_t i;

	for (i = 0; i < s->nneighbors; i++) {
		n = &s->neighbors[i];
		if (neighbor_settings_cover(n, addr) &&
		    (best == NULL || n->length > best->length))
			best = n;
	}
	return best;
}

static unsigned int
count_of(const struct roster *r, const struct neighbor_settings *prefix)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < r->count; i++)
		if (neighbor_prefix(r->list[i]) == prefix)
			count++;
	return count;
}

static void
report_full(struct roster *r, const struct neighbor_settings *prefix,
    const struct address *addr)
{
	char name[NEIGHBOR_TEXT_MAX], text[ADDRESS_STRLEN];
	time_t now = neighbor_now();

	if (r->reported != 0 && now - r->reported < FULL_SECONDS)
		return;
	r->reported = now;
	log_warn("neighbor %s: has %u neighbors, which is its max: refused "
	    "%s", neighbor_settings_name(prefix, name), prefix->max,
	    address_format(addr, text));
}

enum roster_answer
roster_welcome(struct engine *e, int fd, const struct address *addr,
    uint32_t scope, struct neighbor **out)
{
	const struct neighbor_settings *prefix;
	struct roster *r = &e->roster;
	struct last_errors errors;
	size_t i;

	for (i = 0; i < r->count; i++)
		if (neighbor_is_at(r->list[i], fd, addr, scope)) {
			*out = r->list[i];
			return ROSTER_KNOWN;
		}
	/* What is of one link is nobody's prefix. */
	prefix = scope != 0 ? NULL : longest_prefix(e->settings, addr);
	if (prefix == NULL)
		return ROSTER_STRANGER;
	if (count_of(r, prefix) >= prefix->max ||
	    r->count == e->settings->nneighbors + SETTINGS_DYNAMIC_MAX) {
		report_full(r, prefix, addr);
		return ROSTER_FULL;
	}
	*out = neighbor_new_of_prefix(e, prefix, addr, r->numbers);
	if (departed_take(&r->departed, addr, neighbor_now(), &errors))
		neighbor_set_errors(*out, &errors);
	add(r, *out);
	neighbor_start(*out);
	return ROSTER_KNOWN;
}

void
roster_forget(struct engine *e, struct neighbor *n)
{
	struct roster *r = &e->roster;
	struct control_neighbor row;
	size_t i;

	if (last_errors_has_any(neighbor_errors(n))) {
		neighbor_report(n, &row);
		departed_add(&r->departed, &row, neighbor_errors(n),
		    neighbor_now());
	}
	for (i = 0; r->list[i] != n; i++)
		;
	r->count--;
	memmove(&r->list[i], &r->list[i + 1],
	    (r->count - i) * sizeof(r->list[0]));
	neighbor_free(n);
}
