/*
 * Any text is either refused with a mistake, or gives settings whose print-out
 * gives the same print-out again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/parent/configuration.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Returns the print-out, the caller's to free, or NULL if text is refused. */
static char *
read_and_print(const char *text, size_t len)
{
	struct settings s;
	char *mistakes = NULL, *printed = NULL;
	size_t size;
	FILE *errors = open_memstream(&mistakes, &size), *out;
	int rc;

	rc = configuration_from_text("fuzz", text, len, &s, errors);
	fclose(errors);
	if ((rc == 0) != (mistakes[0] == '\0'))
		abort();
	if (rc == 0) {
		out = open_memstream(&printed, &size);
		configuration_print(&s, out);
		fclose(out);
		configuration_free(&s);
	}
	free(mistakes);
	return printed;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *first, *second;

	first = read_and_print((const char *)data, size);
	if (first == NULL)
		return 0;
	second = read_and_print(first, strlen(first));
	if (second == NULL || strcmp(first, second) != 0)
		abort();
	free(first);
	free(second);
	return 0;
}
