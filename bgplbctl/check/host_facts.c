#include <dirent.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbctl/check/host_facts.h"
#include "bgplbctl/check/program_output.h"
#include "common/log.h"

#define PATH_SIZE	128
#define SYSCTL_MAX	1024	/* none of ours is larger */

/* The path is given below /proc/sys/net. */
static int __attribute__((format(printf, 1, 2)))
read_sysctl(const char *fmt, ...)
{
	char path[PATH_SIZE] = "/proc/sys/net/", value[16] = "";
	size_t len = strlen(path);
	const char *errstr;
	int number;
	va_list ap;
	FILE *f;

	va_start(ap, fmt);
	vsnprintf(path + len, sizeof(path) - len, fmt, ap);
	va_end(ap);
	if ((f = fopen(path, "re")) == NULL)
		return FACT_UNKNOWN;
	if (fgets(value, sizeof(value), f) != NULL)
		value[strcspn(value, "\n")] = '\0';
	fclose(f);
	number = (int)strtonum(value, 0, SYSCTL_MAX, &errstr);
	return errstr == NULL ? number : FACT_UNKNOWN;
}

static bool
is_other_bridge(const char *interface)
{
	char path[PATH_SIZE];

	if (interface[0] == '.' ||
	    strncmp(interface, "bgplb-", strlen("bgplb-")) == 0 ||
	    strlen(interface) >= sizeof(((struct host_bridge *)NULL)->name))
		return false;
	snprintf(path, sizeof(path), "/sys/class/net/%.15s/bridge", interface);
	return access(path, F_OK) == 0;
}

static void
add_bridge(struct host_facts *facts, const char *name)
{
	struct host_bridge *b;

	facts->bridges = xreallocarray(facts->bridges, facts->nbridges + 1,
	    sizeof(*facts->bridges));
	b = &facts->bridges[facts->nbridges++];
	strlcpy(b->name, name, sizeof(b->name));
	b->rp_filter = read_sysctl("ipv4/conf/%s/rp_filter", name);
	b->forwarding = read_sysctl("ipv4/conf/%s/forwarding", name);
}

static void
gather_bridges(struct host_facts *facts)
{
	struct dirent *entry;
	DIR *dir;

	if ((dir = opendir("/sys/class/net")) == NULL)
		return;
	while (facts->nbridges < HOST_BRIDGES_MAX &&
	    (entry = readdir(dir)) != NULL)
		if (is_other_bridge(entry->d_name))
			add_bridge(facts, entry->d_name);
	closedir(dir);
}

static char *
list_iptables(const char *program)
{
	char *const argv[] = { (char *)program, "-w", "5", "-S", NULL };

	return program_output(argv, "");
}

/* What ip(8) is to be asked: a line a prefix. */
static char *
route_questions(const struct control_prefix *rows, size_t nrows)
{
	char addr[ADDRESS_STRLEN], *text = NULL;
	size_t i, size;
	FILE *f;

	if ((f = open_memstream(&text, &size)) == NULL)
		return NULL;
	for (i = 0; i < nrows; i++)
		if (rows[i].kind == PREFIX_LB && rows[i].routed)
			fprintf(f, "route get %s\n",
			    address_format(&rows[i].prefix.addr, addr));
	if (fclose(f) == EOF) {
		free(text);
		return NULL;
	}
	return text;
}

static char *
list_routes(const struct control_prefix *rows, size_t nrows)
{
	char *const argv[] = { "ip", "-o", "-force", "-batch", "-", NULL };
	char *questions = route_questions(rows, nrows), *answers = NULL;

	if (questions != NULL && questions[0] != '\0')
		answers = program_output(argv, questions);
	free(questions);
	return answers;
}

void
host_facts_gather(struct host_facts *facts, const struct control_prefix *rows,
    size_t nrows)
{
	char *const nft[] = { "nft", "list", "chains", NULL };

	memset(facts, 0, sizeof(*facts));
	facts->ip_forward = read_sysctl("ipv4/ip_forward");
	facts->ip6_forwarding = read_sysctl("ipv6/conf/all/forwarding");
	facts->rp_filter_all = read_sysctl("ipv4/conf/all/rp_filter");
	facts->rp_filter_default = read_sysctl("ipv4/conf/default/rp_filter");
	facts->hash_policy = read_sysctl("ipv4/fib_multipath_hash_policy");
	facts->hash_policy6 = read_sysctl("ipv6/fib_multipath_hash_policy");
	gather_bridges(facts);
	facts->iptables = list_iptables("iptables");
	facts->ip6tables = list_iptables("ip6tables");
	facts->nft = program_output(nft, "");
	facts->routes = list_routes(rows, nrows);
}

void
host_facts_free(struct host_facts *facts)
{
	free(facts->bridges);
	free(facts->iptables);
	free(facts->ip6tables);
	free(facts->nft);
	free(facts->routes);
	memset(facts, 0, sizeof(*facts));
}
