#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/rde/tables.h"
#include "common/log.h"

RB_GENERATE(network_tree, network, entry, network_cmp)

int
network_cmp(const struct network *a, const struct network *b)
{
	return memcmp(a->id.hex, b->id.hex, OBJECT_ID_DIGITS);
}

const char *
network_label(const struct network *n, char *buf)
{
	if (n->name[0] != '\0')
		snprintf(buf, NETWORK_LABEL_MAX, "network %s (%.*s)",
		    n->name, OBJECT_ID_SHORT, n->id.hex);
	else
		snprintf(buf, NETWORK_LABEL_MAX, "network %.*s",
		    OBJECT_ID_SHORT, n->id.hex);
	return buf;
}

struct network *
network_find(struct tables *t, const struct object_id *id)
{
	struct network key = { .id = *id };

	return RB_FIND(network_tree, &t->networks, &key);
}

struct network *
network_upsert(struct tables *t, const struct object_id *id)
{
	struct network *n = network_find(t, id);

	if (n == NULL) {
		if (t->nnetworks == NETWORKS_MAX) {
			errno = ENOSPC;
			return NULL;
		}
		n = xcalloc(1, sizeof(*n));
		n->id = *id;
		LIST_INIT(&n->endpoints);
		RB_INSERT(network_tree, &t->networks, n);
		t->nnetworks++;
	}
	n->touched = t->epoch;
	return n;
}

static void
unlist_prefixes(struct tables *t, struct claim **claims, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		claims[i]->listed = false;
		claim_release(t, claims[i]);
	}
	free(claims);
}

static struct claim *
list_prefix(struct tables *t, struct network *n, const struct prefix *p)
{
	struct claim *c;

	if (!claim_is_possible(p) || (n->ours && !prefix_is_host(p)) ||
	    (!n->ours && !n->labelled))
		return NULL;
	c = claim_get(t, p, n, n->ours ? PREFIX_LB : PREFIX_SUBNET);
	if (c->listed)
		return NULL;		/* named twice */
	c->listed = true;
	return c;
}

void
network_set(struct tables *t, struct network *n, bool ours, bool labelled,
    const struct prefix *prefixes, size_t nprefixes)
{
	struct claim *c;
	size_t i;

	unlist_prefixes(t, n->claims, n->nclaims);
	n->ours = ours;
	n->labelled = labelled;
	n->claims = nprefixes > 0 ?
	    xcalloc(nprefixes, sizeof(*n->claims)) : NULL;
	n->nclaims = 0;
	for (i = 0; i < nprefixes; i++)
		if ((c = list_prefix(t, n, &prefixes[i])) != NULL)
			n->claims[n->nclaims++] = c;
}

void
network_remove(struct tables *t, struct network *n)
{
	struct endpoint *e;

	while ((e = LIST_FIRST(&n->endpoints)) != NULL)
		endpoint_remove(t, e);
	unlist_prefixes(t, n->claims, n->nclaims);
	RB_REMOVE(network_tree, &t->networks, n);
	t->nnetworks--;
	free(n);
}

/* The place of the id among those remembered, or -1. */
static int
gone_place(const struct tables *t, const struct object_id *id)
{
	unsigned int i;

	for (i = 0; i < t->ngone && i < GONE_NETWORKS_MAX; i++)
		if (object_id_equal(&t->gone[i], id))
			return (int)i;
	return -1;
}

void
network_set_gone(struct tables *t, const struct object_id *id)
{
	if (gone_place(t, id) == -1)
		t->gone[t->ngone++ % GONE_NETWORKS_MAX] = *id;
}

void
network_set_back(struct tables *t, const struct object_id *id)
{
	int i = gone_place(t, id);

	if (i != -1)
		memset(&t->gone[i], 0, sizeof(t->gone[i]));
}

bool
network_is_gone(const struct tables *t, const struct object_id *id)
{
	return gone_place(t, id) != -1;
}
