#include <errno.h>
#include <string.h>

#include "bgplbd/frontend/call_body.h"

int
call_text(struct json_value object, const char *key, bool required, char *buf,
    size_t size, struct sentence *why)
{
	struct json_value v = json_member(object, key);
	enum json_type type = json_type(v);

	buf[0] = '\0';
	if (type == JSON_NONE || type == JSON_NULL)
		return required ? sentence_set(why, "%s is missing", key) : 0;
	if (json_get_string(v, buf, size) == 0)
		return 0;
	switch (errno) {
	case EINVAL:
		return sentence_set(why, "%s is not a string", key);
	case ENAMETOOLONG:
		return sentence_set(why, "%s is too long: %s...", key, buf);
	default:
		return sentence_set(why, "%s is not well-formed text", key);
	}
}

int
call_network_id(struct json_value body, struct object_id *out,
    struct sentence *why)
{
	char text[CALL_TEXT_MAX];

	if (call_text(body, "NetworkID", true, text, sizeof(text), why) == -1)
		return -1;
	if (network_id_parse(text, strlen(text), out) == -1)
		return sentence_set(why, "NetworkID is neither 64 hexadecimal "
		    "digits in lower case nor 25 of a swarm: %s", text);
	return 0;
}

int
call_endpoint_id(struct json_value body, struct object_id *out,
    struct sentence *why)
{
	char text[CALL_TEXT_MAX];

	if (call_text(body, "EndpointID", true, text, sizeof(text), why) == -1)
		return -1;
	if (object_id_parse(text, strlen(text), out) == -1)
		return sentence_set(why, "EndpointID is not 64 hexadecimal "
		    "digits in lower case: %s", text);
	return 0;
}

int
call_optional(struct json_value object, const char *key, enum json_type wanted,
    struct json_value *out, struct sentence *why)
{
	enum json_type type;

	*out = json_member(object, key);
	type = json_type(*out);
	if (type == wanted || type == JSON_NONE || type == JSON_NULL)
		return 0;
	return sentence_set(why, "%s is not an %s", key,
	    wanted == JSON_OBJECT ? "object" : "array");
}
