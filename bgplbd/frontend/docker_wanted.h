/*
 * What is read of Docker's answers and events: a table for json_sieve.h for each kind.
 * All that docker_parse.h, docker_event.h and start_failure.h look at stands here, and
 * no more: labels of containers, their environment, mounts, ports and logs of
 * health checks are never stored.
 */
#ifndef BGPLBD_FRONTEND_DOCKER_WANTED_H
#define BGPLBD_FRONTEND_DOCKER_WANTED_H

#include <stdint.h>

#include "bgplbd/frontend/json_sieve.h"
#include "bgplbd/settings.h"

/*
 * Bytes of what is wanted of one network or container: some 1 000 networks of a
 * container, or 10 000 subnets of a network.
 */
#define DOCKER_OBJECT_MAX	(512 * 1024)
/* The same of an event, and of the body of an error. */
#define DOCKER_EVENT_MAX	(16 * 1024)
#define DOCKER_ERROR_MAX	(16 * 1024)

/* The tables that the settings take part in. */
struct docker_wanted {
	char			label[SETTINGS_LABEL_MAX];
	struct json_wanted	labels[2];
	struct json_wanted	network[7];
};

/* label: the setting, "key" or "key=value".  The struct must not be moved. */
void	docker_wanted_init(struct docker_wanted *, const char *label);

/*
 * Of one object, or one element of a list; kind is of enum docker_request_kind.  That
 * of a kind whose answer has no body of interest is empty.
 */
const struct json_wanted *docker_wanted_of(const struct docker_wanted *,
	    uint32_t kind);

extern const struct json_wanted docker_wanted_event[];
extern const struct json_wanted docker_wanted_error[];	/* {"message":"..."} */

#endif /* BGPLBD_FRONTEND_DOCKER_WANTED_H */
