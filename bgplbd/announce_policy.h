/*
 * Announcement policy: which prefixes this host may announce.
 *
 * The rde asks before it decides about a prefix, and the session engine again before
 * it announces one, so that neither a typing error nor a process that was taken over
 * announces foreign addresses.  Pure; the settings are the caller's.
 *
 * A prefix is covered by an allowed prefix of the settings if it lies in it and is not
 * longer than its "le", without which it has to be the very prefix.  Without allowed
 * prefixes all are covered.
 *
 * Refused in any case are the default routes, prefixes shorter than /8 (IPv4) or /32
 * (IPv6), and those that overlap with a range in which no address of a service can be
 * (0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4, 240.0.0.0/4, ::/128, ::1/128,
 * ::ffff:0:0/96, fe80::/10, ff00::/8), unless an allowed prefix names them: it covers
 * them and is the same prefix or, of a range, lies in the range itself.
 */
#ifndef BGPLBD_ANNOUNCE_POLICY_H
#define BGPLBD_ANNOUNCE_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "bgplbd/settings.h"
#include "common/control.h"
#include "common/prefix.h"

/* REFUSAL_NONE if the prefix, which is a valid one, may be announced. */
enum prefix_refusal announce_policy(const struct settings *,
	    const struct prefix *);

/* The same for each address in the prefix, as a host prefix of its own: of a pool. */
enum prefix_refusal announce_policy_pool(const struct settings *,
	    const struct prefix *);

/*
 * "10.0.0.101/32 may not be announced: no ..., write ...".  is_pool: as asked with
 * announce_policy_pool().  Returns buf.
 */
#define ANNOUNCE_POLICY_TEXT_MAX	256
const char *announce_policy_text(const struct settings *,
	    const struct prefix *, bool is_pool, enum prefix_refusal,
	    char buf[ANNOUNCE_POLICY_TEXT_MAX]);

#endif /* BGPLBD_ANNOUNCE_POLICY_H */
