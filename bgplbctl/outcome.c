#include <string.h>

#include "bgplbctl/outcome.h"
#include "common/json_writer.h"

enum exit_status
outcome_status(const struct control_result *result)
{
	switch (result->outcome) {
	case CONTROL_OK:
	case CONTROL_NO_CHANGE:
		return EXIT_DONE;
	case CONTROL_NO_SUCH_PREFIX:
	case CONTROL_NO_SUCH_NEIGHBOR:
		return EXIT_NOT_FOUND;
	default:
		return EXIT_FAILED;
	}
}

const char *
outcome_text(const struct command *command, const struct control_result *result,
    char *buf)
{
	char addr[CONTROL_NEIGHBOR_STRLEN], prefix[PREFIX_STRLEN];

	prefix_format(&command->prefix, prefix);
	buf[0] = '\0';
	if (result->text[0] != '\0')
		strlcpy(buf, result->text, CONTROL_TEXT_MAX);
	else if (result->outcome == CONTROL_NO_SUCH_NEIGHBOR)
		snprintf(buf, CONTROL_TEXT_MAX, "no such neighbor: %s",
		    control_neighbor_format(&command->neighbor,
		    command->interface, addr));
	else if (result->outcome == CONTROL_NO_CHANGE &&
	    command_is_for_neighbor(command->kind))
		snprintf(buf, CONTROL_TEXT_MAX, "%s is so already",
		    control_neighbor_format(&command->neighbor,
		    command->interface, addr));
	else if (result->outcome == CONTROL_NO_CHANGE &&
	    command_is_for_host(command->kind))
		snprintf(buf, CONTROL_TEXT_MAX, "the host is %s",
		    command->kind == COMMAND_DRAIN ? "drained already" :
		    "not drained");
	else if (result->outcome == CONTROL_NO_CHANGE)
		snprintf(buf, CONTROL_TEXT_MAX, "%s is %s", prefix,
		    command->kind == COMMAND_WITHDRAW ? "withdrawn already" :
		    "not withdrawn");
	else if (result->outcome == CONTROL_NO_SUCH_PREFIX)
		snprintf(buf, CONTROL_TEXT_MAX, "no such prefix: %s", prefix);
	else if (result->outcome == CONTROL_REFUSED)
		strlcpy(buf, "bgplbd refused without a reason",
		    CONTROL_TEXT_MAX);
	else if (result->outcome == CONTROL_FAILED)
		strlcpy(buf, "bgplbd failed without a reason",
		    CONTROL_TEXT_MAX);
	return buf;
}

void
outcome_json(const struct command *command, const struct control_result *result,
    FILE *out)
{
	char addr[CONTROL_NEIGHBOR_STRLEN], prefix[PREFIX_STRLEN], text[CONTROL_TEXT_MAX];
	struct json_writer w;

	json_writer_init(&w, out);
	json_begin_object(&w, NULL);
	json_string(&w, "command", command_name(command->kind));
	if (command_is_for_neighbor(command->kind))
		json_string(&w, "neighbor",
		    control_neighbor_format(&command->neighbor,
		    command->interface, addr));
	else if (!command_is_for_host(command->kind))
		json_string(&w, "prefix",
		    prefix_format(&command->prefix, prefix));
	json_bool(&w, "changed", result->outcome == CONTROL_OK);
	json_string(&w, "note", outcome_text(command, result, text));
	json_end(&w);
	fputc('\n', out);
}

void
outcome_error_json(const char *error, FILE *out)
{
	struct json_writer w;

	json_writer_init(&w, out);
	json_begin_object(&w, NULL);
	json_string(&w, "error", error);
	json_end(&w);
	fputc('\n', out);
}
