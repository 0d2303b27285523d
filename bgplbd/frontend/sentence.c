#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bgplbd/frontend/sentence.h"

#define WHO	"bgplb: "

int
sentence_set(struct sentence *s, const char *fmt, ...)
{
	size_t len = strlen(WHO);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->text, sizeof(s->text), fmt, ap);
	va_end(ap);
	if (strncmp(s->text, WHO, len) == 0)
		return -1;
	memmove(s->text + len, s->text, sizeof(s->text) - len);
	memcpy(s->text, WHO, len);
	s->text[sizeof(s->text) - 1] = '\0';
	return -1;
}
