#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bgplbd/parent/liveness.h"

enum liveness
liveness_judge(unsigned int turns, char letter, uint64_t used_ms, bool moves)
{
	if (turns < LIVENESS_TURNS || letter == 'Z' || letter == 'X')
		return LIVENESS_FINE;	/* of the dead the kernel tells */
	if (turns >= LIVENESS_TURNS_MAX || used_ms >= LIVENESS_CPU_MS)
		return LIVENESS_HANGS;
	switch (letter) {
	case 'T':
	case 't':
		return LIVENESS_HANGS;
	case 'S':
		/* Asleep at this moment, but not all the time. */
		return moves ? LIVENESS_WAITS : LIVENESS_HANGS;
	default:
		return LIVENESS_WAITS;
	}
}

const char *
liveness_letter_text(char letter)
{
	switch (letter) {
	case 'T':
		return "it is stopped";
	case 't':
		return "it is being traced";
	case 'S':
		return "it sleeps";
	case 'D':
		return "it waits for the kernel";
	case 'R':
		return "it computes, or waits for the processor";
	default:
		return "what it does is not known";
	}
}

int
process_state_parse(const char *text, long per_second,
    struct process_state *out)
{
	const char *name_end = strrchr(text, ')');
	uint64_t user, system;
	char letter;

	out->letter = '?';
	out->cpu_ms = 0;
	/* The name before it may hold anything, also brackets. */
	if (per_second <= 0 || name_end == NULL || sscanf(name_end + 1,
	    " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64
	    " %" SCNu64, &letter, &user, &system) != 3)
		return -1;
	out->letter = letter;
	out->cpu_ms = (user + system) * 1000 / (uint64_t)per_second;
	return 0;
}
