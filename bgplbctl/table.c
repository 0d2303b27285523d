#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/printable.h"
#include "bgplbctl/table.h"
#include "common/control.h"
#include "common/log.h"

#define GAP	2	/* blanks between columns */

struct cell {
	char	*text;
	size_t	 width;		/* in terminal columns */
};

struct table {
	const struct table_column *columns;
	size_t		 ncolumns;
	size_t		*widths;	/* widest cell of each column */
	struct cell	*cells;		/* row by row */
	size_t		 ncells;
	size_t		 room;		/* cells that fit without growing */
};

struct table *
table_new(const struct table_column *columns, size_t ncolumns)
{
	struct table *t = xcalloc(1, sizeof(*t));
	size_t i;

	t->columns = columns;
	t->ncolumns = ncolumns;
	t->widths = xcalloc(ncolumns, sizeof(*t->widths));
	for (i = 0; i < ncolumns; i++)
		t->widths[i] = strlen(columns[i].title);
	return t;
}

void
table_free(struct table *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->ncells; i++)
		free(t->cells[i].text);
	free(t->cells);
	free(t->widths);
	free(t);
}

void
table_add(struct table *t, const char *text)
{
	char shown[CONTROL_TEXT_MAX];
	struct cell *cell;
	size_t *widest;

	if (t->ncells == t->room) {
		t->room = t->room > 0 ? t->room * 2 : 64;
		t->cells = xreallocarray(t->cells, t->room, sizeof(*t->cells));
	}
	widest = &t->widths[t->ncells % t->ncolumns];
	cell = &t->cells[t->ncells++];
	cell->width = printable_copy(shown, text, sizeof(shown));
	cell->text = xstrdup(shown);
	if (cell->width > *widest)
		*widest = cell->width;
}

void
table_addf(struct table *t, const char *fmt, ...)
{
	char text[CONTROL_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	table_add(t, text);
}

static void
print_blanks(FILE *out, size_t n)
{
	fprintf(out, "%*s", (int)n, "");
}

/*
 * Blanks are owed, and paid only before the next visible text, so that a line
 * never ends in them.
 */
static void
print_cell(const struct table *t, FILE *out, size_t column, const char *text,
    size_t width, size_t *owed)
{
	size_t padding = t->widths[column] - width;

	if (t->columns[column].align == TABLE_RIGHT)
		*owed += padding;
	if (width > 0) {
		print_blanks(out, *owed);
		fputs(text, out);
		*owed = 0;
	}
	if (t->columns[column].align == TABLE_LEFT)
		*owed += padding;
	*owed += GAP;
}

void
table_print(const struct table *t, FILE *out)
{
	size_t column, i, owed = 0;

	for (column = 0; column < t->ncolumns; column++)
		print_cell(t, out, column, t->columns[column].title,
		    strlen(t->columns[column].title), &owed);
	for (i = 0; i < t->ncells; i++) {
		column = i % t->ncolumns;
		if (column == 0) {
			fputc('\n', out);
			owed = 0;
		}
		print_cell(t, out, column, t->cells[i].text, t->cells[i].width,
		    &owed);
	}
	fputc('\n', out);
}
