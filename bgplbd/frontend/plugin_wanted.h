/*
 * What is read of the bodies of plugin calls: the tables for json_sieve.h.  Of the rest,
 * an endpoint's ports above all, nothing is stored.
 */
#ifndef BGPLBD_FRONTEND_PLUGIN_WANTED_H
#define BGPLBD_FRONTEND_PLUGIN_WANTED_H

#include "bgplbd/frontend/json_sieve.h"

/* The member of CreateNetwork's options that holds those of --opt. */
#define PLUGIN_OPTIONS_GENERIC	"com.docker.network.generic"

/* path: the URL's; the table of one that is not known is the smallest. */
const struct json_wanted *plugin_wanted(const char *path);

#endif /* BGPLBD_FRONTEND_PLUGIN_WANTED_H */
