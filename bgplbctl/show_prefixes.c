#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/printable.h"
#include "bgplbctl/show_prefixes.h"
#include "bgplbctl/table.h"
#include "common/json_writer.h"

/* As Docker's own tools show an id. */
#define ID_SHORT	12
/* Three numbers of 32 bits with colons. */
#define COMMUNITY_STRLEN	33

static const struct table_column columns[] = {
	{ "Prefix",	TABLE_LEFT },
	{ "Kind",	TABLE_LEFT },
	{ "State",	TABLE_LEFT },
	{ "Endpoints",	TABLE_RIGHT },
	{ "Route",	TABLE_LEFT },
	{ "Network",	TABLE_LEFT },
	{ "Interface",	TABLE_LEFT }
};

static int
row_cmp(const void *a, const void *b)
{
	const struct control_prefix *left = a, *right = b;
	int order = prefix_cmp(&left->prefix, &right->prefix);

	return order != 0 ? order : strcmp(left->network_id, right->network_id);
}

void
show_prefixes_sort(struct control_prefix *rows, size_t nrows)
{
	if (nrows > 1)
		qsort(rows, nrows, sizeof(*rows), row_cmp);
}

static const char *
kind_name(uint8_t kind)
{
	return kind == PREFIX_LB ? "lb" : "subnet";
}

static void
add_to_table(struct table *table, const struct control_prefix *p,
    const struct control_told *told)
{
	char prefix[PREFIX_STRLEN];

	table_add(table, prefix_format(&p->prefix, prefix));
	table_add(table, kind_name(p->kind));
	table_add(table, told_state_name(p, told));
	if (p->kind == PREFIX_LB)
		table_addf(table, "%" PRIu32 "/%" PRIu32, p->serving,
		    p->endpoints);
	else
		table_add(table, "-");
	table_add(table, p->routed ? "yes" : "-");
	if (p->network_name[0] != '\0')
		table_add(table, p->network_name);
	else
		table_addf(table, "%.*s", ID_SHORT, p->network_id);
	table_add(table, p->interface[0] != '\0' ? p->interface : "-");
}

void
show_prefixes_table(const struct control_prefix *rows, size_t nrows,
    const struct control_told *told, size_t ntold, FILE *out)
{
	struct table *table;
	size_t i;

	table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < nrows; i++)
		add_to_table(table, &rows[i], told_find(told, ntold,
		    &rows[i].prefix));
	table_print(table, out);
	table_free(table);
}

static const struct {
	enum advertisement_state	 state;
	const char			*key;
} count_keys[] = {
	{ ADVERTISEMENT_ANNOUNCED,	"announced" },
	{ ADVERTISEMENT_PENDING,	"pending" },
	{ ADVERTISEMENT_HELD,		"held_back" },
	{ ADVERTISEMENT_NOT_NEGOTIATED,	"not_negotiated" },
	{ ADVERTISEMENT_NO_SESSION,	"no_session" },
};

static void
write_counts(struct json_writer *w, const struct control_told *told)
{
	size_t i;

	json_begin_object(w, "neighbors");
	for (i = 0; i < sizeof(count_keys) / sizeof(count_keys[0]); i++)
		json_number(w, count_keys[i].key, told == NULL ? 0 :
		    told->neighbors[count_keys[i].state]);
	json_end(w);
}

/* Leaves its object open. */
static void
begin_prefix(struct json_writer *w, const struct control_prefix *p,
    const struct control_told *told)
{
	char prefix[PREFIX_STRLEN];

	json_begin_object(w, NULL);
	json_string(w, "prefix", prefix_format(&p->prefix, prefix));
	json_string(w, "kind", kind_name(p->kind));
	json_string(w, "state", told_state_name(p, told));
	json_string(w, "reason", prefix_refusal_text(p->refusal));
	json_number(w, "endpoints", p->endpoints);
	json_number(w, "eligible", p->eligible);
	json_number(w, "serving", p->serving);
	json_bool(w, "routed", p->routed != 0);
	json_string(w, "network_id", p->network_id);
	json_string(w, "network_name", p->network_name);
	json_string(w, "interface", p->interface);
	write_counts(w, told);
}

void
show_prefixes_json(const struct control_prefix *rows, size_t nrows,
    const struct control_told *told, size_t ntold, FILE *out)
{
	struct json_writer w;
	size_t i;

	json_writer_init(&w, out);
	json_begin_object(&w, NULL);
	json_begin_array(&w, "prefixes");
	for (i = 0; i < nrows; i++) {
		begin_prefix(&w, &rows[i], told_find(told, ntold,
		    &rows[i].prefix));
		json_end(&w);
	}
	json_end(&w);
	json_end(&w);
	fputc('\n', out);
}

/*
 * One prefix.
 */

static struct control_told
count(const struct control_advertisement *list, size_t n)
{
	struct control_told told;
	size_t i;

	memset(&told, 0, sizeof(told));
	for (i = 0; i < n; i++)
		told.neighbors[list[i].state]++;
	return told;
}

static bool
has_attributes(const struct control_advertisement *a)
{
	return address_is_set(&a->nexthop);
}

/* "65000:1", into buf. */
static const char *
format_community(uint32_t community, char buf[COMMUNITY_STRLEN])
{
	snprintf(buf, COMMUNITY_STRLEN, "%u:%u", community >> 16,
	    community & 0xffff);
	return buf;
}

static const char *
format_large(const uint32_t parts[3], char buf[COMMUNITY_STRLEN])
{
	snprintf(buf, COMMUNITY_STRLEN,
	    "%" PRIu32 ":%" PRIu32 ":%" PRIu32, parts[0], parts[1], parts[2]);
	return buf;
}

static void
print_attributes(const struct control_advertisement *a, FILE *out)
{
	char text[ADDRESS_STRLEN], community[COMMUNITY_STRLEN];
	uint32_t i;

	fprintf(out, "    next hop %s", address_format(&a->nexthop, text));
	if (address_is_set(&a->link_local))
		fprintf(out, " and %s", address_format(&a->link_local, text));
	fprintf(out, ", AS path");
	for (i = 0; i < a->path_length; i++)
		fprintf(out, " %" PRIu32, a->as);
	fprintf(out, "%s, origin IGP", a->path_length == 0 ? " empty" : "");
	if (a->has_med)
		fprintf(out, ", MED %" PRIu32, a->med);
	if (a->has_local_pref)
		fprintf(out, ", local preference %" PRIu32, a->local_pref);
	for (i = 0; i < a->ncommunities; i++)
		fprintf(out, "%s%s", i == 0 ? ", communities " : " ",
		    format_community(a->communities[i], community));
	for (i = 0; i < a->nlarge; i++)
		fprintf(out, "%s%s", i == 0 ? ", large communities " : " ",
		    format_large(a->large[i], community));
	if (a->link_bandwidth != 0)
		fprintf(out, ", link bandwidth %" PRIu64 " bit/s",
		    a->link_bandwidth);
	if (a->only_to_customer != 0)
		fprintf(out, ", only to customers of AS %" PRIu32,
		    a->only_to_customer);
	fputc('\n', out);
}

void
show_prefix_detail(const struct control_prefix *p,
    const struct control_advertisement *list, size_t n, FILE *out)
{
	const struct control_told told = count(list, n);
	char name[CONTROL_NEIGHBOR_STRLEN], shown[CONTROL_NEIGHBOR_STRLEN];
	char reason[CONTROL_TEXT_MAX];
	struct table *table;
	size_t i;

	table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	add_to_table(table, p, n > 0 ? &told : NULL);
	table_print(table, out);
	table_free(table);
	if (p->refusal != REFUSAL_NONE)
		fprintf(out, "refused: %s\n",
		    prefix_refusal_text(p->refusal));
	for (i = 0; i < n; i++) {
		printable_copy(reason, list[i].reason, sizeof(reason));
		control_neighbor_format(&list[i].neighbor, list[i].interface,
		    name);
		printable_copy(shown, name, sizeof(shown));
		fprintf(out, "neighbor %s: %s%s%s\n", shown,
		    advertisement_state_name(list[i].state),
		    reason[0] != '\0' ? ": " : "", reason);
		if (has_attributes(&list[i]))
			print_attributes(&list[i], out);
	}
}

static void
write_path(struct json_writer *w, const struct control_advertisement *a)
{
	uint32_t i;

	json_begin_array(w, "as_path");
	for (i = 0; i < a->path_length; i++)
		json_number(w, NULL, a->as);
	json_end(w);
}

static void
write_communities(struct json_writer *w, const struct control_advertisement *a)
{
	char text[COMMUNITY_STRLEN];
	uint32_t i;

	json_begin_array(w, "communities");
	for (i = 0; i < a->ncommunities; i++)
		json_string(w, NULL, format_community(a->communities[i],
		    text));
	json_end(w);
	json_begin_array(w, "large_communities");
	for (i = 0; i < a->nlarge; i++)
		json_string(w, NULL, format_large(a->large[i], text));
	json_end(w);
}

static void
write_advertisement(struct json_writer *w,
    const struct control_advertisement *a)
{
	char text[CONTROL_NEIGHBOR_STRLEN];

	json_begin_object(w, NULL);
	json_string(w, "neighbor", control_neighbor_format(&a->neighbor,
	    a->interface, text));
	json_string(w, "state", advertisement_state_name(a->state));
	json_string(w, "reason", a->reason);
	if (has_attributes(a)) {
		json_string(w, "next_hop", address_format(&a->nexthop, text));
		if (address_is_set(&a->link_local))
			json_string(w, "link_local", address_format(
			    &a->link_local, text));
		json_string(w, "origin", "igp");
		write_path(w, a);
		if (a->has_med)
			json_number(w, "med", a->med);
		if (a->has_local_pref)
			json_number(w, "local_pref", a->local_pref);
		write_communities(w, a);
		if (a->link_bandwidth != 0)
			json_number(w, "link_bandwidth", a->link_bandwidth);
		if (a->only_to_customer != 0)
			json_number(w, "only_to_customer",
			    a->only_to_customer);
	}
	json_end(w);
}

void
show_prefix_json(const struct control_prefix *p,
    const struct control_advertisement *list, size_t n, FILE *out)
{
	const struct control_told told = count(list, n);
	struct json_writer w;
	size_t i;

	json_writer_init(&w, out);
	json_begin_object(&w, NULL);
	json_begin_array(&w, "prefixes");
	begin_prefix(&w, p, n > 0 ? &told : NULL);
	json_begin_array(&w, "advertisements");
	for (i = 0; i < n; i++)
		write_advertisement(&w, &list[i]);
	json_end(&w);
	json_end(&w);
	json_end(&w);
	json_end(&w);
	fputc('\n', out);
}
