/*
 * The findings of `bgplbctl check`, and what it could not look at.  Pure.
 *
 * A finding names one thing, says what comes of it, and how to mend it.  Each
 * check_*.c adds its own; show_findings.c prints them.
 */
#ifndef BGPLBCTL_CHECK_FINDINGS_H
#define BGPLBCTL_CHECK_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/control.h"

enum severity {
	SEVERITY_PROBLEM,	/* traffic does not pass, or will not */
	SEVERITY_NOTICE		/* it passes, but maybe not as expected */
};

#define FINDING_TEXT_MAX	512
struct finding {
	enum severity	severity;
	char		subject[96];		/* "net.ipv4.ip_forward" */
	char		text[FINDING_TEXT_MAX];	/* what is so, and what comes of it */
	char		remedy[FINDING_TEXT_MAX];	/* what to do */
	size_t		others;			/* that have the same cause */
};

/* Something that could stop traffic, and that nobody can judge from here. */
struct unseen {
	char	subject[FINDING_TEXT_MAX];
	char	reason[FINDING_TEXT_MAX];
};

/* More are counted, but not kept: hosts with so many have one cause for them. */
#define FINDINGS_MAX	256
#define UNSEEN_MAX	64
struct findings {
	struct finding	list[FINDINGS_MAX];
	size_t		n;
	size_t		omitted;
	struct unseen	unseen[UNSEEN_MAX];
	size_t		nunseen;
	size_t		unseen_omitted;
};

/*
 * True if there is a finding about that already: it then counts one more with the same
 * cause, so that a rule that stops 1 000 prefixes is one finding.
 */
bool	finding_repeats(struct findings *, const char *subject, ...)
	    __attribute__((format(printf, 2, 3)));
/* A finding with its subject, still without a text; NULL if there are too many. */
struct finding *finding_add(struct findings *, enum severity,
	    const char *subject, ...) __attribute__((format(printf, 3, 4)));
/* Nothing is done if the finding is NULL. */
void	finding_say(struct finding *, const char *text, ...)
	    __attribute__((format(printf, 2, 3)));
void	finding_advise(struct finding *, const char *remedy, ...)
	    __attribute__((format(printf, 2, 3)));

/*
 * Tells that something was not looked at or could not be judged, and why; once for
 * each subject and reason.
 */
void	findings_not_looked_at(struct findings *, const char *subject,
	    const char *reason, ...) __attribute__((format(printf, 3, 4)));

#endif /* BGPLBCTL_CHECK_FINDINGS_H */
