#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/check/filter_facts.h"
#include "bgplbctl/check/filter_listings.h"
#include "bgplbctl/check/netns.h"
#include "bgplbctl/check/program_output.h"
#include "common/log.h"

#define TCP_LISTEN	0x0a		/* as /proc/net/tcp shows it */

struct gathering {
	struct filter_facts	*facts;
	const char		*prefix;	/* of what is not seen: whose it is */
};

static void
note_unseen(void *arg, const char *what, const char *why)
{
	struct gathering *g = arg;
	struct filter_facts *facts = g->facts;
	struct filter_unseen *u;

	if (facts->nunseen == FILTER_UNSEEN_MAX)
		return;
	u = &facts->unseen[facts->nunseen++];
	snprintf(u->what, sizeof(u->what), "%s%s", g->prefix, what);
	strlcpy(u->why, why, sizeof(u->why));
}

/* Of the namespace that the program is in; NULL if no packet filter is there. */
static struct filter_rules *
gather_here(struct gathering *g)
{
	if (netns_has_filter() == 0)
		return NULL;
	return filter_listings_gather(note_unseen, g);
}

/* Services that listen for the address of a load-balanced network, or for any. */
static void
read_ports(struct filter_inside *inside, pid_t pid, const char *file)
{
	char path[48], line[256], address[40];
	unsigned int port, state;
	size_t i;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/net/%s", (long)pid, file);
	if ((f = fopen(path, "re")) == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL &&
	    inside->nports < LISTENING_PORTS_MAX) {
		if (sscanf(line, " %*u: %39[0-9A-F]:%4x %*[0-9A-F]:%*x %2x",
		    address, &port, &state) != 3 || state != TCP_LISTEN ||
		    strncmp(address + strlen(address) - 2, "7F", 2) == 0)
			continue;
		for (i = 0; i < inside->nports; i++)
			if (inside->ports[i] == port)
				break;
		if (i == inside->nports)
			inside->ports[inside->nports++] = (uint16_t)port;
	}
	fclose(f);
}

static void
gather_container(struct filter_facts *facts, struct filter_inside *inside,
    const struct path_endpoint *e, size_t *nfiltered)
{
	struct gathering g = { .facts = facts };
	char prefix[48];

	if (e->pid == 0 || e->error != 0)
		return;
	read_ports(inside, e->pid, "tcp");
	read_ports(inside, e->pid, "tcp6");
	if (netns_enter(e->pid) == -1)
		return;
	snprintf(prefix, sizeof(prefix), "container %s: ", e->container);
	g.prefix = prefix;
	if (*nfiltered < FILTERED_CONTAINERS_MAX) {
		inside->rules = gather_here(&g);
		*nfiltered += inside->rules != NULL;
	} else if (netns_has_filter() != 0)
		note_unseen(&g, "packet filters", "too many containers have some");
	netns_leave();
}

static bool
program_says(char *const argv[], const char *word)
{
	char *text = program_output(argv, "");
	bool says = text != NULL && strstr(text, word) != NULL;

	free(text);
	return says;
}

/* What looks at packets before any hook is told, but not judged. */
static void
look_at_device(struct gathering *g, const char *name)
{
	char what[96];
	char *const xdp[] = { "ip", "-o", "link", "show", "dev", (char *)name,
		NULL };
	char *const tc[] = { "tc", "filter", "show", "dev", (char *)name,
		"ingress", NULL };

	snprintf(what, sizeof(what), "packets at %s", name);
	if (g->facts->host != NULL &&
	    filter_rules_on_device(g->facts->host, name))
		note_unseen(g, what, "nft has a chain of family netdev there");
	if (program_says(xdp, " xdp"))
		note_unseen(g, what, "an XDP program is attached there");
	if (program_says(tc, "filter "))
		note_unseen(g, what, "tc has a filter there");
}

void
filter_facts_gather(struct filter_facts *facts, const struct paths *paths)
{
	struct gathering g = { .facts = facts, .prefix = "" };
	size_t i, nfiltered = 0;

	memset(facts, 0, sizeof(*facts));
	facts->host = gather_here(&g);
	for (i = 0; i < paths->nuplinks; i++)
		look_at_device(&g, paths->uplinks[i].link->link.name);
	facts->ninside = paths->nendpoints;
	facts->inside = xcalloc(facts->ninside + 1, sizeof(*facts->inside));
	for (i = 0; i < paths->nendpoints; i++)
		gather_container(facts, &facts->inside[i],
		    &paths->endpoints[i], &nfiltered);
}

void
filter_facts_free(struct filter_facts *facts)
{
	size_t i;

	filter_rules_free(facts->host);
	for (i = 0; i < facts->ninside; i++)
		filter_rules_free(facts->inside[i].rules);
	free(facts->inside);
	memset(facts, 0, sizeof(*facts));
}
