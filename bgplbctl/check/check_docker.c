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
	/* Another network namespace may have a bgplbd too. */
	finding_advise(f, "bgplbctl -s /proc/$(pgrep --ns $$ --nslist net "
	    "-f '^bgplbd: parent')/root/run/bgplbd.sock check");
}

static void
judge_reach(struct check *c)
{
	struct finding *f;

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

/* Docker tries no second time, whatever the restart policy. */
static void
judge_start(struct check *c, const struct control_start_failure *s)
{
	const char *who = s->name[0] != '\0' ? s->name : s->container_id;
	struct finding *f;

	f = finding_add(c->findings, SEVERITY_PROBLEM, "container %s", who);
	finding_say(f, "is down: Docker failed to start it: %s", s->error);
	finding_advise(f, "docker start %s", who);
}

static void
judge_starts(struct check *c)
{
	const struct check_daemon *d = c->daemon;
	size_t i;

	for (i = 0; i < d->nstart_failures &&
	    i < CONTROL_START_FAILURES_MAX; i++)
		judge_start(c, &d->start_failures[i]);
	if (d->nstart_failures > i)
		findings_not_looked_at(c->findings, "containers that are down",
		    "%zu more that Docker failed to start",
		    d->nstart_failures - i);
	if (d->starts_unseen != NULL && d->starts_unseen[0] != '\0')
		findings_not_looked_at(c->findings, "containers that are down",
		    "%s", d->starts_unseen);
}

void
check_docker(struct check *c)
{
	judge_plugin(c);
	judge_reach(c);
	judge_starts(c);
}
