/*
 * The options of `docker network create --opt`, as CreateNetwork carries them and
 * Docker's list of networks shows them.  Pure.
 */
#ifndef BGPLBD_FRONTEND_NETWORK_OPTIONS_H
#define BGPLBD_FRONTEND_NETWORK_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "bgplbd/frontend/json.h"
#include "bgplbd/frontend/sentence.h"

#define OPTION_MTU	"com.docker.network.driver.mtu"

/* Whether an option of the IPAM driver or of the network is one of Docker's own. */
bool	option_is_dockers(const char *key);

/*
 * The options of CreateNetwork, an object of texts or nothing: the MTU in octets,
 * or 0 if it is not set.  has_v6 is whether the network has IPv6, which needs 1280.
 * -1 with the sentence for an option that is not known or a value out of range.
 */
int	network_options_parse(struct json_value options, bool has_v6,
	    uint32_t *mtu, struct sentence *)
	    __attribute__((warn_unused_result));

/* The MTU of a network in Docker's list; 0 if it has none that could be used. */
uint32_t network_options_mtu(struct json_value options);

#endif /* BGPLBD_FRONTEND_NETWORK_OPTIONS_H */
