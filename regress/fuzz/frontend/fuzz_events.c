/*
 * Any text as an event of Docker, a network, a container and lists of
 * containers, those that are down too: what comes out must be valid.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/frontend/docker_event.h"
#include "bgplbd/frontend/docker_parse.h"
#include "bgplbd/frontend/start_failure.h"
#include "bgplbd/messages/types.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static bool
all_are_ours(const struct object_id *id, void *arg)
{
	(void)arg;
	if (!network_id_is_valid(id))
		abort();
	return true;
}

static void
check_event(const char *text, size_t len)
{
	struct docker_event event;

	if (docker_event_parse(text, len, &event) == -1 ||
	    event.kind == EVENT_OTHER)
		return;
	if (event.kind < EVENT_NETWORK_CREATE &&
	    !object_id_is_valid(&event.container))
		abort();
	if (event.kind >= EVENT_NETWORK_CREATE &&
	    !network_id_is_valid(&event.network))
		abort();
	if (event.kind >= EVENT_NETWORK_CONNECT &&
	    !object_id_is_valid(&event.container))
		abort();
	if (event.kind == EVENT_CONTAINER_KILL &&
	    (event.signal < 1 || event.signal > 64))
		abort();
	if (event.kind == EVENT_CONTAINER_HEALTH &&
	    (event.health < HEALTH_STARTING || event.health > HEALTH_LAST))
		abort();
}

static bool
names_are_ours(const struct object_id *id, const char *name, void *arg)
{
	(void)arg;
	if (id != NULL && !network_id_is_valid(id))
		abort();
	return id != NULL || strlen(name) > 4;
}

static void
check_start_failure(struct json_value v)
{
	struct control_start_failure failure;
	struct object_id id;

	if (start_failure_is_possible(v, names_are_ours, NULL, &id) &&
	    !object_id_is_valid(&id))
		abort();
	if (start_failure_parse(v, &failure) == START_FAILURE_FOUND &&
	    !control_reply_is_valid(CONTROL_START_FAILURE, &failure,
	    sizeof(failure)))
		abort();
}

static void
check_object(struct json_value v)
{
	struct docker_network network;
	struct container_fact container;
	struct docker_listed listed;

	if (docker_network_parse(v, "bgplb_advertise=true", &network) == 0 &&
	    !frontend_rde_is_valid(MSG_FRONTEND_NETWORK, &network.fact,
	    sizeof(network.fact)))
		abort();
	if (docker_container_parse(v, all_are_ours, NULL, &container) == 0 &&
	    !frontend_rde_is_valid(MSG_FRONTEND_CONTAINER, &container,
	    container_fact_size(&container)))
		abort();
	if (docker_listed_container_parse(v, all_are_ours, NULL,
	    &listed) == 0 && (!object_id_is_valid(&listed.id) ||
	    listed.nendpoints > CONTAINER_ENDPOINTS_MAX))
		abort();
	check_start_failure(v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct json *doc = json_parse(text, size);
	struct json_iterator it;
	char message[32];

	check_event(text, size);
	docker_message_parse(text, size, message, sizeof(message));
	if (doc == NULL)
		return 0;
	check_object(json_root(doc));
	json_iterate(json_root(doc), &it);
	while (json_next(&it))
		check_object(it.value);
	json_free(doc);
	return 0;
}
