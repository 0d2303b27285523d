#include <string.h>

#include "bgplbctl/outcome.h"
#include "bgplbctl/run_prefixes.h"
#include "bgplbctl/show_prefixes.h"

static enum exit_status
ask(struct client *client, const struct command *command,
    enum command_kind kind, struct reply *reply, char *error)
{
	struct command part = *command;
	enum exit_status status;

	part.kind = kind;
	status = client_ask(client, &part, reply);
	if (status != EXIT_DONE) {
		strlcpy(error, client->error, CONTROL_TEXT_MAX);
		return status;
	}
	outcome_text(&part, &reply->result, error);
	return outcome_status(&reply->result);
}

static enum exit_status
show_all(struct client *client, const struct command *command, bool json,
    struct reply *prefixes, char *error)
{
	enum exit_status status;
	struct reply told;

	status = ask(client, command, COMMAND_SHOW_TOLD, &told, error);
	if (status == EXIT_DONE) {
		show_prefixes_sort(prefixes->prefixes, prefixes->nrows);
		told_sort(told.told, told.nrows);
		if (json)
			show_prefixes_json(prefixes->prefixes,
			    prefixes->nrows, told.told, told.nrows, stdout);
		else
			show_prefixes_table(prefixes->prefixes,
			    prefixes->nrows, told.told, told.nrows, stdout);
	}
	reply_clear(&told);
	return status;
}

static enum exit_status
show_one(struct client *client, const struct command *command, bool json,
    const struct reply *prefixes, char *error)
{
	const struct control_prefix *p = prefixes->prefixes;
	const struct control_prefix *end = p + prefixes->nrows;
	char text[PREFIX_STRLEN];
	enum exit_status status;
	struct reply reply;

	while (p < end && prefix_cmp(&p->prefix, &command->prefix) != 0)
		p++;
	if (p == end) {
		snprintf(error, CONTROL_TEXT_MAX, "no such prefix: %s",
		    prefix_format(&command->prefix, text));
		return EXIT_NOT_FOUND;
	}
	status = ask(client, command, COMMAND_SHOW_ADVERTISEMENTS, &reply,
	    error);
	if (status == EXIT_DONE && json)
		show_prefix_json(p, reply.advertisements, reply.nrows, stdout);
	else if (status == EXIT_DONE)
		show_prefix_detail(p, reply.advertisements, reply.nrows,
		    stdout);
	reply_clear(&reply);
	return status;
}

enum exit_status
run_prefixes(struct client *client, const struct command *command, bool json,
    char *error)
{
	enum exit_status status;
	struct reply prefixes;

	status = ask(client, command, COMMAND_SHOW_PREFIXES, &prefixes, error);
	if (status == EXIT_DONE)
		status = command->kind == COMMAND_SHOW_PREFIX ?
		    show_one(client, command, json, &prefixes, error) :
		    show_all(client, command, json, &prefixes, error);
	reply_clear(&prefixes);
	return status;
}
