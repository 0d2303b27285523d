#include <arpa/inet.h>

#include "common/json_writer.h"
#include "regress/bench/bgp/clock.h"
#include "regress/bench/bgp/sink_report.h"

static const char *const state_names[] = {
	[SINK_CLOSED] = "closed",
	[SINK_ACCEPTED] = "accepted",
	[SINK_WAITING] = "waiting",
	[SINK_OPENED] = "opened",
	[SINK_ESTABLISHED] = "established",
};

static void
report_counts(struct json_writer *j, const struct sink_counts *c)
{
	unsigned int i;

	json_number(j, "first_update", c->first_update);
	json_number(j, "last_prefix", c->last_prefix);
	json_number(j, "last_fresh", c->last_fresh);
	json_number(j, "fresh", c->fresh);
	json_number(j, "end_of_rib_ipv4", c->end_of_rib[COUNT_IPV4]);
	json_number(j, "end_of_rib_ipv6", c->end_of_rib[COUNT_IPV6]);
	json_number(j, "announced_ipv4", c->announced[COUNT_IPV4]);
	json_number(j, "announced_ipv6", c->announced[COUNT_IPV6]);
	json_number(j, "withdrawn_ipv4", c->withdrawn[COUNT_IPV4]);
	json_number(j, "withdrawn_ipv6", c->withdrawn[COUNT_IPV6]);
	json_number(j, "messages", c->messages);
	json_number(j, "bytes", c->bytes);
	json_number(j, "updates", c->updates);
	json_number(j, "update_bytes", c->update_bytes);
	json_begin_array(j, "stamps");
	for (i = 0; i < c->nstamps; i++)
		json_number(j, NULL, c->stamps[i]);
	json_end(j);
}

static void
report_session(struct json_writer *j, const struct sink_session *s)
{
	char local[INET_ADDRSTRLEN];

	json_begin_object(j, NULL);
	inet_ntop(AF_INET, &s->local, local, sizeof(local));
	json_string(j, "address", local);
	json_string(j, "state", state_names[s->state]);
	if (s->error != NULL)
		json_string(j, "error", s->error);
	json_number(j, "accepted", s->accepted);
	json_number(j, "open_received", s->open_received);
	json_number(j, "open_sent", s->open_sent);
	json_number(j, "established", s->established);
	json_number(j, "closed", s->closed);
	report_counts(j, &s->counts);
	json_end(j);
}

void
sink_report(FILE *out, const char *event, uint64_t listening,
    const struct sink_session *sessions, size_t nsessions)
{
	struct json_writer j;
	size_t i;

	json_writer_init(&j, out);
	json_begin_object(&j, NULL);
	json_string(&j, "event", event);
	json_number(&j, "now", clock_now());
	json_number(&j, "listening", listening);
	json_begin_array(&j, "sessions");
	for (i = 0; i < nsessions; i++)
		report_session(&j, &sessions[i]);
	json_end(&j);
	json_end(&j);
	fputc('\n', out);
	fflush(out);
}
