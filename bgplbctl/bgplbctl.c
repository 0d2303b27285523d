/*
 * bgplbctl(8): asks a running bgplbd one question over its control socket and
 * shows the answer.
 *
 * The words of the command line become a struct command (command.c); the client
 * (client.c) carries it over as one of the requests of common/control.h and
 * gathers rows and result into a struct reply (reply.c); the rows become a table
 * or JSON (show_neighbors.c, show_prefixes.c, table.c), the result a sentence and
 * the exit status (outcome.c).  `bgplbctl check` (check/run_check.c) also
 * looks at the host itself and judges what it found.  Only this file, client.c,
 * check/host_facts.c and check/program_output.c do any I/O of their own; the rest is
 * pure and tested alone.
 *
 * bgplbctl trusts the daemon no more than the daemon trusts it: replies are
 * checked, and what they say reaches a terminal only as visible characters
 * (printable.c).
 */
#include <err.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bgplbctl/client.h"
#include "bgplbctl/command.h"
#include "bgplbctl/outcome.h"
#include "bgplbctl/printable.h"
#include "bgplbctl/reply.h"
#include "bgplbctl/check/run_check.h"
#include "bgplbctl/show_neighbors.h"
#include "bgplbctl/run_prefixes.h"
#include "common/log.h"

static void __attribute__((noreturn))
usage(void)
{
	fprintf(stderr,
	    "usage: bgplbctl [-jV] [-s socket] command\n"
	    "       show neighbors [address]\n"
	    "       show prefixes [prefix]\n"
	    "       check [from address]\n"
	    "       withdraw prefix\n"
	    "       announce prefix\n"
	    "       drain\n"
	    "       undrain\n"
	    "       neighbor address down [reason]\n"
	    "       neighbor address up\n"
	    "       neighbor address clear [reason]\n"
	    "       neighbor address refresh\n");
	exit(EXIT_USAGE);
}

static void
warn_printable(const char *text)
{
	char shown[CONTROL_TEXT_MAX];

	printable_copy(shown, text, sizeof(shown));
	warnx("%s", shown);
}

static enum exit_status
fail(enum exit_status status, const char *error, bool json)
{
	if (json)
		outcome_error_json(error, stdout);
	else
		warn_printable(error);
	return status;
}

static enum exit_status
show_neighbors(const struct reply *reply, bool json)
{
	size_t n = show_neighbors_present(reply->neighbors, reply->nrows);
	struct md5_counters md5;

	md5_counters_read(&md5);
	if (json)
		show_neighbors_json(reply->neighbors, n, &md5, stdout);
	else
		show_neighbors_table(reply->neighbors, n, stdout);
	return EXIT_DONE;
}

static enum exit_status
show_neighbor(const struct command *command, const struct reply *reply,
    bool json)
{
	char name[CONTROL_NEIGHBOR_STRLEN], error[CONTROL_TEXT_MAX];
	const struct control_neighbor *neighbor;
	struct md5_counters md5;

	switch (show_neighbors_find(reply->neighbors, reply->nrows,
	    &command->neighbor, command->interface, &neighbor)) {
	case SHOW_NEIGHBORS_ONE:
		break;
	case SHOW_NEIGHBORS_NONE:
		snprintf(error, sizeof(error), "no such neighbor: %s",
		    control_neighbor_format(&command->neighbor,
		    command->interface, name));
		return fail(EXIT_NOT_FOUND, error, json);
	case SHOW_NEIGHBORS_SEVERAL:
		return fail(EXIT_FAILED, CONTROL_SEVERAL_NEIGHBORS, json);
	}
	md5_counters_read(&md5);
	if (json)
		show_neighbors_json(neighbor, 1, &md5, stdout);
	else
		show_neighbors_detail(neighbor, &md5, stdout);
	return EXIT_DONE;
}

static enum exit_status
tell_change(const struct command *command, const struct reply *reply, bool json)
{
	char text[CONTROL_TEXT_MAX];

	if (json)
		outcome_json(command, &reply->result, stdout);
	else if (outcome_text(command, &reply->result, text)[0] != '\0')
		warn_printable(text);
	return EXIT_DONE;
}

static enum exit_status
show_reply(const struct command *command, struct reply *reply, bool json)
{
	enum exit_status status = outcome_status(&reply->result);
	char text[CONTROL_TEXT_MAX];

	if (status != EXIT_DONE)
		return fail(status, outcome_text(command, &reply->result, text),
		    json);
	switch (command->kind) {
	case COMMAND_SHOW_NEIGHBORS:
		return show_neighbors(reply, json);
	case COMMAND_SHOW_NEIGHBOR:
		return show_neighbor(command, reply, json);
	case COMMAND_WITHDRAW:
	case COMMAND_ANNOUNCE:
	case COMMAND_DRAIN:
	case COMMAND_UNDRAIN:
	case COMMAND_NEIGHBOR_DOWN:
	case COMMAND_NEIGHBOR_UP:
	case COMMAND_NEIGHBOR_CLEAR:
	case COMMAND_NEIGHBOR_REFRESH:
		return tell_change(command, reply, json);
	case COMMAND_CHECK:
	case COMMAND_SHOW_PREFIXES:
	case COMMAND_SHOW_PREFIX:
	case COMMAND_SHOW_DOCKER:
	case COMMAND_SHOW_START_FAILURES:
	case COMMAND_SHOW_TOLD:
	case COMMAND_SHOW_ADVERTISEMENTS:
		break;
	}
	return EXIT_FAILED;
}

static enum exit_status
run_request(struct client *client, const struct command *command, bool json)
{
	enum exit_status status;
	struct reply reply;

	status = client_ask(client, command, &reply);
	if (status == EXIT_DONE)
		status = show_reply(command, &reply, json);
	else
		fail(status, client->error, json);
	reply_clear(&reply);
	return status;
}

static enum exit_status
show_prefixes(struct client *client, const struct command *command, bool json)
{
	char error[CONTROL_TEXT_MAX];
	enum exit_status status = run_prefixes(client, command, json, error);

	return status == EXIT_DONE ? status : fail(status, error, json);
}

static enum exit_status
run_command(struct client *client, const struct command *command, bool json)
{
	switch (command->kind) {
	case COMMAND_CHECK:
		return run_check(client, &command->client, json);
	case COMMAND_SHOW_PREFIXES:
	case COMMAND_SHOW_PREFIX:
		return show_prefixes(client, command, json);
	default:
		return run_request(client, command, json);
	}
}

int
main(int argc, char *argv[])
{
	struct client client = {
		.socket = CLIENT_SOCKET,
		.timeout_ms = CLIENT_TIMEOUT_MS
	};
	char error[COMMAND_ERROR_MAX];
	struct command command;
	enum exit_status status;
	bool json = false;
	int ch;

	setlocale(LC_CTYPE, "");
	log_init("bgplbctl", 0);
	while ((ch = getopt(argc, argv, "js:V")) != -1) {
		switch (ch) {
		case 'j':
			json = true;
			break;
		case 's':
			client.socket = optarg;
			break;
		case 'V':
			printf("bgplbctl %s\n", VERSION);
			return EXIT_DONE;
		default:
			usage();
		}
	}
	argc -= optind;
	argv += optind;
	if (command_parse(argc, argv, &command, error, sizeof(error)) == -1) {
		warn_printable(error);
		if (argc == 0)
			usage();
		return EXIT_USAGE;
	}
	status = run_command(&client, &command, json);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(EXIT_FAILED, "cannot write the answer");
	return status;
}
