#include <errno.h>
#include <string.h>

#include "bgplbd/parent/value.h"
#include "common/utf8.h"

#define AS_TRANS	23456		/* RFC 6793 */
#define AS_LAST		4294967295U	/* RFC 7300 */

#define DIGITS_MAX	19	/* zeros in front count; no overflow */

/* Of decimal digits only: no sign, no blanks.  0, or -1. */
static int
parse_number(const char *text, uint32_t max, uint32_t *out)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; text[i] != '\0'; i++) {
		if (text[i] < '0' || text[i] > '9' || i == DIGITS_MAX)
			return -1;
		n = n * 10 + (uint64_t)(text[i] - '0');
	}
	if (i == 0 || n > max)
		return -1;
	*out = (uint32_t)n;
	return 0;
}

const char *
value_as(const char *text, uint32_t *out)
{
	static const char wrong[] = "not an AS number: write 1 to 4294967294, "
	    "or with a dot 0.1 to 65535.65534";
	char high_text[8];
	uint32_t as, high = 0, low;
	const char *dot = strchr(text, '.');
	size_t len;

	if (dot != NULL) {
		len = (size_t)(dot - text);
		if (len >= sizeof(high_text))
			return wrong;
		memcpy(high_text, text, len);
		high_text[len] = '\0';
		if (parse_number(high_text, UINT16_MAX, &high) == -1 ||
		    parse_number(dot + 1, UINT16_MAX, &low) == -1)
			return wrong;
		as = high << 16 | low;
	} else if (parse_number(text, UINT32_MAX, &as) == -1)
		return wrong;
	if (as == 0)
		return "AS 0 belongs to nobody: write 1 to 4294967294";
	if (as == AS_TRANS)
		return "AS 23456 stands for numbers above 65535 on old "
		    "routers: write the AS number itself";
	if (as == AS_LAST)
		return "AS 4294967295 is reserved (RFC 7300): write 1 to "
		    "4294967294";
	*out = as;
	return NULL;
}

const char *
value_remote_as(const char *text, uint32_t *out, bool *external)
{
	if (strcmp(text, "external") != 0)
		return value_as(text, out);
	*out = 0;
	*external = true;
	return NULL;
}

/* Multicast, reserved, or of 0.0.0.0/8 but not that address itself (RFC 1122). */
static bool
is_no_host(const struct address *a)
{
	if (a->afi == AFI_IPV6)
		return a->bytes[0] == 0xff;
	return a->bytes[0] >= 224 ||
	    (a->bytes[0] == 0 && !address_is_unspecified(a));
}

static bool
is_ipv4_mapped(const struct address *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return a->afi == AFI_IPV6 &&
	    memcmp(a->bytes, mapped, sizeof(mapped)) == 0;
}

const char *
value_listen_address(const char *text, struct address *out)
{
	struct address a;

	if (address_parse(text, &a) == -1)
		return "not an address: write one such as 192.0.2.1 or "
		    "2001:db8::1";
	if (is_no_host(&a))
		return "not an address of one host: write one such as "
		    "192.0.2.1 or 2001:db8::1";
	if (is_ipv4_mapped(&a))
		return "an IPv4 address in IPv6 form: write 192.0.2.1 "
		    "instead of ::ffff:192.0.2.1";
	if (address_is_linklocal(&a))
		return "a link-local address: write an address that is "
		    "unique beyond the link";
	*out = a;
	return NULL;
}

const char *
value_unicast(const char *text, struct address *out)
{
	struct address a;
	const char *wrong = value_listen_address(text, &a);

	if (wrong != NULL)
		return wrong;
	if (address_is_unspecified(&a))
		return "not an address of one host: write one such as "
		    "192.0.2.1 or 2001:db8::1";
	*out = a;
	return NULL;
}

const char *
value_nexthop(const char *text, struct address *out)
{
	struct address a;
	const char *wrong = value_unicast(text, &a);

	if (wrong != NULL)
		return wrong;
	if (address_is_loopback(&a))
		return "a loopback address, by which no router reaches this "
		    "host: write an address that routers can send to";
	*out = a;
	return NULL;
}

const char *
value_neighbor_prefix(const char *text, struct address *out, uint8_t *length)
{
	struct prefix p;

	if (prefix_parse(text, &p) == -1)
		return errno == ERANGE ? "it has bits beyond its length: write "
		    "the prefix's first address" : "not a prefix: write one "
		    "such as 192.0.2.0/24 or 2001:db8::/64";
	if (is_no_host(&p.addr))
		return "not a prefix of hosts: write one such as 192.0.2.0/24 "
		    "or 2001:db8::/64";
	if (address_is_linklocal(&p.addr))
		return "a link-local prefix: write each neighbor with its "
		    "interface, as in fe80::1%eth0";
	*out = p.addr;
	*length = p.len;
	return NULL;
}

const char *
value_allowed_prefix(const char *text, struct allowed_prefix *out)
{
	if (strchr(text, '/') == NULL ||
	    prefix_parse(text, &out->prefix) == -1)
		return strchr(text, '/') != NULL && errno == ERANGE ?
		    "it has bits beyond its length: write the prefix's first "
		    "address" : "not a prefix: write one such as 10.0.0.0/16 "
		    "or 2001:db8::/32";
	out->longest = out->prefix.len;
	return NULL;
}

const char *
value_allowed_longest(const char *text, struct allowed_prefix *out)
{
	bool is_ipv4 = out->prefix.addr.afi == AFI_IPV4;
	uint32_t n;

	if (parse_number(text, is_ipv4 ? 32 : 128, &n) == -1)
		return is_ipv4 ? "not a length: write one up to 32" :
		    "not a length: write one up to 128";
	if (n < out->prefix.len)
		return "shorter than the prefix: write a length that is not";
	out->longest = (uint8_t)n;
	return NULL;
}

const char *
value_neighbor(const char *text, struct address *out,
    char interface[SETTINGS_INTERFACE_MAX])
{
	const char *percent = strchr(text, '%');
	char address[ADDRESS_STRLEN];
	struct address a;
	size_t len;

	if (percent == NULL) {
		if (address_parse(text, &a) == 0 && a.afi == AFI_IPV6 &&
		    address_is_linklocal(&a))
			return "a link-local address: write it with its "
			    "interface, as in fe80::1%eth0";
		return value_unicast(text, out);
	}
	len = (size_t)(percent - text);
	if (len < sizeof(address)) {
		memcpy(address, text, len);
		address[len] = '\0';
	}
	if (len >= sizeof(address) || address_parse(address, &a) == -1 ||
	    a.afi != AFI_IPV6 || !address_is_linklocal(&a))
		return "an interface without a link-local address: write it "
		    "as in fe80::1%eth0";
	percent++;
	if (percent[0] == '\0' || strlen(percent) >= SETTINGS_INTERFACE_MAX ||
	    strcspn(percent, " /:") != strlen(percent))
		return "not a name of an interface: write 1 to 15 characters, "
		    "as in fe80::1%eth0";
	*out = a;
	strlcpy(interface, percent, SETTINGS_INTERFACE_MAX);
	return NULL;
}

const char *
value_router_id(const char *text, struct address *out)
{
	struct address a;

	if (address_parse(text, &a) == -1 || a.afi != AFI_IPV4 ||
	    address_is_unspecified(&a))
		return "not a router id: write an IPv4 address of this host "
		    "such as 192.0.2.10";
	if (address_is_loopback(&a))
		return "a loopback address, which every host has: write an "
		    "IPv4 address that is this host's alone, such as "
		    "192.0.2.10";
	*out = a;
	return NULL;
}

const char *
value_port(const char *text, uint16_t *out)
{
	uint32_t n;

	if (parse_number(text, UINT16_MAX, &n) == -1 || n == 0)
		return "not a port: write 1 to 65535";
	*out = (uint16_t)n;
	return NULL;
}

const char *
value_hold_time(const char *text, uint16_t *out)
{
	uint32_t n;

	if (parse_number(text, UINT16_MAX, &n) == -1 || n == 1 || n == 2)
		return "not a hold time: write 3 to 65535 seconds, or 0 for "
		    "sessions without keepalives";
	*out = (uint16_t)n;
	return NULL;
}

const char *
value_connect_retry(const char *text, uint16_t *out)
{
	uint32_t n;

	if (parse_number(text, UINT16_MAX, &n) == -1 || n == 0)
		return "not a time: write 1 to 65535 seconds";
	*out = (uint16_t)n;
	return NULL;
}

const char *
value_delay_open(const char *text, uint16_t *out)
{
	uint32_t n;

	if (parse_number(text, SETTINGS_DELAY_OPEN_MAX, &n) == -1)
		return "not a time to wait: write seconds, 0 to 120";
	*out = (uint16_t)n;
	return NULL;
}

const char *
value_families(const char *text, uint32_t *out)
{
	if (strcmp(text, "ipv4") == 0)
		*out = NEIGHBOR_IPV4;
	else if (strcmp(text, "ipv6") == 0)
		*out = NEIGHBOR_IPV6;
	else if (strcmp(text, "both") == 0)
		*out = NEIGHBOR_IPV4 | NEIGHBOR_IPV6;
	else
		return "not a choice of families: write ipv4, ipv6 or both";
	return NULL;
}

const char *
value_multihop(const char *text, uint8_t *out)
{
	uint32_t n;

	if (parse_number(text, UINT8_MAX, &n) == -1 || n == 0)
		return "not a number of hops: write 1 to 255";
	*out = (uint8_t)n;
	return NULL;
}

const char *
value_metric(const char *text, uint32_t *out)
{
	return parse_number(text, UINT32_MAX, out) == -1 ?
	    "not a number: write 0 to 4294967295" : NULL;
}

const char *
value_prepend(const char *text, uint8_t *out)
{
	uint32_t n;

	if (parse_number(text, SETTINGS_PREPEND_MAX, &n) == -1 || n == 0)
		return "not a number of times: write 1 to 16";
	*out = (uint8_t)n;
	return NULL;
}

const char *
value_dynamic_max(const char *text, uint16_t *out)
{
	uint32_t n;

	if (parse_number(text, SETTINGS_DYNAMIC_MAX, &n) == -1 || n == 0)
		return "not a number of neighbors: write 1 to 512";
	*out = (uint16_t)n;
	return NULL;
}

const char *
value_max_prefix(const char *text, uint32_t *out)
{
	uint32_t n;

	if (parse_number(text, UINT32_MAX, &n) == -1 || n == 0)
		return "not a number of prefixes: write 1 to 4294967295";
	*out = n;
	return NULL;
}

const char *
value_bandwidth(const char *text, uint64_t *out)
{
	static const char wrong[] = "not a bandwidth: write bits a second, as "
	    "in 100M, 10G or 64000, up to 4294967295 of them or of K, M or G";
	static const char units[] = "KMG";
	char digits[16];
	const char *unit;
	size_t len = strspn(text, "0123456789");
	uint64_t factor = 1;
	uint32_t n;

	if (len >= sizeof(digits))
		return wrong;
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (text[len] != '\0') {
		unit = strchr(units, text[len]);
		if (unit == NULL || text[len + 1] != '\0')
			return wrong;
		for (; unit >= units; unit--)
			factor *= 1000;
	}
	if (parse_number(digits, UINT32_MAX, &n) == -1 || n == 0)
		return wrong;
	*out = n * factor;
	return NULL;
}

static const char *const roles[ROLE_LAST + 1] = {
	[ROLE_NONE] = "none",
	[ROLE_PROVIDER] = "provider",
	[ROLE_RS] = "rs",
	[ROLE_RS_CLIENT] = "rs-client",
	[ROLE_CUSTOMER] = "customer",
	[ROLE_PEER] = "peer",
};

const char *
value_role(const char *text, enum bgp_role *out)
{
	unsigned int role;

	for (role = ROLE_NONE; role <= ROLE_LAST; role++)
		if (strcmp(roles[role], text) == 0) {
			*out = role;
			return NULL;
		}
	return "not a role: write customer, peer, provider, rs, rs-client or "
	    "none";
}

const char *
value_role_name(enum bgp_role role)
{
	return roles[role];
}

const char *
value_restart(const char *text, uint32_t *out)
{
	uint32_t n;

	if (parse_number(text, 86400, &n) == -1 || n == 0)
		return "not a time: write 1 to 86400 seconds";
	*out = n;
	return NULL;
}

const char *
value_drain_delay(const char *text, unsigned int *out)
{
	static const char wrong[] = "not a delay: write 0s to 3600s, or 0ms "
	    "to 3600000ms";
	char digits[16];
	size_t len = strspn(text, "0123456789");
	uint32_t n, unit;

	if (len >= sizeof(digits))
		return wrong;
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (strcmp(text + len, "s") == 0)
		unit = 1000;
	else if (strcmp(text + len, "ms") == 0)
		unit = 1;
	else
		return wrong;
	if (parse_number(digits, DRAIN_DELAY_MAX_MS / unit, &n) == -1)
		return wrong;
	*out = n * unit;
	return NULL;
}

const char *
value_drain_action(const char *text, enum drain_action *out)
{
	if (strcmp(text, "stop") == 0)
		*out = DRAIN_STOP;
	else if (strcmp(text, "none") == 0)
		*out = DRAIN_NONE;
	else
		return "not an action: write stop (SIGTERM to the container) "
		    "or none";
	return NULL;
}

const char *
value_graceful_restart(const char *text, enum graceful_restart *out)
{
	if (strcmp(text, "no") == 0)
		*out = GRACEFUL_NO;
	else if (strcmp(text, "yes") == 0)
		*out = GRACEFUL_YES;
	else if (strcmp(text, "always") == 0)
		*out = GRACEFUL_ALWAYS;
	else
		return "not a choice: write no, yes, or always for after a "
		    "NOTIFICATION too";
	return NULL;
}

const char *
value_restart_time(const char *text, uint16_t *out)
{
	uint32_t n;

	if (parse_number(text, 4095, &n) == -1 || n == 0)
		return "not a restart time: write 1 to 4095 seconds";
	*out = (uint16_t)n;
	return NULL;
}

const char *
value_yes_no(const char *text, bool *out)
{
	if (strcmp(text, "yes") == 0)
		*out = true;
	else if (strcmp(text, "no") == 0)
		*out = false;
	else
		return "neither yes nor no: write one of them";
	return NULL;
}

const char *
value_scope(const char *text, bool *global)
{
	if (strcmp(text, "global") == 0)
		*global = true;
	else if (strcmp(text, "local") == 0)
		*global = false;
	else
		return "not a scope: write local, or global for Docker Swarm";
	return NULL;
}

/* Control bytes would garble log lines and the printed configuration. */
static bool
is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

/* The same of text that people read. */
static bool
is_visible(const char *text)
{
	const uint8_t *s = (const uint8_t *)text;
	size_t left = strlen(text), n;
	uint32_t c;

	for (; left > 0; s += n, left -= n) {
		n = utf8_read(s, left, &c);
		if (n == 0 || !utf8_is_visible(c))
			return false;
	}
	return true;
}

static const char *
copy_path(const char *text, char *buf, size_t size, const char *too_long)
{
	size_t len = strlen(text);

	if (text[0] != '/' || text[len - 1] == '/' || !is_printable(text))
		return "not a path: write one that starts with / and ends in "
		    "a file's name";
	if (len >= size)
		return too_long;
	strlcpy(buf, text, size);
	return NULL;
}

const char *
value_socket_path(const char *text, char buf[SETTINGS_PATH_MAX])
{
	return copy_path(text, buf, SETTINGS_PATH_MAX, "too long for a "
	    "socket: write a path of at most 107 bytes");
}

/* The state file has neighbors: PATH.new and PATH.damaged. */
const char *
value_file_path(const char *text, char buf[PATH_MAX])
{
	return copy_path(text, buf, PATH_MAX - 16, "too long: write a path of "
	    "at most 4079 bytes");
}

const char *
value_label(const char *text, char buf[SETTINGS_LABEL_MAX])
{
	if (text[0] == '\0' || text[0] == '=' || !is_printable(text))
		return "not a label: write \"key=value\" or \"key\"";
	if (strlen(text) >= SETTINGS_LABEL_MAX)
		return "too long: write a label of at most 255 bytes";
	strlcpy(buf, text, SETTINGS_LABEL_MAX);
	return NULL;
}

const char *
value_description(const char *text, char buf[SETTINGS_DESCRIPTION_MAX])
{
	if (!is_visible(text))
		return "has characters that cannot be seen, or is not UTF-8: "
		    "write text only";
	if (strlen(text) >= SETTINGS_DESCRIPTION_MAX)
		return "too long: write at most 63 bytes";
	strlcpy(buf, text, SETTINGS_DESCRIPTION_MAX);
	return NULL;
}

const char *
value_password(const char *text, char buf[SETTINGS_PASSWORD_MAX + 1])
{
	size_t len = strlen(text);

	if (len == 0)
		return "empty: write 1 to 80 bytes";
	if (len > SETTINGS_PASSWORD_MAX)
		return "too long for TCP MD5: write at most 80 bytes";
	if (!is_printable(text))
		return "has control characters: write text only";
	strlcpy(buf, text, SETTINGS_PASSWORD_MAX + 1);
	return NULL;
}
