/*
 * What came of a request, as a sentence, as JSON and as an exit status.  Pure
 * over bgplbd's result, which control_reply_is_valid() has passed.
 */
#ifndef BGPLBCTL_OUTCOME_H
#define BGPLBCTL_OUTCOME_H

#include <stddef.h>
#include <stdio.h>

#include "bgplbctl/command.h"
#include "bgplbctl/exit_status.h"
#include "common/control.h"

enum exit_status outcome_status(const struct control_result *);

/*
 * bgplbd's own sentence, else one of ours, into buf of CONTROL_TEXT_MAX bytes;
 * "" if it is done and there is nothing to say.  Returns buf.
 */
const char *outcome_text(const struct command *, const struct control_result *,
	    char *buf);

/* The object for a command that changes something and is done. */
void	outcome_json(const struct command *, const struct control_result *,
	    FILE *out);

/* The object for anything that is not: {"error":"..."}. */
void	outcome_error_json(const char *error, FILE *out);

#endif /* BGPLBCTL_OUTCOME_H */
