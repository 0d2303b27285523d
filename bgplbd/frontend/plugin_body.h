/*
 * Docker's requests on one plugin connection, before evhttp sees them: the body of each
 * is replaced by what plugin_wanted.h names of it, so that it may be long, as that
 * of an endpoint with thousands of ports, and evhttp stores little.
 *
 * A request is changed if it is a POST of HTTP/1.1 with one plain Content-Length; the body
 * then is sent on in one chunk (RFC 9112 section 7.1).  Anything else, and what
 * follows it on that connection, is handed on as it is, and is evhttp's to judge, whose
 * limits are its own.
 *
 * A body that is refused is replaced by a mark that no JSON begins with, so that the
 * call is answered with a sentence.  No I/O.
 */
#ifndef BGPLBD_FRONTEND_PLUGIN_BODY_H
#define BGPLBD_FRONTEND_PLUGIN_BODY_H

#include <stddef.h>

#define PLUGIN_HEADER_MAX	8192	/* bytes */
/* Of a body that is read at all; 3 000 ports are some 80 kB. */
#define PLUGIN_BODY_MAX		(16 * 1024 * 1024)
/* Of what is kept of it. */
#define PLUGIN_WANTED_MAX	(64 * 1024)

struct evbuffer;
struct plugin_body;

struct plugin_body *plugin_body_new(void);
void	plugin_body_free(struct plugin_body *);	/* NULL is fine */

/* Takes all bytes; what is to be read in their place goes to the end of out. */
void	plugin_body_feed(struct plugin_body *, const char *data, size_t len,
	    struct evbuffer *out);

/* Why a body was refused, as the end of a sentence; NULL if it was not. */
const char *plugin_body_fault(const char *body, size_t len);

#endif /* BGPLBD_FRONTEND_PLUGIN_BODY_H */
