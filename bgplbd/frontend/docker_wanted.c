#include <string.h>

#include "bgplbd/frontend/docker_wanted.h"
#include "bgplbd/frontend/network_options.h"
#include "bgplbd/frontend/start_failure.h"
#include "bgplbd/messages/docker_request.h"

#define END	{ NULL, NULL }

static const struct json_wanted nothing[] = { END };

static const struct json_wanted any_text[] = {
	{ JSON_ANY_KEY, NULL }, END
};

static const struct json_wanted subnets[] = {
	{ "Subnet", NULL },
	{ "Gateway", NULL },
	{ "AuxiliaryAddresses", any_text },
	END
};
static const struct json_wanted ipam[] = { { "Config", subnets }, END };
static const struct json_wanted network_options[] = {
	{ OPTION_MTU, NULL }, END
};

static const struct json_wanted listed_endpoint[] = {
	{ "NetworkID", NULL }, { "EndpointID", NULL }, END
};
static const struct json_wanted listed_endpoints[] = {
	{ JSON_ANY_KEY, listed_endpoint }, END
};
static const struct json_wanted listed_settings[] = {
	{ "Networks", listed_endpoints }, END
};
static const struct json_wanted listed_container[] = {
	{ "Id", NULL },
	{ "State", NULL },
	{ "Status", NULL },
	{ "NetworkSettings", listed_settings },
	END
};

static const struct json_wanted task_label[] = {
	{ SWARM_TASK_LABEL, NULL }, END
};
static const struct json_wanted stopped_container[] = {
	{ "Id", NULL },
	{ "Status", NULL },
	{ "Labels", task_label },
	{ "NetworkSettings", listed_settings },
	END
};

static const struct json_wanted endpoint[] = {
	{ "NetworkID", NULL },
	{ "EndpointID", NULL },
	{ "IPAddress", NULL },
	{ "IPPrefixLen", NULL },
	{ "GlobalIPv6Address", NULL },
	{ "GlobalIPv6PrefixLen", NULL },
	{ "MacAddress", NULL },
	END
};
static const struct json_wanted endpoints[] = {
	{ JSON_ANY_KEY, endpoint }, END
};
static const struct json_wanted settings[] = {
	{ "Networks", endpoints }, END
};
static const struct json_wanted health[] = { { "Status", NULL }, END };
static const struct json_wanted state[] = {
	{ "Running", NULL },
	{ "Paused", NULL },
	{ "Restarting", NULL },
	{ "Dead", NULL },
	{ "Pid", NULL },
	{ "Error", NULL },
	{ "StartedAt", NULL },
	{ "FinishedAt", NULL },
	{ "Health", health },
	END
};
static const struct json_wanted config[] = {
	{ "StopSignal", NULL }, { "StopTimeout", NULL }, END
};
static const struct json_wanted restart_policy[] = { { "Name", NULL }, END };
static const struct json_wanted host[] = {
	{ "Runtime", NULL }, { "RestartPolicy", restart_policy }, END
};
static const struct json_wanted container[] = {
	{ "Id", NULL },
	{ "Name", NULL },
	{ "State", state },
	{ "Config", config },
	{ "HostConfig", host },
	{ "NetworkSettings", settings },
	END
};

static const struct json_wanted attributes[] = {
	{ "type", NULL }, { "container", NULL }, { "signal", NULL }, END
};
static const struct json_wanted actor[] = {
	{ "ID", NULL }, { "Attributes", attributes }, END
};
const struct json_wanted docker_wanted_event[] = {
	{ "Type", NULL },
	{ "Action", NULL },
	{ "Actor", actor },
	{ "timeNano", NULL },
	END
};

const struct json_wanted docker_wanted_error[] = {
	{ "message", NULL }, END
};

void
docker_wanted_init(struct docker_wanted *w, const char *label)
{
	const struct json_wanted network[] = {
		{ "Id", NULL },
		{ "Name", NULL },
		{ "Driver", NULL },
		{ "IPAM", ipam },
		{ "Options", network_options },
		{ "Labels", w->labels },
		END
	};

	memset(w, 0, sizeof(*w));
	strlcpy(w->label, label, sizeof(w->label));
	w->label[strcspn(w->label, "=")] = '\0';
	w->labels[0].key = w->label;
	_Static_assert(sizeof(network) == sizeof(w->network),
	    "the table of a network has other entries");
	memcpy(w->network, network, sizeof(network));
}

const struct json_wanted *
docker_wanted_of(const struct docker_wanted *w, uint32_t kind)
{
	switch (kind) {
	case DOCKER_LIST_NETWORKS:
	case DOCKER_INSPECT_NETWORK:
		return w->network;
	case DOCKER_LIST_CONTAINERS:
		return listed_container;
	case DOCKER_LIST_STOPPED:
		return stopped_container;
	case DOCKER_INSPECT_CONTAINER:
	case DOCKER_INSPECT_STOPPED:
	case DOCKER_INSPECT_CONNECTED:
		return container;
	default:
		return nothing;
	}
}
