#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/call_body.h"
#include "bgplbd/frontend/network_options.h"
#include "bgplbd/messages/frontend_rde.h"

#define OPTIONS_OF_DOCKER	"com.docker."
#define OPTIONS_OF_BRIDGES	"com.docker.network.bridge."

static bool
begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
option_is_dockers(const char *key)
{
	return begins_with(key, OPTIONS_OF_DOCKER) &&
	    !begins_with(key, OPTIONS_OF_BRIDGES);
}

static uint32_t
parse_mtu(const char *text, uint32_t min)
{
	const char *error;

	if (text[0] < '0' || text[0] > '9')	/* strtonum(3) skips blanks */
		return 0;
	return (uint32_t)strtonum(text, min, NETWORK_MTU_MAX, &error);
}

/* Either may be longer than fits, and is then none that is known. */
static int
check_key(struct json_value key, struct sentence *why)
{
	char text[CALL_TEXT_MAX];

	if (json_get_string(key, text, sizeof(text)) == 0 &&
	    option_is_dockers(text))
		return 0;
	return sentence_set(why, "--opt %s is not known: write " OPTION_MTU
	    "=NUMBER, or none", text);
}

int
network_options_parse(struct json_value options, bool has_v6, uint32_t *mtu,
    struct sentence *why)
{
	uint32_t min = has_v6 ? NETWORK_MTU_MIN_IPV6 : NETWORK_MTU_MIN;
	char text[CALL_TEXT_MAX];
	struct json_iterator it;

	*mtu = 0;
	json_iterate(options, &it);
	while (json_next(&it))
		if (check_key(it.key, why) == -1)
			return -1;
	if (call_text(options, OPTION_MTU, false, text, sizeof(text),
	    why) == -1)
		return -1;
	if (text[0] != '\0' && (*mtu = parse_mtu(text, min)) == 0)
		return sentence_set(why, "--opt " OPTION_MTU "=%s is not an "
		    "MTU: write a number from %u%s to %u", text, min,
		    has_v6 ? ", as IPv6 needs," : "", NETWORK_MTU_MAX);
	return 0;
}

uint32_t
network_options_mtu(struct json_value options)
{
	char text[CALL_TEXT_MAX];

	if (json_get_string(json_member(options, OPTION_MTU), text,
	    sizeof(text)) == -1)
		return 0;
	return parse_mtu(text, NETWORK_MTU_MIN);
}
