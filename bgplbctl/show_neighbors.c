#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "bgplbctl/printable.h"
#include "bgplbctl/show_neighbors.h"
#include "bgplbctl/table.h"
#include "common/json_writer.h"

#define DURATION_STRLEN	32
#define FACT_MAX	(CONTROL_NOTIFICATION_MAX + 64)

#define MINUTE	60
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)
#define WEEK	(7 * DAY)

static const struct table_column columns[] = {
	{ "Neighbor",		TABLE_LEFT },
	{ "AS",			TABLE_RIGHT },
	{ "MsgRcvd",		TABLE_RIGHT },
	{ "MsgSent",		TABLE_RIGHT },
	{ "Up/Down",		TABLE_RIGHT },
	{ "State/PrfSent",	TABLE_LEFT },
	{ "Description",	TABLE_LEFT }	/* if any neighbor has one */
};
#define NCOLUMNS	(sizeof(columns) / sizeof(columns[0]))

enum show_neighbors_found
show_neighbors_find(const struct control_neighbor *rows, size_t nrows,
    const struct address *addr, const char *interface,
    const struct control_neighbor **out)
{
	enum show_neighbors_found found = SHOW_NEIGHBORS_NONE;
	size_t i;

	for (i = 0; i < nrows; i++) {
		if (address_cmp(&rows[i].addr, addr) != 0 ||
		    (interface[0] != '\0' &&
		    strcmp(rows[i].interface, interface) != 0))
			continue;
		if (found == SHOW_NEIGHBORS_ONE)
			return SHOW_NEIGHBORS_SEVERAL;
		found = SHOW_NEIGHBORS_ONE;
		*out = &rows[i];
	}
	return found;
}

/* The session engine sends them last. */
size_t
show_neighbors_present(const struct control_neighbor *rows, size_t nrows)
{
	while (nrows > 0 && rows[nrows - 1].gone)
		nrows--;
	return nrows;
}

static const char *
format_name(const struct control_neighbor *n, char *buf)
{
	return control_neighbor_format(&n->addr, n->interface, buf);
}

static bool
is_established(const struct control_neighbor *n)
{
	return n->state == BGP_ESTABLISHED;
}

/* "02:13:04", "3d02h13m", "01w3d02h": as bgpctl(8) writes them. */
static const char *
format_duration(uint64_t seconds, char *buf)
{
	unsigned int minute = (unsigned int)(seconds % HOUR / MINUTE);
	unsigned int hour = (unsigned int)(seconds % DAY / HOUR);
	unsigned int day = (unsigned int)(seconds % WEEK / DAY);

	if (seconds >= WEEK)
		snprintf(buf, DURATION_STRLEN, "%02" PRIu64 "w%ud%02uh",
		    seconds / WEEK, day, hour);
	else if (seconds >= DAY)
		snprintf(buf, DURATION_STRLEN, "%ud%02uh%02um", day, hour,
		    minute);
	else
		snprintf(buf, DURATION_STRLEN, "%02u:%02u:%02u", hour, minute,
		    (unsigned int)(seconds % MINUTE));
	return buf;
}

#define AS_STRLEN	11

/* Of an external neighbor it is known when the session is up. */
static const char *
format_as(const struct control_neighbor *n, char *buf)
{
	if (n->remote_as == 0)
		return "external";
	snprintf(buf, AS_STRLEN, "%" PRIu32, n->remote_as);
	return buf;
}

static void
add_to_table(struct table *table, const struct control_neighbor *n)
{
	char name[CONTROL_NEIGHBOR_STRLEN], as[AS_STRLEN];
	char duration[DURATION_STRLEN];

	table_add(table, format_name(n, name));
	table_add(table, format_as(n, as));
	table_addf(table, "%" PRIu64, n->messages_received);
	table_addf(table, "%" PRIu64, n->messages_sent);
	table_add(table, n->times_established > 0 || is_established(n) ?
	    format_duration(n->changed_seconds, duration) : "Never");
	if (is_established(n))
		table_addf(table, "%" PRIu64, n->sent_prefixes);
	else
		table_addf(table, "%s%s", bgp_state_name(n->state),
		    n->down ? " (down)" : "");
}

void
show_neighbors_table(const struct control_neighbor *rows, size_t nrows,
    FILE *out)
{
	bool has_descriptions = false;
	struct table *table;
	size_t i;

	for (i = 0; i < nrows; i++)
		if (rows[i].description[0] != '\0')
			has_descriptions = true;
	table = table_new(columns, has_descriptions ? NCOLUMNS : NCOLUMNS - 1);
	for (i = 0; i < nrows; i++) {
		add_to_table(table, &rows[i]);
		if (has_descriptions)
			table_add(table, rows[i].description);
	}
	table_print(table, out);
	table_free(table);
}

static void __attribute__((format(printf, 3, 4)))
print_fact(FILE *out, const char *name, const char *fmt, ...)
{
	char text[FACT_MAX], shown[FACT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printable_copy(shown, text, sizeof(shown));
	fprintf(out, "%-20s%s\n", name, shown);
}

static void
print_state(const struct control_neighbor *n, FILE *out)
{
	char duration[DURATION_STRLEN];

	if (n->gone) {
		print_fact(out, "State:", "gone, down for %s",
		    format_duration(n->changed_seconds, duration));
		return;
	}
	if (n->down) {
		print_fact(out, "State:", "%s, taken down by the operator",
		    bgp_state_name(n->state));
		return;
	}
	format_duration(n->changed_seconds, duration);
	if (is_established(n))
		print_fact(out, "State:", "Established, for %s", duration);
	else if (n->times_established > 0)
		print_fact(out, "State:", "%s, down for %s",
		    bgp_state_name(n->state), duration);
	else
		print_fact(out, "State:", "%s, never established",
		    bgp_state_name(n->state));
}

/* What both sides agreed on, which is known only while the session is up. */
static void
print_session(const struct control_neighbor *n, FILE *out)
{
	struct address router_id = address_from_ipv4(n->router_id);
	char addr[ADDRESS_STRLEN];

	print_fact(out, "Router ID:", "%s", address_format(&router_id, addr));
	print_fact(out, "Local address:", "%s",
	    address_format(&n->local_address, addr));
	if (n->hold_time > 0)
		print_fact(out, "Hold time:", "%" PRIu32 " s", n->hold_time);
	else
		print_fact(out, "Hold time:", "none");
	print_fact(out, "Families:", "%s%s%s%s",
	    n->families & NEIGHBOR_IPV4 ? "IPv4" : "",
	    n->families == (NEIGHBOR_IPV4 | NEIGHBOR_IPV6) ? ", " : "",
	    n->families & NEIGHBOR_IPV6 ? "IPv6" : "",
	    n->families == 0 ? "none in common" : "");
}

static void
print_notification(const char *name, const struct control_notification *n,
    FILE *out)
{
	char duration[DURATION_STRLEN];

	if (n->present)
		print_fact(out, name, "%s (%" PRIu32 "/%" PRIu32 ", %s ago)",
		    n->text, n->code, n->subcode,
		    format_duration(n->seconds, duration));
}

/* Of use where packets that nobody is told of may be the cause. */
static void
print_md5(const struct control_neighbor *n, const struct md5_counters *md5,
    FILE *out)
{
	if (is_established(n) || !md5->known || (!n->password &&
	    md5->not_found + md5->unexpected + md5->failure == 0))
		return;
	print_fact(out, "TCP MD5:", "%s; packets dropped on this host: %"
	    PRIu64 " without one, %" PRIu64 " with one where none is set, %" PRIu64
	    " with a wrong one",
	    n->password ? "a password is set here" :
	    "no password is set here", md5->not_found, md5->unexpected,
	    md5->failure);
}

static void
print_errors(const struct control_neighbor *n, const struct md5_counters *md5,
    FILE *out)
{
	char duration[DURATION_STRLEN];

	if (n->last_error[0] != '\0')
		print_fact(out, "Last error:", "%s (%s ago)", n->last_error,
		    format_duration(n->last_error_seconds, duration));
	print_notification("Last received:", &n->received, out);
	print_notification("Last sent:", &n->sent, out);
	print_md5(n, md5, out);
}

void
show_neighbors_detail(const struct control_neighbor *n,
    const struct md5_counters *md5, FILE *out)
{
	char name[CONTROL_NEIGHBOR_STRLEN], as[AS_STRLEN];

	print_fact(out, "Neighbor:", "%s", format_name(n, name));
	if (n->description[0] != '\0')
		print_fact(out, "Description:", "%s", n->description);
	print_fact(out, "Remote AS:", "%s", format_as(n, as));
	if (n->dynamic)
		print_fact(out, "Port:", "none (dynamic: it came by a prefix "
		    "of neighbors)");
	else
		print_fact(out, "Port:", "%" PRIu32 "%s", n->port, n->passive ?
		    " (passive: the neighbor connects)" : "");
	print_state(n, out);
	if (is_established(n))
		print_session(n, out);
	print_fact(out, "Prefixes sent:", "%" PRIu64, n->sent_prefixes);
	print_fact(out, "Prefixes received:", "%" PRIu64 "%s",
	    n->received_prefixes, n->received_prefixes > 0 ?
	    " (counted and dropped)" : "");
	print_fact(out, "Messages sent:", "%" PRIu64 ", updates %" PRIu64,
	    n->messages_sent, n->updates_sent);
	print_fact(out, "Messages received:", "%" PRIu64 ", updates %" PRIu64,
	    n->messages_received, n->updates_received);
	print_fact(out, "Times established:", "%" PRIu64, n->times_established);
	print_errors(n, md5, out);
}

static void
write_address(struct json_writer *w, const char *key, const struct address *addr)
{
	char buf[ADDRESS_STRLEN];

	json_string(w, key,
	    address_is_set(addr) ? address_format(addr, buf) : "");
}

static void
write_notification(struct json_writer *w, const char *key,
    const struct control_notification *n)
{
	json_begin_object(w, key);
	json_number(w, "code", n->code);
	json_number(w, "subcode", n->subcode);
	json_string(w, "text", n->text);
	json_number(w, "seconds", n->seconds);
	json_end(w);
}

static void
write_md5(struct json_writer *w, const struct md5_counters *md5)
{
	json_begin_object(w, "tcp_md5");
	json_number(w, "not_found", md5->not_found);
	json_number(w, "unexpected", md5->unexpected);
	json_number(w, "failure", md5->failure);
	json_end(w);
}

static void
write_neighbor(struct json_writer *w, const struct control_neighbor *n)
{
	struct address router_id = { .afi = AFI_NONE };
	char name[CONTROL_NEIGHBOR_STRLEN];

	if (n->router_id != 0)
		router_id = address_from_ipv4(n->router_id);
	json_begin_object(w, NULL);
	json_string(w, "address", format_name(n, name));
	json_string(w, "description", n->description);
	json_number(w, "remote_as", n->remote_as);
	json_number(w, "port", n->port);
	json_bool(w, "passive", n->passive != 0);
	json_bool(w, "dynamic", n->dynamic != 0);
	json_bool(w, "down", n->down != 0);
	json_bool(w, "gone", n->gone != 0);
	json_bool(w, "password", n->password != 0);
	json_string(w, "state", bgp_state_name(n->state));
	json_number(w, "state_seconds", n->changed_seconds);
	json_number(w, "times_established", n->times_established);
	write_address(w, "router_id", &router_id);
	write_address(w, "local_address", &n->local_address);
	json_number(w, "hold_time", n->hold_time);
	json_begin_array(w, "families");
	if (n->families & NEIGHBOR_IPV4)
		json_string(w, NULL, "ipv4");
	if (n->families & NEIGHBOR_IPV6)
		json_string(w, NULL, "ipv6");
	json_end(w);
	json_number(w, "prefixes_sent", n->sent_prefixes);
	json_number(w, "prefixes_received", n->received_prefixes);
	json_number(w, "messages_sent", n->messages_sent);
	json_number(w, "messages_received", n->messages_received);
	json_number(w, "updates_sent", n->updates_sent);
	json_number(w, "updates_received", n->updates_received);
	json_string(w, "last_error", n->last_error);
	json_number(w, "last_error_seconds", n->last_error_seconds);
	write_notification(w, "last_received", &n->received);
	write_notification(w, "last_sent", &n->sent);
	json_end(w);
}

void
show_neighbors_json(const struct control_neighbor *rows, size_t nrows,
    const struct md5_counters *md5, FILE *out)
{
	struct json_writer w;
	size_t i;

	json_writer_init(&w, out);
	json_begin_object(&w, NULL);
	json_begin_array(&w, "neighbors");
	for (i = 0; i < nrows; i++)
		write_neighbor(&w, &rows[i]);
	json_end(&w);
	write_md5(&w, md5);
	json_end(&w);
	fputc('\n', out);
}
