#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "bgplbd/parent/title.h"

static char *name;		/* argv[0] */
static size_t name_len;

void
title_init(int argc, char *argv[], char *envp[])
{
	name = argv[0];
	name_len = strlen(name);
	setproctitle_init(argc, argv, envp);
}

/*
 * Where argv[0] ended, libbsd leaves a '.' or a blank as a sign to the kernel.  After
 * a title that is no longer, and with further arguments, it only is a stray mark.
 */
void
title_set(const char *title)
{
	setproctitle("%s", title);
	if (name != NULL && strlen("bgplbd: ") + strlen(title) <= name_len)
		name[name_len] = '\0';
}
