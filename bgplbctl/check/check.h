/*
 * `bgplbctl check`: what on this host would stop traffic, or does.  Pure: judges
 * what host_facts.c has gathered and what bgplbd told of prefixes and neighbors.
 *
 * A file a concern, each of which adds its findings: check_docker.c, check_neighbors.c,
 * check_prefixes.c, check_links.c, check_path.c, check_sysctls.c, check_filters.c.
 * None makes a finding of what is not known, nor of an address family that no prefix
 * has.
 */
#ifndef BGPLBCTL_CHECK_CHECK_H
#define BGPLBCTL_CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "bgplbctl/check/findings.h"
#include "bgplbctl/check/host_facts.h"
#include "common/control.h"

/* What bgplbd told; error is a sentence if it told nothing, or NULL. */
struct check_daemon {
	const struct control_prefix	*prefixes;
	size_t				 nprefixes;
	const struct control_neighbor	*neighbors;
	size_t				 nneighbors;
	const struct control_told	*told;	/* sorted, see told.h */
	size_t				 ntold;
	const char			*error;
	/* What keeps bgplbd from Docker, or ""; NULL if that is not known. */
	const char			*docker;
	/* Containers that Docker could not start. */
	const struct control_start_failure *start_failures;
	size_t				 nstart_failures;
	/* Why not all that are down were looked at; NULL or "" if all were. */
	const char			*starts_unseen;
};

/* What the concerns judge, and where their findings go. */
struct check {
	const struct host_facts		*facts;
	const struct check_daemon	*daemon;
	struct findings			*findings;
	bool				 uses_ipv4;
	bool				 uses_ipv6;
	bool				 serves_ipv4;	/* to clients */
	bool				 serves_ipv6;
};

/* All of them; the findings are emptied first. */
void	check_judge(const struct host_facts *, const struct check_daemon *,
	    struct findings *);

void	check_docker(struct check *);		/* the way to the engine, starts */
void	check_neighbors(struct check *);	/* sessions that are down */
void	check_prefixes(struct check *);		/* states, local routes, orders */
void	check_links(struct check *);		/* what they let containers do */
void	check_path(struct check *);		/* each way of packets */
void	check_sysctls(struct check *);		/* of all interfaces */
void	check_filters(struct check *);		/* iptables, nftables, ebtables */

#endif /* BGPLBCTL_CHECK_CHECK_H */
