/*
 * Any text gives a list that is valid as the message that carries it, and a fault
 * exactly if not all of it is in the list.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/parent/state_file.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *fault = NULL;
	struct state_list list;
	unsigned int line;
	size_t i, lines = 0;

	line = state_file_parse(text, size, &list, &fault);
	if (!state_list_is_valid(&list, sizeof(list)))
		abort();
	if ((line == 0) != (fault == NULL))
		abort();
	for (i = 0; i < size; i++)
		lines += text[i] == '\n';
	if (line == 0 &&
	    list.count + list.ndrains + list.nsubnets + list.drained !=
	    lines - 1)
		abort();
	if (line > lines + 1)
		abort();
	return 0;
}
