#include <string.h>

#include "bgplbd/messages/driver_names.h"

/* Of an image reference. */
#define NAME_DIGITS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
			"0123456789._/:@-"

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
	if (!driver_name_is_learnable(name) || d->count == DRIVER_NAMES_MAX ||
	    driver_names_has(d, name))
		return false;
	strlcpy(d->name[d->count++], name, DRIVER_NAME_MAX);
	return true;
}

bool
driver_name_is_of_docker(const char *name)
{
	static const char *const drivers[] = { "bridge", "host", "ipvlan",
	    "macvlan", "null", "overlay" };
	size_t i;

	for (i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (strcmp(drivers[i], name) == 0)
			return true;
	return false;
}

bool
driver_name_is_learnable(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len < DRIVER_NAME_MAX &&
	    strspn(name, NAME_DIGITS) == len && !driver_name_is_of_docker(name);
}

bool
driver_name_is_valid(const void *data, size_t len)
{
	const char *text = data;

	return len == sizeof(struct driver_name) &&
	    memchr(text, '\0', len) != NULL && driver_name_is_learnable(text);
}
