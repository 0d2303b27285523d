#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/md5_counters.h"

#define FILE_MAX	(64 * 1024)
#define TITLE		"TcpExt: "

/* The n-th word of a line, or NULL. */
static const char *
nth_word(const char *line, unsigned int n)
{
	const char *end = line + strcspn(line, "\n");

	for (; n > 0; n--) {
		line += strcspn(line, " \n");
		line += strspn(line, " ");
		if (line >= end)
			return NULL;
	}
	return line;
}

/* names and values are two lines with as many words. */
static bool
find(const char *names, const char *values, const char *name, uint64_t *out)
{
	size_t length = strlen(name);
	const char *word;
	unsigned int i;

	for (i = 1; (word = nth_word(names, i)) != NULL; i++) {
		if (strncmp(word, name, length) != 0 ||
		    strcspn(word, " \n") != length)
			continue;
		word = nth_word(values, i);
		if (word == NULL)
			return false;
		*out = strtoull(word, NULL, 10);
		return true;
	}
	return false;
}

void
md5_counters_parse(const char *text, struct md5_counters *out)
{
	const char *names, *values;

	memset(out, 0, sizeof(*out));
	names = strstr(text, TITLE);
	if (names == NULL)
		return;
	values = strstr(names + strlen(TITLE), TITLE);
	if (values == NULL)
		return;
	out->known = find(names, values, "TCPMD5NotFound", &out->not_found) &&
	    find(names, values, "TCPMD5Unexpected", &out->unexpected) &&
	    find(names, values, "TCPMD5Failure", &out->failure);
}

void
md5_counters_read(struct md5_counters *out)
{
	static char text[FILE_MAX];
	size_t n = 0;
	FILE *file;

	file = fopen(MD5_COUNTERS_FILE, "re");
	if (file != NULL) {
		n = fread(text, 1, sizeof(text) - 1, file);
		fclose(file);
	}
	text[n] = '\0';
	md5_counters_parse(text, out);
}
