#include <string.h>

#include "bgplbd/frontend/driver_names.h"

void
driver_names_init(struct driver_names *d, const char *plugin_socket)
{
	const char *slash = strrchr(plugin_socket, '/');
	char *name = d->name[0];
	char *dot;

	memset(d, 0, sizeof(*d));
	strlcpy(name, slash != NULL ? slash + 1 : plugin_socket,
	    DRIVER_NAME_MAX);
	dot = strrchr(name, '.');
	if (dot != NULL && strcmp(dot, ".sock") == 0)
		*dot = '\0';
	d->count = 1;
}

bool
driver_names_has(const struct driver_names *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		if (strcmp(d->name[i], name) == 0)
			return true;
	return false;
}

bool
driver_names_learn(struct driver_names *d, const char *name)
{
	if (name[0] == '\0' || d->count == DRIVER_NAMES_MAX ||
	    driver_names_has(d, name))
		return false;
	strlcpy(d->name[d->count++], name, DRIVER_NAME_MAX);
	return true;
}
