#include <string.h>

#include "bgplbd/frontend/label.h"

bool
label_matches(const char *wanted, const char *key, const char *value)
{
	size_t len = strcspn(wanted, "=");

	if (strlen(key) != len || strncmp(wanted, key, len) != 0)
		return false;
	return wanted[len] == '\0' || strcmp(wanted + len + 1, value) == 0;
}
