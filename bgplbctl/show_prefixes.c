#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/show_prefixes.h"
#include "bgplbctl/table.h"
#include "common/json_writer.h"

/* As Docker's own tools show an id. */
#define ID_SHORT	12

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
add_to_table(struct table *table, const struct control_prefix *p)
{
	char prefix[PREFIX_STRLEN];

	table_add(table, prefix_format(&p->prefix, prefix));
	table_add(table, kind_name(p->kind));
	table_add(table, prefix_state_name(p->state));
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
show_prefixes_table(const struct control_prefix *rows, size_t nrows, FILE *out)
{
	struct table *table;
	size_t i;

	table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < nrows; i++)
		add_to_table(table, &rows[i]);
	table_print(table, out);
	table_free(table);
}

static void
write_prefix(struct json_writer *w, const struct control_prefix *p)
{
	char prefix[PREFIX_STRLEN];

	json_begin_object(w, NULL);
	json_string(w, "prefix", prefix_format(&p->prefix, prefix));
	json_string(w, "kind", kind_name(p->kind));
	json_string(w, "state", prefix_state_name(p->state));
	json_number(w, "endpoints", p->endpoints);
	json_number(w, "eligible", p->eligible);
	json_number(w, "serving", p->serving);
	json_bool(w, "routed", p->routed != 0);
	json_string(w, "network_id", p->network_id);
	json_string(w, "network_name", p->network_name);
	json_string(w, "interface", p->interface);
	json_end(w);
}

void
show_prefixes_json(const struct control_prefix *rows, size_t nrows, FILE *out)
{
	struct json_writer w;
	size_t i;

	json_writer_init(&w, out);
	json_begin_object(&w, NULL);
	json_begin_array(&w, "prefixes");
	for (i = 0; i < nrows; i++)
		write_prefix(&w, &rows[i]);
	json_end(&w);
	json_end(&w);
	fputc('\n', out);
}
