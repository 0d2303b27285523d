/*
 * `bgplbctl check`: what on this host would stop traffic, or does.  Pure: judges
 * what host_facts.c has gathered and what bgplbd told of prefixes and neighbors.
 *
 * Each finding names one thing, says what comes of it, and how to mend it.  None is
 * made of what is not known, and none for an address family that no prefix has.
 */
#ifndef BGPLBCTL_CHECK_H
#define BGPLBCTL_CHECK_H

#include <stddef.h>

#include "bgplbctl/host_facts.h"
#include "common/control.h"

enum severity {
	SEVERITY_PROBLEM,	/* traffic does not pass, or will not */
	SEVERITY_NOTICE		/* it passes, but maybe not as expected */
};

#define FINDING_TEXT_MAX	CONTROL_TEXT_MAX
struct finding {
	enum severity	severity;
	char		subject[96];		/* "net.ipv4.ip_forward" */
	char		text[FINDING_TEXT_MAX];	/* what is so, and what comes of it */
	char		remedy[FINDING_TEXT_MAX];	/* what to do */
};

/* More are counted, but not kept: hosts with so many have one cause for them. */
#define FINDINGS_MAX	256
struct findings {
	struct finding	list[FINDINGS_MAX];
	size_t		n;
	size_t		omitted;
};

/* What bgplbd told; error is a sentence if it told nothing, or NULL. */
struct check_daemon {
	const struct control_prefix	*prefixes;
	size_t				 nprefixes;
	const struct control_neighbor	*neighbors;
	size_t				 nneighbors;
	const char			*error;
};

void	check_judge(const struct host_facts *, const struct check_daemon *,
	    struct findings *);

#endif /* BGPLBCTL_CHECK_H */
