#include <errno.h>
#include <string.h>

#include "bgplbd/frontend/ipam.h"

#define NO_IPV4_POOL	"0.0.0.0/32"

/*
 * How the user wrote what is wrong, so that the sentence can tell what to
 * write.
 */
struct wording {
	enum afi	 afi;
	const char	*family;
	const char	*option;	/* before the address */
	const char	*mask;		/* behind it */
};

static const struct wording v4_subnet =
    { AFI_IPV4, "IPv4", "--subnet ", "/32" };
static const struct wording v6_subnet =
    { AFI_IPV6, "IPv6", "--subnet ", "/128" };
static const struct wording v6_option =
    { AFI_IPV6, "IPv6", "--ipam-opt v6subnet=", "/128" };

static bool
is_unicast(const struct address *addr)
{
	if (addr->afi == AFI_IPV4)
		return addr->bytes[0] < 224 && addr->bytes[0] != 127;
	return addr->bytes[0] != 0xff && !address_is_linklocal(addr);
}

static int
parse_host(const char *text, const struct wording *w, struct prefix *out,
    struct sentence *why)
{
	int len = (int)strcspn(text, "/");
	int result = prefix_parse(text, out);
	bool has_host_bits = result == -1 && errno == ERANGE;
	enum afi afi = strchr(text, ':') != NULL ? AFI_IPV6 : AFI_IPV4;

	if ((result == -1 && !has_host_bits) || afi != w->afi)
		return sentence_set(why, "%s is not an %s address: write "
		    "%sADDRESS%s", text, w->family, w->option, w->mask);
	if (has_host_bits || !prefix_is_host(out))
		return sentence_set(why, "%s is not a host address: write "
		    "%s%.*s%s", text, w->option, len, text, w->mask);
	if (!is_unicast(&out->addr))
		return sentence_set(why, "%s cannot be announced to routers: "
		    "write a unicast address", text);
	return 0;
}

static int
request_pool4(const char *pool, struct prefix *out, struct sentence *why)
{
	return parse_host(pool[0] != '\0' ? pool : NO_IPV4_POOL, &v4_subnet,
	    out, why);
}

static int
request_pool6(const struct pool_request *r, struct prefix *out,
    struct sentence *why)
{
	const struct wording *w = &v6_option;
	const char *text = r->v6subnet;

	if (r->pool[0] != '\0') {
		if (text[0] != '\0' && strcmp(text, r->pool) != 0)
			return sentence_set(why, "IPv6 address given twice, as "
			    "--subnet %s and --ipam-opt v6subnet=%s: write one",
			    r->pool, text);
		w = &v6_subnet;
		text = r->pool;
	}
	if (text[0] == '\0')
		return sentence_set(why, "--ipv6 needs an address: write "
		    "--ipam-opt v6subnet=ADDRESS/128");
	if (parse_host(text, w, out, why) == -1)
		return -1;
	if (!prefix_is_usable(out))
		return sentence_set(why, "%s stands for no address: write "
		    "%sADDRESS%s", text, w->option, w->mask);
	return 0;
}

int
ipam_request_pool(const struct pool_request *r, struct prefix *pool,
    struct sentence *why)
{
	if (r->sub_pool[0] != '\0')
		return sentence_set(why, "--ip-range %s is not for a network "
		    "that has one address: leave it out", r->sub_pool);
	return r->v6 ? request_pool6(r, pool, why) :
	    request_pool4(r->pool, pool, why);
}

int
ipam_find_pool(const char *pool_id, struct prefix *pool, struct sentence *why)
{
	if (prefix_parse(pool_id, pool) == -1 || !prefix_is_host(pool))
		return sentence_set(why, "PoolID %s is not one of bgplb's",
		    pool_id);
	return 0;
}

int
ipam_request_address(const char *pool_id, const char *address,
    struct prefix *pool, struct sentence *why)
{
	struct prefix wanted;
	char text[PREFIX_STRLEN];

	if (ipam_find_pool(pool_id, pool, why) == -1)
		return -1;
	if (address[0] == '\0')
		return 0;
	if (prefix_parse(address, &wanted) == -1 ||
	    prefix_cmp(&wanted, pool) != 0)
		return sentence_set(why, "%s is not the network's address: "
		    "leave it out, or write %s", address,
		    address_format(&pool->addr, text));
	return 0;
}

int
ipam_check_network_pool(const char *pool, enum afi afi, struct prefix *out,
    struct sentence *why)
{
	const struct wording *w = afi == AFI_IPV4 ? &v4_subnet : &v6_option;

	if (prefix_parse(pool, out) == -1 || out->addr.afi != afi ||
	    !prefix_is_host(out))
		return sentence_set(why, "%s is not a host address: write "
		    "--ipam-driver with the name that --driver has, and "
		    "%sADDRESS%s", pool, w->option, w->mask);
	if (!prefix_is_usable(out))
		memset(out, 0, sizeof(*out));
	return 0;
}
