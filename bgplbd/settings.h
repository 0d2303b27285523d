/*
 * What the operator asked for, in one struct: the parent fills it from
 * bgplbd.conf or from the environment before it forks, and nobody changes it
 * after.  Each process inherits it as it is; strings are in the struct, so that
 * it has no owner to free it.  Passwords are not in it: they stay with the parent.
 */
#ifndef BGPLBD_SETTINGS_H
#define BGPLBD_SETTINGS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/control.h"
#include "common/prefix.h"

#define SETTINGS_NEIGHBORS_MAX		256
#define SETTINGS_PASSWORD_MAX		80	/* TCP_MD5SIG_MAXKEYLEN */
#define SETTINGS_DESCRIPTION_MAX	64
#define SETTINGS_LABEL_MAX		256
#define SETTINGS_PATH_MAX		108	/* sun_path, with its NUL */
#define SETTINGS_INTERFACE_MAX		16	/* IFNAMSIZ */
#define SETTINGS_COMMUNITIES_MAX	16	/* of either kind, a neighbor */
#define SETTINGS_PREPEND_MAX		16
#define SETTINGS_DELAY_OPEN_MAX		120	/* seconds; routers wait for 240 */
#define SETTINGS_DYNAMIC_MAX		512	/* neighbors by prefix, in all */
#define SETTINGS_ALLOWED_MAX		256	/* prefixes */

#define BGP_PORT			179
#define DEFAULT_AS			64512
#define DEFAULT_HOLD_TIME		90	/* seconds */
#define DEFAULT_CONNECT_RETRY		2	/* seconds, before jitter */
#define DEFAULT_RESTART_TIME		120	/* seconds */
#define DEFAULT_MAX_PREFIX_RESTART	900	/* seconds */
#define DEFAULT_LOCAL_PREF		100
#define DEFAULT_DYNAMIC_MAX		64
#define DEFAULT_DRAIN_DELAY_MS		5000
#define DEFAULT_LINGER_MS	1000
#define DEFAULT_LABEL			"bgplb_advertise=true"
#define DEFAULT_PLUGIN_SOCKET		"/run/docker/plugins/bgplb.sock"
#define DEFAULT_CONTROL_SOCKET		"/run/bgplbd.sock"
#define DEFAULT_DOCKER_SOCKET		"/var/run/docker.sock"
#define DEFAULT_STATE_FILE		"/var/lib/bgplbd/state"
#define DEFAULT_CONF_FILE		"/etc/bgplbd.conf"

/* RFC 9234: what this host is to the neighbor.  Its numbers there are one less. */
enum bgp_role {
	ROLE_NONE,
	ROLE_PROVIDER,
	ROLE_RS,
	ROLE_RS_CLIENT,
	ROLE_CUSTOMER,
	ROLE_PEER
};
#define ROLE_LAST	ROLE_PEER

/* RFC 8092: global administrator and two parts of its own meaning. */
struct large_community {
	uint32_t	parts[3];
};

struct passwords;

struct neighbor_settings {
	/* Of the neighbor; of a prefix of them the first, see dynamic. */
	struct address	addr;
	/* All that connect from the prefix are neighbors with these settings. */
	bool		dynamic;
	uint8_t		length;		/* of the prefix */
	uint16_t	max;		/* of them at one time */
	/* Of a link-local address, which means something there alone; else "". */
	char		interface[SETTINGS_INTERFACE_MAX];
	struct address	local_address;	/* AFI_NONE: the kernel chooses */
	uint32_t	remote_as;	/* 0 if external */
	bool		external;	/* in any AS but ours */
	uint32_t	families;	/* enum neighbor_families, at least one */
	uint16_t	port;		/* of the neighbor */
	uint16_t	hold_time;	/* seconds: 0, or 3..65535 */
	uint16_t	connect_retry;	/* seconds: 1..65535, before jitter */
	uint16_t	delay_open;	/* seconds until our OPEN; 0: at once */
	enum bgp_role	role;
	bool		passive;	/* never connects, only listens */
	bool		ttl_security;	/* RFC 5082 */
	uint8_t		multihop;	/* hops away at most; 0: not set */
	uint8_t		prepend;	/* how often more our AS is in the path */
	bool		has_med;
	uint32_t	med;
	uint32_t	local_pref;	/* for a neighbor of our AS */
	uint32_t	max_prefix;	/* received at most; 0: no limit */
	uint32_t	max_prefix_restart;	/* seconds until it may come again */
	uint64_t	link_bandwidth;	/* bit/s an endpoint; 0: not told */
	uint32_t	ncommunities;
	uint32_t	communities[SETTINGS_COMMUNITIES_MAX];	/* RFC 1997 */
	uint32_t	nlarge_communities;
	struct large_community large_communities[SETTINGS_COMMUNITIES_MAX];
	char		description[SETTINGS_DESCRIPTION_MAX];
	bool		has_password;	/* TCP MD5, RFC 2385 */
};

/* Prefixes within this one that are not longer may be announced. */
struct allowed_prefix {
	struct prefix	prefix;
	uint8_t		longest;	/* prefix.len or longer */
};

/* What follows the drain delay of a container that got SIGUSR2. */
enum drain_action {
	DRAIN_STOP,		/* it gets SIGTERM */
	DRAIN_NONE		/* nothing: it ends itself */
};

/* RFC 4724, as the one that restarts. */
enum graceful_restart {
	GRACEFUL_NO,
	GRACEFUL_YES,		/* when a connection is lost */
	GRACEFUL_ALWAYS		/* also after a NOTIFICATION (RFC 8538) */
};

struct settings {
	uint32_t	as;
	struct address	router_id;	/* IPv4 */
	int		listen_port;	/* -1: does not listen */
	struct address	listen_address;	/* AFI_NONE: all */
	struct address	nexthop4;	/* AFI_NONE: the session's local address */
	struct address	nexthop6;	/* AFI_NONE: found, see session/nexthop.h */

	struct neighbor_settings *neighbors;
	size_t		nneighbors;
	struct passwords *passwords;	/* parent/passwords.h; NULL in children */

	/* Different ones, as written; none: see announce_policy.h. */
	struct allowed_prefix allowed[SETTINGS_ALLOWED_MAX];
	size_t		nallowed;

	enum graceful_restart graceful_restart;
	uint16_t	restart_time;	/* seconds that routers are to wait, 1..4095 */

	/*
	 * How long a container has to be fit without a break before it takes traffic;
	 * if it is not set, rde/rise.h says.
	 */
	bool		has_rise;
	unsigned int	rise_ms;
	bool		drain_on_sigusr2;
	unsigned int	drain_delay_ms;
	unsigned int	drain_graceful_ms;	/* RFC 8326, before the delay; 0: off */
	enum drain_action drain_action;
	/*
	 * How long a local route outlives its withdrawal: routers need some time to
	 * forward by it, and what they send meanwhile would be lost.  Not settable.
	 */
	unsigned int	linger_ms;
	bool		global_scope;	/* "Scope":"global", for Swarm */

	/* A label, "key" or "key=value": networks that carry it are announced. */
	char		label[SETTINGS_LABEL_MAX];
	char		plugin_socket[SETTINGS_PATH_MAX];
	char		control_socket[SETTINGS_PATH_MAX];
	char		docker_socket[SETTINGS_PATH_MAX];
	char		state_file[PATH_MAX];
};

/* Defaults for all but what has none: router_id and the neighbors. */
void	settings_init(struct settings *);
/* The same for one neighbor; its address and AS are the caller's to set. */
void	neighbor_settings_init(struct neighbor_settings *);

/*
 * Hops that packets to the neighbor may make, 1 to 255: what is set, else 1 for one
 * of another AS (RFC 4271 section 5.1.3 takes it to be on a shared link) and 0, which
 * is as the system has it, for one of ours.
 */
uint8_t	neighbor_settings_hops(const struct neighbor_settings *, uint32_t as);

/* True for a prefix of neighbors that has this address in it. */
bool	neighbor_settings_cover(const struct neighbor_settings *,
	    const struct address *);

#define NEIGHBOR_TEXT_MAX	(PREFIX_STRLEN + SETTINGS_INTERFACE_MAX)
/* "192.0.2.1", "fe80::1%eth0", "192.0.2.0/24".  Returns buf. */
const char *neighbor_settings_name(const struct neighbor_settings *,
	    char buf[NEIGHBOR_TEXT_MAX]);

/* True if a neighbor is to be told how many endpoints a prefix has. */
bool	settings_tell_endpoints(const struct settings *);

#endif /* BGPLBD_SETTINGS_H */
