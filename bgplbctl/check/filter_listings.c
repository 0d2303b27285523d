#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbctl/check/filter_listings.h"
#include "bgplbctl/check/program_output.h"

struct gathering {
	struct filter_rules	*rules;
	filter_unseen_fn	*unseen;
	void			*ctx;
};

/* The variants of iptables for a family. */
struct variant {
	const char		*title;		/* "iptables" */
	const char		*save;
	const char		*save_nft;
	const char		*save_legacy;
	const char		*names;		/* of the tables of the legacy one */
	enum filter_listing	 listing;
	enum filter_listing	 listing_nft;
	enum filter_listing	 listing_legacy;
};
static const struct variant variants[] = {
	{ "iptables", "iptables-save", "iptables-nft-save",
	    "iptables-legacy-save", "/proc/self/net/ip_tables_names",
	    FILTER_IPTABLES, FILTER_IPTABLES_NFT, FILTER_IPTABLES_LEGACY },
	{ "ip6tables", "ip6tables-save", "ip6tables-nft-save",
	    "ip6tables-legacy-save", "/proc/self/net/ip6_tables_names",
	    FILTER_IP6TABLES, FILTER_IP6TABLES_NFT, FILTER_IP6TABLES_LEGACY }
};

static void __attribute__((format(printf, 3, 4)))
tell(struct gathering *g, const char *what, const char *fmt, ...)
{
	char why[FILTER_TEXT_MAX + 64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	g->unseen(g->ctx, what, why);
}

static char *
run(const char *program)
{
	char *const argv[] = { (char *)program, NULL };

	return program_output(argv, "");
}

static char *
run_nft(void)
{
	char *const argv[] = { "nft", "-s", "-a", "list", "ruleset", NULL };

	return program_output(argv, "");
}

/* True if it was listed, however well it was understood. */
static bool
add(struct gathering *g, enum filter_listing listing, const char *what,
    const char *text)
{
	char why[FILTER_TEXT_MAX];

	if (text == NULL)
		return false;
	if (strlen(text) >= PROGRAM_OUTPUT_MAX)
		tell(g, what, "more than %d bytes", PROGRAM_OUTPUT_MAX);
	if (!filter_rules_add(g->rules, listing, text, why))
		tell(g, what, "%s", why);
	return true;
}

/* True if the legacy variant has tables here; also if that cannot be read. */
static bool
has_names(const char *path)
{
	char first;
	ssize_t n;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return errno != ENOENT;
	n = read(fd, &first, 1);
	close(fd);
	return n != 0;
}

static bool
is_of_nft(const char *listing)
{
	return strstr(listing, "(nf_tables)") != NULL ||
	    strstr(listing, "-nft-save") != NULL;
}

static void
tell_failure(struct gathering *g, const char *what, const char *program,
    int error)
{
	if (error == ENOENT)
		tell(g, what, "%s is not installed", program);
	else
		tell(g, what, "%s fails%s", program, geteuid() != 0 ?
		    ": this needs root" : "");
}

/*
 * The program that is installed, and the other variant where its rules may be.  Rules of
 * the nft variant that no program of iptables shows are in nft's listing.
 */
static void
gather_iptables(struct gathering *g, const struct variant *v)
{
	bool has_legacy = has_names(v->names), is_legacy;
	char *text = run(v->save), *other, what[64];
	int error = errno;

	snprintf(what, sizeof(what), "rules of %s", v->title);
	/* A failing program says nothing; an empty ruleset is an empty text. */
	if (!add(g, v->listing, what, text) && error != ENOENT)
		tell_failure(g, what, v->save, error);
	is_legacy = text != NULL && !is_of_nft(text) &&
	    (has_legacy || text[0] != '\0');
	if (is_legacy) {
		other = run(v->save_nft);
		(void)add(g, v->listing_nft, what, other);
		free(other);
	} else if (has_legacy) {
		snprintf(what, sizeof(what), "legacy rules of %s", v->title);
		other = run(v->save_legacy);
		error = errno;
		if (!add(g, v->listing_legacy, what, other))
			tell_failure(g, what, v->save_legacy, error);
		free(other);
	}
	free(text);
}

/* The legacy variant makes the tables that it lists, so it runs where they are. */
static void
gather_ebtables(struct gathering *g)
{
	char *text = run("ebtables-nft-save");
	int error;

	(void)add(g, FILTER_EBTABLES, "rules of ebtables", text);
	free(text);
	if (access("/sys/module/ebtable_filter", F_OK) == -1 &&
	    access("/sys/module/ebtable_nat", F_OK) == -1)
		return;
	text = run("ebtables-legacy-save");
	error = errno;
	if (!add(g, FILTER_EBTABLES_LEGACY, "legacy rules of ebtables", text))
		tell_failure(g, "legacy rules of ebtables",
		    "ebtables-legacy-save", error);
	free(text);
}

struct filter_rules *
filter_listings_gather(filter_unseen_fn *unseen, void *ctx)
{
	struct gathering g = {
		.rules = filter_rules_new(), .unseen = unseen, .ctx = ctx
	};
	char *text;
	int error;
	size_t i;

	for (i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		gather_iptables(&g, &variants[i]);
	gather_ebtables(&g);
	text = run_nft();	/* the last: it need not repeat the others */
	error = errno;
	if (!add(&g, FILTER_NFT, "rules of nft", text))
		tell_failure(&g, "rules of nft", "nft", error);
	free(text);
	return g.rules;
}
