/*
 * What a person at Docker's command line reads when a call is refused: one
 * sentence that names the thing and tells what to write instead.
 */
#ifndef BGPLBD_FRONTEND_SENTENCE_H
#define BGPLBD_FRONTEND_SENTENCE_H

#include "bgplbd/messages/frontend_rde.h"

struct sentence {
	char	text[PLUGIN_TEXT_MAX];	/* cut off if longer */
};

/* Writes "bgplb: " and the text, unless that starts so itself; returns -1. */
int	sentence_set(struct sentence *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

#endif /* BGPLBD_FRONTEND_SENTENCE_H */
