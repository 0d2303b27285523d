#include <string.h>

#include "bgplbd/frontend/plugin_wanted.h"

#define END	{ NULL, NULL }

static const struct json_wanted any_text[] = {
	{ JSON_ANY_KEY, NULL }, END
};

static const struct json_wanted ids[] = {
	{ "NetworkID", NULL }, { "EndpointID", NULL }, END
};

static const struct json_wanted interface[] = {
	{ "Address", NULL },
	{ "AddressIPv6", NULL },
	{ "MacAddress", NULL },
	END
};
static const struct json_wanted endpoint[] = {
	{ "NetworkID", NULL },
	{ "EndpointID", NULL },
	{ "Interface", interface },
	END
};

static const struct json_wanted subnets[] = {
	{ "AddressSpace", NULL },
	{ "Pool", NULL },
	{ "Gateway", NULL },
	{ "AuxAddresses", any_text },
	END
};
static const struct json_wanted network_options[] = {
	{ PLUGIN_OPTIONS_GENERIC, any_text }, END
};
static const struct json_wanted network[] = {
	{ "NetworkID", NULL },
	{ "Options", network_options },
	{ "IPv4Data", subnets },
	{ "IPv6Data", subnets },
	END
};

static const struct json_wanted ipam[] = {
	{ "AddressSpace", NULL },
	{ "Pool", NULL },
	{ "SubPool", NULL },
	{ "V6", NULL },
	{ "PoolID", NULL },
	{ "Address", NULL },
	{ "Options", any_text },
	END
};

const struct json_wanted *
plugin_wanted(const char *path)
{
	if (strncmp(path, "/IpamDriver.", strlen("/IpamDriver.")) == 0)
		return ipam;
	if (strcmp(path, "/NetworkDriver.CreateNetwork") == 0)
		return network;
	if (strcmp(path, "/NetworkDriver.CreateEndpoint") == 0)
		return endpoint;
	return ids;
}
