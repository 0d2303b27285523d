/*
 * What Docker's lists and inspections say, as the facts that the rde takes.
 * Pure: from a parsed JSON value to a struct.
 *
 * Only the fields that are used are looked at, so that engines may add others;
 * a field that is used and has another type than the engine's API states makes
 * the object unreadable, and the caller goes on without it.
 */
#ifndef BGPLBD_FRONTEND_DOCKER_PARSE_H
#define BGPLBD_FRONTEND_DOCKER_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/messages/driver_names.h"
#include "bgplbd/frontend/json.h"
#include "bgplbd/messages/frontend_rde.h"
#include "bgplbd/messages/object_id.h"

struct docker_network {
	char			driver[DRIVER_NAME_MAX];
	struct network_fact	fact;		/* "ours" is the caller's to set */
	bool			cut_off;	/* it has more subnets than a fact holds */
};

/* Says whether a network is one of ours. */
typedef bool docker_is_ours(const struct object_id *network, void *arg);

/* 0, or -1 with errno EINVAL; so for all below.  See object_id.h. */
int	docker_id_parse(struct json_value, struct object_id *out)
	    __attribute__((warn_unused_result));
int	docker_network_id_parse(struct json_value, struct object_id *out)
	    __attribute__((warn_unused_result));

/* "healthy", "unhealthy", "starting"; "none" and "" are HEALTH_NONE. */
int	docker_health_parse(const char *text, enum health *out)
	    __attribute__((warn_unused_result));

/*
 * Nanoseconds since 1970 of an RFC 3339 time; before that (Docker's year 1) it
 * is 0.
 */
int	docker_time_parse(const char *text, int64_t *out)
	    __attribute__((warn_unused_result));

/*
 * One network, from a list or an inspection; label is the setting.  Subnets
 * that are not prefixes, or stand for nothing (0.0.0.0/32), are left out.
 */
int	docker_network_parse(struct json_value, const char *label,
	    struct docker_network *out) __attribute__((warn_unused_result));

/*
 * One entry of the container list: what of it may differ from what is known.  state
 * is false if the entry does not tell it in full, as while it restarts.
 */
struct docker_listed {
	struct object_id	id;
	bool			attached;	/* to a network of ours */
	bool			state;		/* it runs, and this is known: */
	bool			paused;
	enum health		health;		/* not told of one that is paused */
	unsigned int		nendpoints;	/* in networks of ours */
	struct {
		struct object_id network;
		struct object_id endpoint;
	}			endpoints[CONTAINER_ENDPOINTS_MAX];
};
int	docker_listed_container_parse(struct json_value, docker_is_ours *,
	    void *arg, struct docker_listed *)
	    __attribute__((warn_unused_result));
/* Whether an inspection would show nothing but what the fact says. */
bool	docker_listed_is_as_known(const struct docker_listed *,
	    const struct container_fact *);

/*
 * An inspected container.  Only endpoints in networks of ours are taken, the
 * first CONTAINER_ENDPOINTS_MAX of them.  One that restarts does not run.
 */
int	docker_container_parse(struct json_value, docker_is_ours *, void *arg,
	    struct container_fact *out) __attribute__((warn_unused_result));
/* How many endpoints in networks of ours docker_container_parse() has left out. */
unsigned int docker_container_left_out(struct json_value, docker_is_ours *,
	    void *arg);

/*
 * What Docker says in the body of an error, {"message":"..."}, for a log line:
 * cut off to size, or "no reason given".
 */
void	docker_message_parse(const char *body, size_t len, char *buf,
	    size_t size);

/* "02:42:0a:00:00:65", of one station.  0, or -1 with errno EINVAL. */
int	docker_mac_parse(const char *text, uint8_t mac[MAC_SIZE])
	    __attribute__((warn_unused_result));

#endif /* BGPLBD_FRONTEND_DOCKER_PARSE_H */
