/*
 * Attempts to announce prefixes that the settings do not allow.
 */
#include <string.h>

#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/rde_session.h"
#include "bgplbd/messages/types.h"
#include "regress/lab/attack/attack.h"

#define FOREIGN_PREFIX	{ .addr = { .afi = AFI_IPV4, .bytes = { 198, 51, 100 } }, .len = 24 }

/* As the route decision engine. */
ATTACK(announce_foreign_prefix)
{
	const struct announcement a = { .prefix = FOREIGN_PREFIX };

	attack_result(attack_send(attack_channel("session engine"),
	    MSG_RDE_ANNOUNCE, 0, -1, &a, sizeof(a)));
}

ATTACK(announce_default_route)
{
	const struct announcement a = { .prefix.addr.afi = AFI_IPV4 };

	attack_result(attack_send(attack_channel("session engine"),
	    MSG_RDE_ANNOUNCE, 0, -1, &a, sizeof(a)));
}

/* As the docker frontend: a labelled network that Docker does not have. */
ATTACK(tell_network_with_foreign_prefix)
{
	const struct prefix foreign = FOREIGN_PREFIX;
	struct network_fact fact;

	memset(&fact, 0, sizeof(fact));
	memset(fact.network.hex, 'f', OBJECT_ID_DIGITS);
	memcpy(fact.name, "foreign", sizeof("foreign"));
	fact.labelled = 1;
	fact.subnets[fact.nsubnets++] = foreign;
	attack_result(attack_send(attack_channel("route decision engine"),
	    MSG_FRONTEND_NETWORK, 0, -1, &fact, sizeof(fact)));
}
