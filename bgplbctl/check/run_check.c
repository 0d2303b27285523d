#include <stdlib.h>

#include "bgplbctl/check/check.h"
#include "bgplbctl/outcome.h"
#include "bgplbctl/told.h"
#include "bgplbctl/check/run_check.h"
#include "bgplbctl/check/show_findings.h"
#include "common/log.h"

/* A sentence if there are no rows, into text of CONTROL_TEXT_MAX bytes; or NULL. */
static const char *
ask(struct client *client, enum command_kind kind, struct reply *reply,
    char *text)
{
	const struct command command = { .kind = kind };

	if (client_ask(client, &command, reply) != EXIT_DONE)
		return client->error;
	if (outcome_status(&reply->result) != EXIT_DONE)
		return outcome_text(&command, &reply->result, text);
	return NULL;
}

/* What bgplbd sees of Docker; text is that of ask(). */
static void
ask_of_docker(struct client *client, struct check_daemon *daemon,
    struct reply *docker, struct reply *starts, char *text)
{
	if (ask(client, COMMAND_SHOW_DOCKER, docker, text) == NULL)
		daemon->docker = docker->result.text;
	daemon->starts_unseen = ask(client, COMMAND_SHOW_START_FAILURES, starts,
	    text);
	if (daemon->starts_unseen == NULL)
		daemon->starts_unseen = starts->result.text;
	daemon->start_failures = starts->start_failures;
	daemon->nstart_failures = starts->nrows;
}

enum exit_status
run_check(struct client *client, const struct address *from, bool json)
{
	struct findings *findings = xcalloc(1, sizeof(*findings));
	struct check_daemon daemon = { .error = NULL };
	struct reply neighbors, prefixes, told, docker, starts;
	char text[CONTROL_TEXT_MAX];
	enum exit_status status;
	struct host_facts facts;

	reply_init(&prefixes, 0);
	reply_init(&told, 0);
	reply_init(&docker, 0);
	reply_init(&starts, 0);
	daemon.error = ask(client, COMMAND_SHOW_NEIGHBORS, &neighbors, text);
	if (daemon.error == NULL)
		daemon.error = ask(client, COMMAND_SHOW_PREFIXES, &prefixes,
		    text);
	if (daemon.error == NULL)
		daemon.error = ask(client, COMMAND_SHOW_TOLD, &told, text);
	if (daemon.error == NULL) {
		told_sort(told.told, told.nrows);
		daemon.told = told.told;
		daemon.ntold = told.nrows;
		daemon.neighbors = neighbors.neighbors;
		daemon.nneighbors = neighbors.nrows;
		daemon.prefixes = prefixes.prefixes;
		daemon.nprefixes = prefixes.nrows;
		ask_of_docker(client, &daemon, &docker, &starts, text);
	}
	host_facts_gather(&facts, daemon.prefixes, daemon.nprefixes,
	    daemon.neighbors, daemon.nneighbors, from);
	check_judge(&facts, &daemon, findings);
	if (json)
		show_findings_json(findings, stdout);
	else
		show_findings_text(findings, stdout);
	if (findings->n > 0)
		status = EXIT_FINDINGS;
	else
		status = findings->nunseen == 0 ? EXIT_DONE : EXIT_NOT_ALL_SEEN;
	host_facts_free(&facts);
	reply_clear(&starts);
	reply_clear(&docker);
	reply_clear(&told);
	reply_clear(&prefixes);
	reply_clear(&neighbors);
	free(findings);
	return status;
}
