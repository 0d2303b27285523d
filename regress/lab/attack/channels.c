/*
 * Messages that no process of the daemon sends.
 */
#include "regress/lab/attack/attack.h"

#define NO_SUCH_TYPE	4000000000U

static void
send_nonsense(const char *process)
{
	attack_result(attack_send(attack_channel(process), NO_SUCH_TYPE, 0, -1,
	    "?", 1));
}

ATTACK(nonsense_to_parent)
{
	send_nonsense("parent");
}

ATTACK(nonsense_to_frontend)
{
	send_nonsense("docker frontend");
}

ATTACK(nonsense_to_session)
{
	send_nonsense("session engine");
}

ATTACK(nonsense_to_rde)
{
	send_nonsense("route decision engine");
}
