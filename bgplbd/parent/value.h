/*
 * Single values of the configuration, from text: what bgplbd.conf and the
 * environment have in common.
 *
 * Each function returns NULL and stores the value, or returns a static sentence
 * of the form "not a port: write 1 to 65535" and stores nothing.
 */
#ifndef BGPLBD_PARENT_VALUE_H
#define BGPLBD_PARENT_VALUE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/settings.h"
#include "common/prefix.h"

#define DRAIN_DELAY_MAX_MS	3600000

/*
 * 4200000000 or, as RFC 5396 has it, 64086.59904; not 0 (RFC 7607), 23456 (RFC 6793)
 * nor 4294967295 (RFC 7300).
 */
const char *value_as(const char *, uint32_t *);
/* The same, or "external" for any but ours, with which the number is 0. */
const char *value_remote_as(const char *, uint32_t *, bool *external);
/* Any IPv4 address (RFC 6286) but zero and those of the loopback interface. */
const char *value_router_id(const char *, struct address *);
/* An address that a host can have, with a scope beyond its link. */
const char *value_unicast(const char *, struct address *);
/* The same, but not of the loopback interface, which no router can send to. */
const char *value_nexthop(const char *, struct address *);
/* As value_unicast(), or a link-local IPv6 address with its interface, as fe80::1%eth0. */
const char *value_neighbor(const char *, struct address *,
	    char interface[SETTINGS_INTERFACE_MAX]);
/* A prefix of neighbors: not of one link, and without bits beyond its length. */
const char *value_neighbor_prefix(const char *, struct address *,
	    uint8_t *length);
/*
 * What "allow prefix" says: a prefix with its length; and "le", from that
 * length to the family's, for a prefix that was read.
 */
const char *value_allowed_prefix(const char *, struct allowed_prefix *);
const char *value_allowed_longest(const char *, struct allowed_prefix *);
/* As value_unicast(), or 0.0.0.0 or :: for all addresses of the family. */
const char *value_listen_address(const char *, struct address *);

const char *value_port(const char *, uint16_t *);
const char *value_hold_time(const char *, uint16_t *);	/* RFC 4271 section 4.2 */
const char *value_connect_retry(const char *, uint16_t *);
const char *value_delay_open(const char *, uint16_t *);	/* RFC 4271 section 8.1.1 */
const char *value_families(const char *, uint32_t *);	/* ipv4, ipv6, both */
const char *value_multihop(const char *, uint8_t *);	/* 1 to 255 */
const char *value_metric(const char *, uint32_t *);	/* MED, LOCAL_PREF */
const char *value_prepend(const char *, uint8_t *);
const char *value_dynamic_max(const char *, uint16_t *);	/* 1 to SETTINGS_DYNAMIC_MAX */
const char *value_max_prefix(const char *, uint32_t *);	/* not 0 */
/* Bits a second, in units of K, M, G or none; not 0. */
const char *value_bandwidth(const char *, uint64_t *);
const char *value_role(const char *, enum bgp_role *);	/* RFC 9234 */
const char *value_role_name(enum bgp_role);	/* "customer"; as it is written */
const char *value_restart(const char *, uint32_t *);	/* seconds, to a day */
/* "5s" or "500ms", up to DRAIN_DELAY_MAX_MS. */
const char *value_drain_delay(const char *, unsigned int *);
const char *value_drain_action(const char *, enum drain_action *);
const char *value_graceful_restart(const char *, enum graceful_restart *);
const char *value_restart_time(const char *, uint16_t *);	/* RFC 4724 */
const char *value_yes_no(const char *, bool *);
const char *value_scope(const char *, bool *global);

/* Strings, copied to buf of the settings' size. */
const char *value_socket_path(const char *, char buf[SETTINGS_PATH_MAX]);
const char *value_file_path(const char *, char buf[PATH_MAX]);
const char *value_label(const char *, char buf[SETTINGS_LABEL_MAX]);
const char *value_description(const char *, char buf[SETTINGS_DESCRIPTION_MAX]);
const char *value_password(const char *, char buf[SETTINGS_PASSWORD_MAX + 1]);

#endif /* BGPLBD_PARENT_VALUE_H */
