#include <stdio.h>
#include <string.h>

#include "bgplbctl/check/firewall.h"

#define LINE_SIZE	512	/* of a listing; what is longer is cut */

/* Copies the line at *text and moves on to the next; false at the end. */
static bool
next_line(const char **text, char *line)
{
	size_t len = strcspn(*text, "\n");

	if (**text == '\0')
		return false;
	snprintf(line, LINE_SIZE, "%.*s",
	    (int)(len < LINE_SIZE ? len : LINE_SIZE - 1), *text);
	*text += len + ((*text)[len] == '\n');
	return true;
}

static bool
accepts_bridges(const char *rule)
{
	return strncmp(rule, "-A ", 3) == 0 &&
	    strstr(rule, " -o bgplb-") != NULL &&
	    strstr(rule, " ! -o bgplb-") == NULL &&
	    strstr(rule, " -j ACCEPT") != NULL;
}

bool
firewall_iptables_drops(const char *listing)
{
	char line[LINE_SIZE];
	bool drops = false;

	while (next_line(&listing, line)) {
		if (strcmp(line, "-P FORWARD DROP") == 0)
			drops = true;
		else if (accepts_bridges(line))
			return false;
	}
	return drops;
}

static bool
is_of_iptables(const char *table)
{
	return strcmp(table, "ip filter") == 0 ||
	    strcmp(table, "ip6 filter") == 0;
}

/* What stands between a keyword and the brace that opens a block. */
static bool
takes_name(const char *line, const char *keyword, char *name)
{
	size_t len = strlen(keyword);

	line += strspn(line, "\t ");
	if (strncmp(line, keyword, len) != 0)
		return false;
	line += len;
	snprintf(name, FIREWALL_NAME_MAX, "%.*s",
	    (int)strcspn(line, "{"), line);
	len = strlen(name);
	while (len > 0 && name[len - 1] == ' ')
		name[--len] = '\0';
	return true;
}

bool
firewall_nft_next(struct firewall_walk *w)
{
	char line[LINE_SIZE];

	while (next_line(&w->text, line)) {
		if (takes_name(line, "table ", w->table) ||
		    takes_name(line, "chain ", w->chain))
			continue;
		if (strstr(line, "hook forward") != NULL &&
		    strstr(line, "policy drop") != NULL &&
		    !is_of_iptables(w->table))
			return true;
	}
	return false;
}
