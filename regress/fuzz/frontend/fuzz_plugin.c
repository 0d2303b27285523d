/*
 * The path of a plugin call, an end of line, and any body: what is not refused
 * must be a valid message for the rde, or an answer that is JSON.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/json.h"
#include "bgplbd/frontend/plugin_call.h"

#define PATH_MAX_BYTES	63

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_json(const char *text, size_t len)
{
	struct json *doc = json_parse(text, len);

	if (doc == NULL)
		abort();
	json_free(doc);
}

static void
check_answer(const struct plugin_call *call, const struct plugin_reply *reply)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		abort();
	plugin_call_answer(call, reply, false, out);
	fclose(out);
	check_json(text, len);
	free(text);
}

static void
check_error(const char *sentence)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL || strncmp(sentence, "bgplb: ", 7) != 0)
		abort();
	plugin_call_answer_error(sentence, out);
	fclose(out);
	check_json(text, len);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct plugin_reply reply = { .interface = "bgpvc-0" };
	const uint8_t *end = memchr(data, '\n', size);
	char path[PATH_MAX_BYTES + 1];
	struct v6subnet_memo memo = { .next = 0 };
	struct plugin_call call;
	struct sentence why;
	size_t len;

	if (end == NULL || end - data > PATH_MAX_BYTES)
		return 0;
	memcpy(path, data, (size_t)(end - data));
	path[end - data] = '\0';
	end++;
	switch (plugin_call_parse(path, (const char *)end,
	    size - (size_t)(end - data), &memo, &call, &why)) {
	case PLUGIN_REFUSED:
		check_error(why.text);
		break;
	case PLUGIN_ANSWERED:
		check_answer(&call, NULL);
		break;
	case PLUGIN_ASK_RDE:
		if (!frontend_rde_is_valid(plugin_call_type(&call),
		    plugin_call_message(&call, &len), len))
			abort();
		check_answer(&call, &reply);
		break;
	}
	return 0;
}
