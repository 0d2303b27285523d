/*
 * Whether a child that does not answer hangs, or only has to wait: a pure judgement
 * of how long it has been silent and of what the kernel says it does.  overseer.h
 * asks.
 *
 * Time is counted in turns of the parent's own timer, so that none passes while the
 * parent does not run either: on a machine that is suspended, or while all of the
 * daemon is frozen or starved.
 */
#ifndef BGPLBD_PARENT_LIVENESS_H
#define BGPLBD_PARENT_LIVENESS_H

#include <stdbool.h>
#include <stdint.h>

/* From one turn to the next, in which each child is asked. */
#define LIVENESS_TURN_MS	2000
/* Turns without an answer from which on a child is judged by what it does. */
#define LIVENESS_TURNS		5
/* From these on it hangs, whatever it does. */
#define LIVENESS_TURNS_MAX	30
/* More computing than this between two answers is an endless loop. */
#define LIVENESS_CPU_MS		8000

/* From /proc/PID/stat, see proc(5). */
struct process_state {
	char		letter;		/* R, S, D, T, t, Z ...; '?' if not known */
	uint64_t	cpu_ms;		/* that it has used so far */
};

enum liveness {
	LIVENESS_FINE,		/* not silent for long */
	LIVENESS_WAITS,		/* for the processor or the kernel, it may be healthy */
	LIVENESS_HANGS
};

/*
 * turns: without an answer, so far; used_ms: what it has computed since about their
 * first; moves: it has computed since the last turn.
 */
enum liveness liveness_judge(unsigned int turns, char letter,
	    uint64_t used_ms, bool moves);

/* "it is stopped" and so on. */
const char *liveness_letter_text(char letter);

/*
 * text: of /proc/PID/stat; per_second: the unit of its times, sysconf(_SC_CLK_TCK).
 * 0, or -1 if it is not understood; then the letter is '?'.
 */
int	process_state_parse(const char *text, long per_second,
	    struct process_state *) __attribute__((warn_unused_result));

#endif /* BGPLBD_PARENT_LIVENESS_H */
