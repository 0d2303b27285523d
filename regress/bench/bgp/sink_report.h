/*
 * The sink's answer to its driver: one line of JSON with all sessions.
 */
#ifndef BENCH_SINK_REPORT_H
#define BENCH_SINK_REPORT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "regress/bench/bgp/sink_session.h"

/* listening: when the socket was opened, 0 if it is closed. */
void	sink_report(FILE *, const char *event, uint64_t listening,
	    const struct sink_session *, size_t nsessions);

#endif /* BENCH_SINK_REPORT_H */
