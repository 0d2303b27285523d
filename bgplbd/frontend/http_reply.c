#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/http_reply.h"

void
http_reply_init(struct http_reply *r)
{
	memset(r, 0, sizeof(*r));
	r->content_length = -1;
}

/* "HTTP/1.0 200 OK"; the reason may be missing (RFC 9112 section 4). */
static enum http_fault
parse_status_line(struct http_reply *r)
{
	const char *s = r->line;

	if (strncmp(s, "HTTP/1.", 7) != 0 || (s[7] != '0' && s[7] != '1') ||
	    s[8] != ' ')
		return HTTP_NOT_HTTP;
	s += 9;
	if (s[0] < '1' || s[0] > '5' || s[1] < '0' || s[1] > '9' ||
	    s[2] < '0' || s[2] > '9' || (s[3] != ' ' && s[3] != '\0'))
		return HTTP_NOT_HTTP;
	r->status = (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
	return HTTP_FINE;
}

static enum http_fault
parse_content_length(struct http_reply *r, const char *value)
{
	const char *errstr;
	long long length;

	length = strtonum(value, 0, INT64_MAX, &errstr);
	if (errstr != NULL ||
	    (r->content_length != -1 && r->content_length != length))
		return HTTP_BAD_LENGTH;
	r->content_length = length;
	return HTTP_FINE;
}

static enum http_fault
parse_field(struct http_reply *r)
{
	char *value = strchr(r->line, ':');

	if (value == NULL)
		return r->used == sizeof(r->line) - 1 ? HTTP_FINE :
		    HTTP_NOT_HTTP;
	*value++ = '\0';
	value += strspn(value, " \t");
	if (strcasecmp(r->line, "Transfer-Encoding") == 0)
		return HTTP_CODED;
	if (strcasecmp(r->line, "Content-Length") == 0)
		return parse_content_length(r, value);
	return HTTP_FINE;
}

static void
end_line(struct http_reply *r)
{
	if (r->used > 0 && r->line[r->used - 1] == '\r')
		r->used--;
	r->line[r->used] = '\0';
	if (r->lines++ == 0)
		r->fault = parse_status_line(r);
	else if (r->used == 0)
		r->complete = true;
	else
		r->fault = parse_field(r);
	r->used = 0;
}

size_t
http_reply_feed(struct http_reply *r, const char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len && !r->complete && r->fault == HTTP_FINE; i++) {
		if (++r->total > HTTP_HEADER_MAX)
			r->fault = HTTP_HEADER_TOO_LONG;
		else if (data[i] == '\n')
			end_line(r);
		else if (data[i] == '\0')
			r->fault = HTTP_NOT_HTTP;
		else if (r->used < sizeof(r->line) - 1)
			r->line[r->used++] = data[i];
	}
	return i;
}

const char *
http_fault_text(enum http_fault fault)
{
	switch (fault) {
	case HTTP_FINE:
		return "is fine";
	case HTTP_NOT_HTTP:
		return "is not HTTP";
	case HTTP_HEADER_TOO_LONG:
		return "has too long a header";
	case HTTP_BAD_LENGTH:
		return "has a bad Content-Length";
	case HTTP_CODED:
		return "has a Transfer-Encoding, which HTTP/1.0 has not";
	}
	return "is not understood";
}
