#include <string.h>

#include "bgplbd/parent/id_scan.h"

#define STATUS_LEN	12	/* of "HTTP/1.0 200" */
#define NAME_DIGITS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
			"0123456789_.-"

void
id_scan_init(struct id_scan *s, id_scan_fn *fn, void *arg)
{
	memset(s, 0, sizeof(*s));
	s->fn = fn;
	s->arg = arg;
	s->part = ID_SCAN_STATUS;
}

static bool
is_fine(const char status[STATUS_LEN])
{
	return memcmp(status, "HTTP/1.", 7) == 0 &&
	    (status[7] == '0' || status[7] == '1') &&
	    memcmp(status + 8, " 200", 4) == 0;
}

static void
take_status_byte(struct id_scan *s, char c)
{
	s->text[s->len++] = c;
	if (s->len < STATUS_LEN)
		return;
	s->part = is_fine(s->text) ? ID_SCAN_HEADER : ID_SCAN_FAILED;
	s->line = STATUS_LEN;
	s->len = 0;
}

static void
take_header_byte(struct id_scan *s, char c)
{
	if (c == '\n') {
		if (s->line == 0)
			s->part = ID_SCAN_BODY;
		s->line = 0;
	} else if (c != '\r')
		s->line++;
}

static bool
is_text(const struct id_scan *s, const char *wanted)
{
	return !s->cut && s->len == strlen(wanted) &&
	    memcmp(s->text, wanted, s->len) == 0;
}

static void
take_name(struct id_scan *s)
{
	if (s->cut || s->len >= sizeof(s->name))
		return;
	memcpy(s->name, s->text, s->len);
	s->name[s->len] = '\0';
	if (strlen(s->name) != s->len ||
	    strspn(s->name, NAME_DIGITS) != s->len)
		s->name[0] = '\0';
}

static void
string_ended(struct id_scan *s)
{
	s->in_string = false;
	if (s->depth != 2 || !s->in_object)
		return;
	if (!s->is_value)
		s->field = is_text(s, "Id") ? ID_SCAN_ID :
		    is_text(s, "Name") ? ID_SCAN_NAME : ID_SCAN_OTHER;
	else if (s->field == ID_SCAN_NAME)
		take_name(s);
	else if (s->field == ID_SCAN_ID && (s->cut ||
	    network_id_parse(s->text, s->len, &s->id) == -1))
		memset(&s->id, 0, sizeof(s->id));
}

/* A string with an escape in it is neither an id nor a name. */
static void
take_string_byte(struct id_scan *s, char c)
{
	if (s->escaped)
		s->escaped = false;
	else if (c == '\\')
		s->escaped = s->cut = true;
	else if (c == '"')
		string_ended(s);
	else if (s->len == sizeof(s->text))
		s->cut = true;
	else
		s->text[s->len++] = c;
}

static void
begin_value(struct id_scan *s, char c)
{
	s->depth++;
	if (s->depth == 1 && c != '[')
		s->part = ID_SCAN_FAILED;
	if (s->depth != 2)
		return;
	s->in_object = c == '{';
	s->is_value = false;
	s->field = ID_SCAN_OTHER;
	memset(&s->id, 0, sizeof(s->id));
	s->name[0] = '\0';
}

static void
end_value(struct id_scan *s)
{
	if (s->depth == 0) {
		s->part = ID_SCAN_FAILED;
		return;
	}
	if (s->depth == 2 && s->in_object && s->id.hex[0] != '\0')
		s->fn(&s->id, s->name, s->arg);
	s->depth--;
	s->ended = s->depth == 0;
}

static void
take_body_byte(struct id_scan *s, char c)
{
	if (s->in_string) {
		take_string_byte(s, c);
		return;
	}
	switch (c) {
	case '"':
		s->in_string = true;
		s->cut = false;
		s->len = 0;
		break;
	case '[':
	case '{':
		if (s->ended)
			s->part = ID_SCAN_FAILED;
		else
			begin_value(s, c);
		break;
	case ']':
	case '}':
		end_value(s);
		break;
	case ':':
		if (s->depth == 2)
			s->is_value = true;
		break;
	case ',':
		if (s->depth == 2) {
			s->is_value = false;
			s->field = ID_SCAN_OTHER;
		}
		break;
	default:
		break;
	}
}

void
id_scan_feed(struct id_scan *s, const char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		switch (s->part) {
		case ID_SCAN_STATUS:
			take_status_byte(s, data[i]);
			break;
		case ID_SCAN_HEADER:
			take_header_byte(s, data[i]);
			break;
		case ID_SCAN_BODY:
			take_body_byte(s, data[i]);
			break;
		case ID_SCAN_FAILED:
			return;
		}
	}
}

bool
id_scan_is_complete(const struct id_scan *s)
{
	return s->part == ID_SCAN_BODY && s->ended;
}
