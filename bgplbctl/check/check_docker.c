#include "bgplbctl/check/check.h"

/* Its root folder has no programs that list filters. */
static void
judge_plugin(struct check *c)
{
	struct finding *f;

	if (!c->facts->in_plugin)
		return;
	f = finding_add(c->findings, SEVERITY_NOTICE, "managed plugin");
	finding_say(f, "has bgplbctl, but the host's packet filters are not seen from "
	    "inside: use the host's own bgplbctl, as root");
	finding_advise(f, "bgplbctl -s /proc/$(pgrep -f '^bgplbd: parent')/root"
	    "/run/bgplbd.sock check");
}

void
check_docker(struct check *c)
{
	struct finding *f;

	judge_plugin(c);

	if (c->daemon->docker == NULL) {
		findings_not_looked_at(c->findings, "Docker",
		    "bgplbd does not say whether it reaches the engine: are bgplbd "
		    "and bgplbctl of one version?");
		return;
	}
	if (c->daemon->docker[0] == '\0')
		return;
	f = finding_add(c->findings, SEVERITY_PROBLEM, "Docker");
	finding_say(f, "cannot be asked (%s): starts, ends and health of containers "
	    "are not followed", c->daemon->docker);
	finding_advise(f, "systemctl start docker");
}
