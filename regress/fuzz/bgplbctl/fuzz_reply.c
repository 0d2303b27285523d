/*
 * Any packets from a hostile bgplbd, gathered and then rendered in every form.
 * What reaches the terminal must be visible characters in the right number of
 * lines, and JSON must be one well-formed line.
 *
 * Input: one byte that chooses the request, then packets, each as type (1 byte),
 * length of its payload (2 bytes, low first), payload.  The header is made to fit,
 * unless the type has its top bit set: then payload is the whole packet.
 */
#include <ctype.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/outcome.h"
#include "bgplbctl/reply.h"
#include "bgplbctl/show_neighbors.h"
#include "bgplbctl/show_prefixes.h"
#include "bgplbctl/check/check.h"
#include "bgplbctl/check/show_findings.h"

#define RAW_PACKET	0x80

struct output {
	FILE	*out;
	char	*text;
	size_t	 len;
};

int	LLVMFuzzerInitialize(int *, char ***);
int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const uint32_t requests[] = {
	CONTROL_SHOW_NEIGHBORS, CONTROL_SHOW_PREFIXES,
	CONTROL_WITHDRAW, CONTROL_ANNOUNCE, CONTROL_NEIGHBOR_DOWN,
	CONTROL_SHOW_TOLD, CONTROL_SHOW_ADVERTISEMENTS,
	CONTROL_SHOW_START_FAILURES
};

static FILE *
output_open(struct output *o)
{
	o->text = NULL;
	o->out = open_memstream(&o->text, &o->len);
	if (o->out == NULL)
		abort();
	return o->out;
}

/* ASCII that moves the cursor, and C1 controls as UTF-8 has them. */
static void
check_text(struct output *o, size_t lines)
{
	const unsigned char *s;

	if (fclose(o->out) != 0)
		abort();
	for (s = (unsigned char *)o->text; *s != '\0'; s++) {
		if (*s == '\n') {
			if (lines-- == 0)
				abort();
		} else if (*s < ' ' || *s == 0x7f)
			abort();
		else if (*s == 0xc2 && s[1] < 0xa0)
			abort();
	}
	if (lines != 0)
		abort();
	free(o->text);
}

static void
check_json(struct output *o)
{
	bool in_string = false;
	int depth = 0;
	const char *s;

	if (fclose(o->out) != 0)
		abort();
	for (s = o->text; s[1] != '\0'; s++) {
		if (iscntrl((unsigned char)*s))
			abort();
		if (in_string && *s == '\\')
			s++;
		else if (*s == '"')
			in_string = !in_string;
		else if (!in_string && (*s == '{' || *s == '['))
			depth++;
		else if (!in_string && (*s == '}' || *s == ']'))
			depth--;
	}
	if (in_string || depth != 0 || *s != '\n')
		abort();
	free(o->text);
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void
render_neighbors(const struct reply *r)
{
	static const struct md5_counters md5 = { .known = true };
	const struct control_neighbor *found;
	struct output o;
	size_t i;

	if (show_neighbors_present(r->neighbors, r->nrows) > r->nrows)
		abort();
	show_neighbors_table(r->neighbors, r->nrows, output_open(&o));
	check_text(&o, r->nrows + 1);
	show_neighbors_json(r->neighbors, r->nrows, &md5, output_open(&o));
	check_json(&o);
	for (i = 0; i < r->nrows; i++) {
		if (show_neighbors_find(r->neighbors, r->nrows,
		    &r->neighbors[i].addr, r->neighbors[i].interface,
		    &found) == SHOW_NEIGHBORS_NONE)
			abort();
		show_neighbors_detail(&r->neighbors[i], &md5, output_open(&o));
		fflush(o.out);
		check_text(&o, count_lines(o.text));
	}
}

static void
render_prefixes(struct reply *r)
{
	struct output o;

	show_prefixes_sort(r->prefixes, r->nrows);
	show_prefixes_table(r->prefixes, r->nrows, NULL, 0, output_open(&o));
	check_text(&o, r->nrows + 1);
	show_prefixes_json(r->prefixes, r->nrows, NULL, 0, output_open(&o));
	check_json(&o);
}

static struct control_prefix
any_prefix(void)
{
	struct control_prefix p;

	memset(&p, 0, sizeof(p));
	p.kind = PREFIX_LB;
	p.state = PREFIX_ANNOUNCED;
	return p;
}

/* Each prefix that neighbors were told of stands in bgplbd's list too. */
static void
render_told(struct reply *r)
{
	struct control_prefix p = any_prefix();
	struct output o;
	size_t i;

	told_sort(r->told, r->nrows);
	for (i = 0; i < r->nrows; i++) {
		p.prefix = r->told[i].prefix;
		show_prefixes_table(&p, 1, r->told, r->nrows, output_open(&o));
		check_text(&o, 2);
		show_prefixes_json(&p, 1, r->told, r->nrows, output_open(&o));
		check_json(&o);
	}
}

static void
render_advertisements(const struct reply *r)
{
	struct control_prefix p = any_prefix();
	struct output o;

	if (r->nrows == 0)
		return;
	p.prefix = r->advertisements[0].prefix;
	show_prefix_detail(&p, r->advertisements, r->nrows, output_open(&o));
	fflush(o.out);
	check_text(&o, count_lines(o.text));
	show_prefix_json(&p, r->advertisements, r->nrows, output_open(&o));
	check_json(&o);
}

/* A remedy's line begins with one. */
static void
untab(char *text)
{
	for (; *text != '\0'; text++)
		if (text[0] == '\n' && text[1] == '\t')
			text[1] = ' ';
}

static void
render_start_failures(const struct reply *r)
{
	static const struct host_facts facts;
	static struct findings findings;
	const struct check_daemon daemon = {
		.docker = "", .starts_unseen = r->result.text,
		.start_failures = r->start_failures,
		.nstart_failures = r->nrows
	};
	struct check check = {
		.facts = &facts, .daemon = &daemon, .findings = &findings
	};
	struct output o;

	findings.n = findings.omitted = findings.nunseen = 0;
	check_docker(&check);
	if (findings.n > CONTROL_START_FAILURES_MAX)
		abort();
	show_findings_text(&findings, output_open(&o));
	fflush(o.out);
	untab(o.text);
	check_text(&o, 2 * findings.n + findings.nunseen + (findings.n == 0));
	show_findings_json(&findings, output_open(&o));
	check_json(&o);
}

static void
render_result(const struct reply *r)
{
	struct command command = {
		.kind = r->request == CONTROL_WITHDRAW ?
		    COMMAND_WITHDRAW : COMMAND_ANNOUNCE
	};
	char text[CONTROL_TEXT_MAX];
	struct output o;

	outcome_json(&command, &r->result, output_open(&o));
	check_json(&o);
	outcome_error_json(outcome_text(&command, &r->result, text),
	    output_open(&o));
	check_json(&o);
	(void)outcome_status(&r->result);
}

/* One packet of the input; returns the bytes used, 0 if too few are left. */
static size_t
feed(struct reply *r, const uint8_t *data, size_t size,
    enum reply_progress *progress)
{
	unsigned char packet[REPLY_PACKET_MAX];
	struct channel_hdr hdr = { 0 };
	size_t len;

	if (size < 3)
		return 0;
	len = (size_t)(data[1] | data[2] << 8);
	if (len > size - 3 || len > CHANNEL_PAYLOAD_MAX)
		return 0;
	if (data[0] & RAW_PACKET) {
		*progress = reply_add(r, data + 3, len);
		return len + 3;
	}
	hdr.type = data[0];
	hdr.len = (uint32_t)(sizeof(hdr) + len);
	memcpy(packet, &hdr, sizeof(hdr));
	memcpy(packet + sizeof(hdr), data + 3, len);
	*progress = reply_add(r, packet, hdr.len);
	return len + 3;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		abort();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum reply_progress progress = REPLY_MORE;
	struct reply reply;
	size_t n;

	if (size == 0)
		return 0;
	reply_init(&reply, requests[data[0] %
	    (sizeof(requests) / sizeof(requests[0]))]);
	for (data++, size--; progress == REPLY_MORE; data += n, size -= n)
		if ((n = feed(&reply, data, size, &progress)) == 0)
			break;
	if (reply.request == CONTROL_SHOW_NEIGHBORS)
		render_neighbors(&reply);
	else if (reply.request == CONTROL_SHOW_PREFIXES)
		render_prefixes(&reply);
	else if (reply.request == CONTROL_SHOW_TOLD)
		render_told(&reply);
	else if (reply.request == CONTROL_SHOW_ADVERTISEMENTS)
		render_advertisements(&reply);
	else if (reply.request == CONTROL_SHOW_START_FAILURES)
		render_start_failures(&reply);
	if (progress == REPLY_COMPLETE)
		render_result(&reply);
	reply_clear(&reply);
	return 0;
}
