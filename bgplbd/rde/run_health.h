/*
 * What a container's health is, by what Docker says now and what it was before in
 * the same run.  Pure; called for each fact and event of health (facts.c).
 *
 * An engine that restarts with live-restore begins anew with the health of the
 * containers that it finds running: it calls them starting until their next check
 * (engines from 25 on; moby pull request 47051).  Nothing has happened to them, so
 * what the last check said is right until there is another.
 */
#ifndef BGPLBD_RDE_RUN_HEALTH_H
#define BGPLBD_RDE_RUN_HEALTH_H

#include "bgplbd/messages/frontend_rde.h"

/* before: 0 if nothing is known of this run. */
enum health	run_health(enum health before, enum health told);

#endif /* BGPLBD_RDE_RUN_HEALTH_H */
