#include <string.h>

#include "bgplbctl/check/check.h"

#define HOST_END	"bgpve-"

/* The host's end of a container's link to a load-balanced network. */
static bool
is_host_end(const struct path_link *l)
{
	return l->link.kind == LINK_VETH && !l->link.down &&
	    l->link.master != 0 &&
	    strncmp(l->link.name, HOST_END, strlen(HOST_END)) == 0;
}

/* They need the kernel's help for it, and what else is at their ingress is in the way. */
void
check_links(struct check *c)
{
	const struct paths *paths = &c->facts->paths;
	const struct path_link *first = NULL;
	struct finding *f;
	size_t i, n = 0;

	if (paths->ingress_unknown)
		return;
	for (i = 0; i < paths->nlinks; i++) {
		if (paths->links[i].drops_ingress ||
		    !is_host_end(&paths->links[i]))
			continue;
		if (n++ == 0)
			first = &paths->links[i];
	}
	if (first == NULL)
		return;
	f = finding_add(c->findings, SEVERITY_NOTICE, "link %s",
	    first->link.name);
	finding_say(f, "does not drop what its container sends to this host, nor do "
	    "%zu others: the kernel lacks sch_ingress or cls_bpf, or another "
	    "program changed it", n - 1);
	finding_advise(f, "modprobe -a sch_ingress cls_bpf");
}
