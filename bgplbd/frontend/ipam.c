#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/ipam.h"
#include "common/pool.h"

/*
 * What a network without an IPv4 subnet gets, for Docker wants one.  0.0.0.0 itself
 * no interface can have, and an engine that restarts with live-restore finds the
 * names of a container's interfaces again by their IPv4 addresses: without one it
 * gives such a name a second time, and of two with the same it takes the wrong one.
 * So each has another one of 0.0.0.0/8.  In a swarm, where there is no live-restore,
 * the nodes may have an older bgplbd, which takes only this one for none.
 */
#define NO_IPV4_LOCAL	"0.%u.%u.%u/32"
#define NO_IPV4_GLOBAL	"192.0.0.8/32"
#define NO_IPV4_MAX	0xfffffe	/* 0.255.255.254 */

/*
 * How the user wrote what is wrong, so that the sentence can tell what to
 * write.
 */
struct wording {
	enum afi	 afi;
	const char	*family;
	const char	*option;	/* before the address */
	const char	*mask;		/* behind it */
	unsigned int	 len_min;	/* of a pool */
};

static const struct wording v4_subnet =
    { AFI_IPV4, "IPv4", "--subnet ", "/32", POOL_LEN_MIN_IPV4 };
static const struct wording v6_subnet =
    { AFI_IPV6, "IPv6", "--subnet ", "/128", POOL_LEN_MIN_IPV6 };
static const struct wording v6_option =
    { AFI_IPV6, "IPv6", "--ipam-opt v6subnet=", "/128", POOL_LEN_MIN_IPV6 };

/*
 * The text up to the mask, with the bits behind the mask, which cannot be
 * announced to anybody: one or the other is a typing error.
 */
static int
refuse_host_bits(const char *text, const struct wording *w,
    struct sentence *why)
{
	int n = (int)strcspn(text, "/");
	char addr[ADDRESS_STRLEN], shown[PREFIX_STRLEN];
	struct address host;
	struct prefix subnet;
	const char *error;
	uint8_t len;

	len = (uint8_t)strtonum(text + n + 1, 0, 128, &error);
	if ((size_t)n < sizeof(addr) && error == NULL) {
		strlcpy(addr, text, (size_t)n + 1);
		if (address_parse(addr, &host) == 0 &&
		    prefix_make(&host, len, &subnet) == 0 &&
		    pool_is_valid(&subnet))
			return sentence_set(why, "%s has bits behind its "
			    "mask: write %s%.*s%s for one address, or %s%s "
			    "for a pool of them", text, w->option, n, text,
			    w->mask, w->option,
			    prefix_format(&subnet, shown));
	}
	return sentence_set(why, "%s has bits behind its mask: write "
	    "%s%.*s%s", text, w->option, n, text, w->mask);
}

static int
parse_subnet(const char *text, const struct wording *w, struct prefix *out,
    struct sentence *why)
{
	int len = (int)strcspn(text, "/");
	int result = prefix_parse(text, out);
	bool has_host_bits = result == -1 && errno == ERANGE;
	enum afi afi = strchr(text, ':') != NULL ? AFI_IPV6 : AFI_IPV4;

	if ((result == -1 && !has_host_bits) || afi != w->afi)
		return sentence_set(why, "%s is not an %s address: write "
		    "%sADDRESS%s", text, w->family, w->option, w->mask);
	if (has_host_bits)
		return refuse_host_bits(text, w, why);
	if (!prefix_is_host(out) && !pool_is_valid(out))
		return sentence_set(why, "%s is too wide for a pool, which "
		    "has /%u at least: write %s%.*s%s if it is one address",
		    text, w->len_min, w->option, len, text, w->mask);
	if (!prefix_is_host(out) && (address_is_unspecified(&out->addr) ||
	    (afi == AFI_IPV4 && out->addr.bytes[0] == 0)))
		return sentence_set(why, "%s holds addresses that stand for "
		    "none: write another subnet", text);
	return 0;
}

static int
request_subnet6(const struct pool_request *r, struct prefix *out,
    struct sentence *why)
{
	const struct wording *w = &v6_option;
	const char *text = r->v6subnet;
	struct prefix option;

	if (r->pool[0] != '\0') {
		w = &v6_subnet;
		text = r->pool;
	}
	if (text[0] == '\0')
		return sentence_set(why, "--ipv6 needs an address: write "
		    "--ipam-opt v6subnet=ADDRESS/128, or --subnet "
		    "ADDRESS/128 (in a compose file a second \"- subnet:\" "
		    "in ipam.config)");
	if (parse_subnet(text, w, out, why) == -1)
		return -1;
	if (!prefix_is_usable(out))
		return sentence_set(why, "%s stands for no address: write "
		    "%sADDRESS%s", text, w->option, w->mask);
	/* After its restart Docker names in both what was one. */
	if (r->v6subnet[0] != '\0' && (prefix_parse(r->v6subnet,
	    &option) == -1 || prefix_cmp(&option, out) != 0))
		return sentence_set(why, "IPv6 address given twice, as "
		    "--subnet %s and --ipam-opt v6subnet=%s: write one",
		    r->pool, r->v6subnet);
	return 0;
}

static int
request_range(const char *text, struct ipam_pool *pool, struct sentence *why)
{
	char subnet[PREFIX_STRLEN];

	pool->range = pool->subnet;
	if (text[0] == '\0')
		return 0;
	if (prefix_is_host(&pool->subnet))
		return sentence_set(why, "--ip-range %s is not for a network "
		    "that has one address: leave it out", text);
	if (prefix_parse(text, &pool->range) == -1)
		return sentence_set(why, errno == ERANGE ?
		    "--ip-range %s has bits behind its mask: write the "
		    "range's first address" :
		    "--ip-range %s is not a subnet: write ADDRESS/LENGTH",
		    text);
	if (pool->range.len < pool->subnet.len ||
	    !prefix_contains(&pool->subnet, &pool->range.addr))
		return sentence_set(why, "--ip-range %s is not within %s: "
		    "write a part of that", text,
		    prefix_format(&pool->subnet, subnet));
	return 0;
}

static const char *
no_ipv4(const struct pool_request *r, char *buf, size_t size)
{
	uint32_t n = 1 + r->nonce % NO_IPV4_MAX;

	if (strcmp(r->space, IPAM_SPACE_GLOBAL) == 0)
		return NO_IPV4_GLOBAL;
	snprintf(buf, size, NO_IPV4_LOCAL, n >> 16, n >> 8 & 0xff, n & 0xff);
	return buf;
}

int
ipam_request_pool(const struct pool_request *r, struct ipam_pool *pool,
    struct sentence *why)
{
	bool is_global = strcmp(r->space, IPAM_SPACE_GLOBAL) == 0;
	char text[PREFIX_STRLEN];
	const char *v4 = r->pool[0] != '\0' ? r->pool :
	    no_ipv4(r, text, sizeof(text));

	memset(pool, 0, sizeof(*pool));
	if ((r->v6 ? request_subnet6(r, &pool->subnet, why) :
	    parse_subnet(v4, &v4_subnet, &pool->subnet, why)) == -1)
		return -1;
	if (!prefix_is_host(&pool->subnet) && is_global)
		return sentence_set(why, "%s is not a host address: a "
		    "swarm's networks have one address each, which all hosts "
		    "announce; pools are for networks of one host",
		    prefix_format(&pool->subnet, text));
	return request_range(r->sub_pool, pool, why);
}

const char *
ipam_pool_id(const struct ipam_pool *pool, char *buf)
{
	char range[PREFIX_STRLEN];

	prefix_format(&pool->subnet, buf);
	if (prefix_cmp(&pool->range, &pool->subnet) != 0) {
		strlcat(buf, ",", IPAM_POOL_ID_MAX);
		strlcat(buf, prefix_format(&pool->range, range),
		    IPAM_POOL_ID_MAX);
	}
	return buf;
}

int
ipam_find_pool(const char *pool_id, struct ipam_pool *pool,
    struct sentence *why)
{
	char subnet[PREFIX_STRLEN];
	size_t len = strcspn(pool_id, ",");
	struct sentence not_ours;

	memset(pool, 0, sizeof(*pool));
	if (len < sizeof(subnet)) {
		strlcpy(subnet, pool_id, len + 1);
		if (prefix_parse(subnet, &pool->subnet) == 0 &&
		    (prefix_is_host(&pool->subnet) ||
		    pool_is_valid(&pool->subnet)) &&
		    request_range(pool_id[len] == ',' ?
		    pool_id + len + 1 : "", pool, &not_ours) == 0)
			return 0;
	}
	return sentence_set(why, "PoolID %s is not one of bgplb's", pool_id);
}

/* The address of a host prefix is everybody's. */
static int
request_host(const char *text, const struct prefix *host,
    struct sentence *why)
{
	char shown[ADDRESS_STRLEN];
	struct prefix wanted;

	if (text[0] == '\0' || (prefix_parse(text, &wanted) == 0 &&
	    prefix_cmp(&wanted, host) == 0))
		return 0;
	return sentence_set(why, "%s is not the network's address: leave it "
	    "out, or write %s", text, address_format(&host->addr, shown));
}

static int
parse_in_pool(const char *text, const struct prefix *pool,
    struct address *out, struct sentence *why)
{
	char shown[PREFIX_STRLEN];
	struct prefix host;

	if (prefix_parse(text, &host) == -1 || !prefix_is_host(&host) ||
	    !prefix_contains(pool, &host.addr))
		return sentence_set(why, "%s is not an address of %s: write "
		    "one of those, or none", text,
		    prefix_format(pool, shown));
	*out = host.addr;
	return 0;
}

/* What pool_gives() does not give. */
static int
refuse_in_pool(const struct address *addr, const struct prefix *pool,
    struct sentence *why)
{
	char text[ADDRESS_STRLEN], shown[PREFIX_STRLEN];
	const struct prefix host = prefix_of_host(addr);

	address_format(addr, text);
	if (!prefix_is_usable(&host))
		return sentence_set(why, "%s stands for no address: write "
		    "another one", text);
	return sentence_set(why, "%s is not given out, for it is the %s "
	    "address of %s: write another one", text,
	    address_cmp(addr, &pool->addr) == 0 ? "network" : "broadcast",
	    prefix_format(pool, shown));
}

int
ipam_request_address(const struct address_request *r, struct ipam_pool *pool,
    struct address *out, bool *found, struct sentence *why)
{
	memset(out, 0, sizeof(*out));
	*found = false;
	if (ipam_find_pool(r->pool_id, pool, why) == -1)
		return -1;
	if (prefix_is_host(&pool->subnet)) {
		*found = true;
		*out = pool->subnet.addr;
		return request_host(r->address, &pool->subnet, why);
	}
	if (r->address[0] != '\0' &&
	    parse_in_pool(r->address, &pool->subnet, out, why) == -1)
		return -1;
	if (r->gateway && (!address_is_set(out) ||
	    address_cmp(out, &pool->subnet.addr) == 0)) {
		*found = true;
		*out = pool->subnet.addr;
		return 0;
	}
	if (address_is_set(out) && !pool_gives(&pool->subnet, out))
		return refuse_in_pool(out, &pool->subnet, why);
	return 0;
}

int
ipam_release_address(const struct address_request *r, struct ipam_pool *pool,
    struct address *out, struct sentence *why)
{
	memset(out, 0, sizeof(*out));
	if (ipam_find_pool(r->pool_id, pool, why) == -1)
		return -1;
	if (prefix_is_host(&pool->subnet))
		return request_host(r->address, &pool->subnet, why);
	return parse_in_pool(r->address, &pool->subnet, out, why);
}

int
ipam_check_subnet(const char *subnet, const char *space, enum afi afi,
    struct prefix *out, struct sentence *why)
{
	bool is_local = strcmp(space, IPAM_SPACE_LOCAL) == 0;
	bool is_ours = is_local || space[0] == '\0' ||
	    strcmp(space, IPAM_SPACE_GLOBAL) == 0;

	if (!is_ours || prefix_parse(subnet, out) == -1 ||
	    out->addr.afi != afi ||
	    !(prefix_is_host(out) || (is_local && pool_is_valid(out))))
		return sentence_set(why, "%s is a subnet of another IPAM "
		    "driver: write --ipam-driver with the name that --driver "
		    "has", subnet);
	if (!prefix_is_usable(out))
		memset(out, 0, sizeof(*out));
	return 0;
}

int
ipam_check_endpoint(const char *address, enum afi afi, struct prefix *out,
    struct sentence *why)
{
	if (prefix_parse(address, out) == -1 || out->addr.afi != afi ||
	    !prefix_is_host(out))
		return sentence_set(why, "%s is not a host address: make the "
		    "network with --ipam-driver, and the name that --driver "
		    "has", address);
	if (!prefix_is_usable(out))
		memset(out, 0, sizeof(*out));
	return 0;
}

bool
ipam_is_reserved(const char *text, const struct prefix *subnet,
    struct address *out)
{
	char addr[ADDRESS_STRLEN];
	size_t len = strcspn(text, "/");

	if (len >= sizeof(addr))
		return false;
	strlcpy(addr, text, len + 1);
	return address_parse(addr, out) == 0 && !prefix_is_host(subnet) &&
	    pool_gives(subnet, out) &&
	    address_cmp(out, &subnet->addr) != 0;
}
