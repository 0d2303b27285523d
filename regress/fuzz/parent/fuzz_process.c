/*
 * What root reads of processes and sockets that others made: any text is taken without
 * harm, and one that is accepted has what it is accepted for.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/parent/engine_sign.h"
#include "bgplbd/parent/process_run.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct object_id id = {
	.hex = "0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef"
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	uint64_t ticks;
	char *line;

	if (process_run_has_cgroup(text, size, &id) &&
	    memmem(text, size, id.hex, OBJECT_ID_DIGITS) == NULL)
		abort();
	if (process_run_began(text, size, &ticks) == 0 &&
	    (ticks > INT64_MAX || memchr(text, ')', size) == NULL))
		abort();
	if (engine_sign_pid(text, size) < 0 || engine_sign_pid(text, size) == 1)
		abort();
	line = malloc(size + 1);
	if (line == NULL)
		return 0;
	memcpy(line, data, size);
	line[size] = '\0';
	if (engine_sign_is_listener(line) && (strchr(line, '/') == NULL ||
	    strlen(line) < 5 ||
	    strcmp(line + strlen(line) - 5, ".sock") != 0))
		abort();
	free(line);
	return 0;
}
