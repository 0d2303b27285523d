#include <string.h>

#include "bgplbctl/check/check.h"

void
check_neighbors(struct check *c)
{
	const struct control_neighbor *n = c->daemon->neighbors;
	const struct control_neighbor *end = n + c->daemon->nneighbors;
	char addr[ADDRESS_STRLEN];
	struct finding *f;

	for (; n < end; n++) {
		if (n->state == BGP_ESTABLISHED)
			continue;
		f = finding_add(c->findings,
		    n->down ? SEVERITY_NOTICE : SEVERITY_PROBLEM,
		    "neighbor %s", address_format(&n->addr, addr));
		finding_say(f, "has no session (%s)%s%.128s", n->down ?
		    "down by order" : bgp_state_name(n->state),
		    n->last_error[0] != '\0' ? "; last error: " : "",
		    n->last_error);
		finding_advise(f, "%s%s", n->down ? "bgplbctl neighbor " :
		    "bgplbctl show neighbors ", addr);
		if (f != NULL && n->down)
			strlcat(f->remedy, " up", sizeof(f->remedy));
	}
}
