#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/signal_name.h"

#define SIGNAL_LAST	64
/* Docker counts SIGRTMIN from 34 as glibc does. */
#define REAL_TIME_FIRST	34

static int
parse_number(const char *text, int min, int max)
{
	const char *errstr;
	int n;

	n = (int)strtonum(text, min, max, &errstr);
	if (errstr != NULL) {
		errno = EINVAL;
		return -1;
	}
	return n;
}

/*
 * What stands behind "RTMIN" or "RTMAX": nothing, or a distance with that sign.
 */
static int
parse_distance(const char *text, char sign)
{
	if (text[0] == '\0')
		return 0;
	if (text[0] != sign) {
		errno = EINVAL;
		return -1;
	}
	return parse_number(text + 1, 0, SIGNAL_LAST - REAL_TIME_FIRST);
}

int
signal_parse(const char *text)
{
	const char *name;
	int n;

	if (text[0] >= '0' && text[0] <= '9')
		return parse_number(text, 1, SIGNAL_LAST);
	if (strncasecmp(text, "SIG", 3) == 0)
		text += 3;
	if (strncmp(text, "RTMIN", 5) == 0) {
		n = parse_distance(text + 5, '+');
		return n == -1 ? -1 : REAL_TIME_FIRST + n;
	}
	if (strncmp(text, "RTMAX", 5) == 0) {
		n = parse_distance(text + 5, '-');
		return n == -1 ? -1 : SIGNAL_LAST - n;
	}
	for (n = 1; n < NSIG; n++) {
		name = sigabbrev_np(n);
		if (name != NULL && strcasecmp(name, text) == 0)
			return n;
	}
	errno = EINVAL;
	return -1;
}
