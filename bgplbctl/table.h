/*
 * A table for people: every column as wide as its widest cell, two blanks
 * between columns, no blanks at the end of a line.  Pure but for the stream
 * that it is printed to.
 *
 *	table = table_new(columns, 3);
 *	table_add(table, "192.0.2.1");		one call a cell, row by row
 *	table_addf(table, "%u", as);
 *	...
 *	table_print(table, stdout);
 *	table_free(table);
 */
#ifndef BGPLBCTL_TABLE_H
#define BGPLBCTL_TABLE_H

#include <stddef.h>
#include <stdio.h>

struct table;

enum table_align {
	TABLE_LEFT,
	TABLE_RIGHT
};

struct table_column {
	const char		*title;
	enum table_align	 align;
};

/* The columns are the caller's and must outlive the table. */
struct table *table_new(const struct table_column *columns, size_t ncolumns)
	    __attribute__((warn_unused_result));
void	table_free(struct table *);		/* NULL is fine */

/* The text passes printable_copy(), and is cut at CONTROL_TEXT_MAX bytes. */
void	table_add(struct table *, const char *text);
void	table_addf(struct table *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* Titles and rows; the titles alone if there is no row. */
void	table_print(const struct table *, FILE *out);

#endif /* BGPLBCTL_TABLE_H */
