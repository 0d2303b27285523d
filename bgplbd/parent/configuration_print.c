#include <inttypes.h>
#include <stdio.h>

#include "bgplbd/parent/community.h"
#include "bgplbd/parent/configuration.h"
#include "bgplbd/parent/value.h"

/* In quotes, with a backslash before what would end them. */
static void
print_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void
print_setting(FILE *out, const char *name, const char *text)
{
	fprintf(out, "%s ", name);
	print_string(out, text);
	fputc('\n', out);
}

static void
print_address(FILE *out, const char *name, const struct address *addr)
{
	char text[ADDRESS_STRLEN];

	if (address_is_set(addr))
		fprintf(out, "%s %s\n", name, address_format(addr, text));
}

static void
print_listen(FILE *out, const struct settings *s)
{
	char text[ADDRESS_STRLEN];

	if (s->listen_port < 0)
		return;
	if (address_is_set(&s->listen_address))
		fprintf(out, "listen on %s port %d\n",
		    address_format(&s->listen_address, text), s->listen_port);
	else
		fprintf(out, "listen port %d\n", s->listen_port);
}

static void
print_allowed(FILE *out, const struct settings *s)
{
	const struct allowed_prefix *a;
	char text[PREFIX_STRLEN];

	for (a = s->allowed; a < s->allowed + s->nallowed; a++) {
		fprintf(out, "allow prefix %s",
		    prefix_format(&a->prefix, text));
		if (a->longest != a->prefix.len)
			fprintf(out, " le %u", a->longest);
		fputc('\n', out);
	}
}

static void
print_time(FILE *out, const char *name, unsigned int ms)
{
	if (ms % 1000 == 0)
		fprintf(out, "%s %us\n", name, ms / 1000);
	else
		fprintf(out, "%s %ums\n", name, ms);
}

static void
print_bandwidth(FILE *out, uint64_t bits)
{
	static const char units[] = { '\0', 'K', 'M', 'G' };
	unsigned int i;

	for (i = 0; i + 1 < sizeof(units) && bits % 1000 == 0; i++)
		bits /= 1000;
	fprintf(out, "\tlink-bandwidth %" PRIu64, bits);
	if (units[i] != '\0')
		fputc(units[i], out);
	fputc('\n', out);
}

static void
print_graceful_restart(FILE *out, const struct settings *s)
{
	static const char *const names[] = {
		[GRACEFUL_NO] = "no",
		[GRACEFUL_YES] = "yes",
		[GRACEFUL_ALWAYS] = "always"
	};

	fprintf(out, "graceful-restart %s\n", names[s->graceful_restart]);
	fprintf(out, "restart-time %u\n", s->restart_time);
}

static void
print_drain(FILE *out, const struct settings *s)
{
	if (s->has_rise)
		print_time(out, "rise", s->rise_ms);
	fprintf(out, "drain on sigusr2 %s\n",
	    s->drain_on_sigusr2 ? "yes" : "no");
	print_time(out, "drain delay", s->drain_delay_ms);
	fprintf(out, "drain action %s\n",
	    s->drain_action == DRAIN_STOP ? "stop" : "none");
	print_time(out, "drain graceful-shutdown", s->drain_graceful_ms);
}

/* Who may talk to us, and over what. */
static void
print_session(FILE *out, const struct neighbor_settings *n)
{
	fprintf(out, "\tfamilies %s\n",
	    n->families == NEIGHBOR_IPV4 ? "ipv4" :
	    n->families == NEIGHBOR_IPV6 ? "ipv6" : "both");
	fprintf(out, "\trole %s\n", value_role_name(n->role));
	if (n->multihop != 0)
		fprintf(out, "\tmultihop %u\n", n->multihop);
	fprintf(out, "\tttl-security %s\n", n->ttl_security ? "yes" : "no");
	if (n->max_prefix != 0)
		fprintf(out, "\tmax-prefix %u restart %u\n", n->max_prefix,
		    n->max_prefix_restart);
}

/* What our prefixes are announced with. */
static void
print_path(FILE *out, const struct settings *s, const struct neighbor_settings *n)
{
	char text[COMMUNITY_STRLEN];
	uint32_t i;

	if (n->ncommunities > 0) {
		fprintf(out, "\tcommunities");
		for (i = 0; i < n->ncommunities; i++)
			fprintf(out, " %s", community_format(
			    n->communities[i], text));
		fputc('\n', out);
	}
	if (n->nlarge_communities > 0) {
		fprintf(out, "\tlarge-communities");
		for (i = 0; i < n->nlarge_communities; i++)
			fprintf(out, " %s", community_format_large(
			    &n->large_communities[i], text));
		fputc('\n', out);
	}
	if (n->has_med)
		fprintf(out, "\tmed %u\n", n->med);
	if (n->remote_as == s->as)
		fprintf(out, "\tlocalpref %u\n", n->local_pref);
	if (n->link_bandwidth != 0)
		print_bandwidth(out, n->link_bandwidth);
	if (n->prepend != 0)
		fprintf(out, "\tprepend-self %u\n", n->prepend);
}

static void
print_neighbor(FILE *out, const struct settings *s,
    const struct neighbor_settings *n)
{
	char text[NEIGHBOR_TEXT_MAX];

	fprintf(out, "\nneighbor %s {\n", neighbor_settings_name(n, text));
	if (n->external)
		fprintf(out, "\tremote-as external\n");
	else
		fprintf(out, "\tremote-as %u\n", n->remote_as);
	if (n->description[0] != '\0') {
		fputc('\t', out);
		print_setting(out, "descr", n->description);
	}
	if (n->has_password)
		fprintf(out, "\tpassword \"***\"\n");
	print_address(out, "\tlocal-address", &n->local_address);
	if (n->dynamic)
		fprintf(out, "\tmax %u\n", n->max);
	else
		fprintf(out, "\tport %u\n", n->port);
	fprintf(out, "\tholdtime %u\n", n->hold_time);
	if (!n->dynamic)
		fprintf(out, "\tconnect-retry %u\n", n->connect_retry);
	if (n->passive && !n->dynamic)
		fprintf(out, "\tpassive\n");
	fprintf(out, "\tdelay-open %u\n", n->delay_open);
	print_session(out, n);
	print_path(out, s, n);
	fprintf(out, "}\n");
}

void
configuration_print(const struct settings *s, FILE *out)
{
	size_t i;

	fprintf(out, "AS %u\n", s->as);
	print_address(out, "router-id", &s->router_id);
	print_listen(out, s);
	print_address(out, "nexthop", &s->nexthop4);
	print_address(out, "nexthop", &s->nexthop6);
	print_setting(out, "advertise label", s->label);
	print_allowed(out, s);
	print_setting(out, "plugin socket", s->plugin_socket);
	print_setting(out, "control socket", s->control_socket);
	print_setting(out, "docker socket", s->docker_socket);
	print_setting(out, "state file", s->state_file);
	fprintf(out, "scope %s\n", s->global_scope ? "global" : "local");
	print_graceful_restart(out, s);
	print_drain(out, s);
	for (i = 0; i < s->nneighbors; i++)
		print_neighbor(out, s, &s->neighbors[i]);
}
