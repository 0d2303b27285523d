/*
 * Does a label of a Docker network match the setting?  Pure.
 */
#ifndef BGPLBD_FRONTEND_LABEL_H
#define BGPLBD_FRONTEND_LABEL_H

#include <stdbool.h>

/*
 * wanted is "key", which any value satisfies, or "key=value", where the value
 * is all behind the first "=" and may be empty.
 */
bool	label_matches(const char *wanted, const char *key, const char *value);

#endif /* BGPLBD_FRONTEND_LABEL_H */
