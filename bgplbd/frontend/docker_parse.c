#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "bgplbd/frontend/docker_parse.h"
#include "bgplbd/frontend/ipam.h"
#include "bgplbd/frontend/label.h"
#include "bgplbd/frontend/network_options.h"
#include "bgplbd/frontend/signal_name.h"

#define NANOSECONDS	1000000000LL
#define DEFAULT_STOP_SIGNAL	SIGTERM
#define TIME_MAX	48	/* of an RFC 3339 text */
#define MAC_STRLEN	18
#define STATUS_MAX	128	/* of a listed container, "Up 2 seconds (healthy)" */
#define LABEL_KEY_MAX	256	/* as the setting's; longer ones cannot match */

static int
invalid(void)
{
	errno = EINVAL;
	return -1;
}

static int
parse_id(struct json_value v,
    int (*parse)(const char *, size_t, struct object_id *),
    struct object_id *out)
{
	char text[OBJECT_ID_DIGITS + 2];

	memset(out, 0, sizeof(*out));
	if (json_get_string(v, text, sizeof(text)) == -1)
		return invalid();
	return parse(text, strlen(text), out);
}

int
docker_id_parse(struct json_value v, struct object_id *out)
{
	return parse_id(v, object_id_parse, out);
}

int
docker_network_id_parse(struct json_value v, struct object_id *out)
{
	return parse_id(v, network_id_parse, out);
}

int
docker_health_parse(const char *text, enum health *out)
{
	static const struct {
		const char	*text;
		enum health	 health;
	} states[] = {
		{ "healthy",	HEALTH_HEALTHY },
		{ "unhealthy",	HEALTH_UNHEALTHY },
		{ "starting",	HEALTH_STARTING },
		{ "none",	HEALTH_NONE },
		{ "",		HEALTH_NONE },
	};
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (strcmp(text, states[i].text) == 0) {
			*out = states[i].health;
			return 0;
		}
	}
	return invalid();
}

/*
 * ".123456789", up to nine digits; returns what follows, NULL if there are
 * none.
 */
static const char *
parse_fraction(const char *s, int64_t *nanoseconds)
{
	int64_t unit = NANOSECONDS / 10;

	*nanoseconds = 0;
	if (*s != '.')
		return s;
	if (*++s < '0' || *s > '9')
		return NULL;
	for (; *s >= '0' && *s <= '9'; s++, unit /= 10)
		*nanoseconds += (*s - '0') * unit;
	return s;
}

/* Two decimal digits at s, or -1. */
static int
two_digits(const char *s)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return -1;
	return (s[0] - '0') * 10 + (s[1] - '0');
}

/* "Z" or "+01:00", to seconds east. */
static int
parse_zone(const char *s, long *offset)
{
	int hours, minutes;

	*offset = 0;
	if (strcmp(s, "Z") == 0)
		return 0;
	if (strlen(s) != 6 || (s[0] != '+' && s[0] != '-') || s[3] != ':')
		return -1;
	hours = two_digits(s + 1);
	minutes = two_digits(s + 4);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return -1;
	*offset = (s[0] == '-' ? -60L : 60L) * (hours * 60 + minutes);
	return 0;
}

int
docker_time_parse(const char *text, int64_t *out)
{
	struct tm tm;
	int64_t fraction;
	time_t seconds;
	long offset;
	const char *s;

	memset(&tm, 0, sizeof(tm));
	s = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (s == NULL || (s = parse_fraction(s, &fraction)) == NULL ||
	    parse_zone(s, &offset) == -1)
		return invalid();
	seconds = timegm(&tm) - offset;
	if (seconds < 0)
		*out = 0;
	else if (seconds > INT64_MAX / NANOSECONDS - 1)
		return invalid();
	else
		*out = seconds * NANOSECONDS + fraction;
	return 0;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
docker_mac_parse(const char *text, uint8_t mac[MAC_SIZE])
{
	unsigned int i;
	int high, low;

	if (strlen(text) != MAC_STRLEN - 1)
		return invalid();
	for (i = 0; i < MAC_SIZE; i++, text += 3) {
		high = hex_digit(text[0]);
		low = hex_digit(text[1]);
		if (high == -1 || low == -1 ||
		    text[2] != (i == MAC_SIZE - 1 ? '\0' : ':'))
			return invalid();
		mac[i] = (uint8_t)(high << 4 | low);
	}
	return mac_is_station(mac) ? 0 : invalid();
}

/* A name that is too long is cut off; nothing depends on it. */
static int
parse_name(struct json_value v, char *buf, size_t size)
{
	if (json_get_string(v, buf, size) == -1 && errno != ENAMETOOLONG)
		return invalid();
	return 0;
}

static bool
is_labelled(struct json_value labels, const char *wanted)
{
	struct json_iterator it;
	char key[LABEL_KEY_MAX], value[LABEL_KEY_MAX];

	json_iterate(labels, &it);
	while (json_next(&it)) {
		if (json_get_string(it.key, key, sizeof(key)) == -1)
			continue;
		if (json_get_string(it.value, value, sizeof(value)) == -1 &&
		    errno != ENAMETOOLONG)
			continue;
		if (label_matches(wanted, key, value))
			return true;
	}
	return false;
}

/* More than fit were refused when the network was made. */
static void
reserve(struct json_value v, const struct prefix *subnet,
    struct network_fact *fact)
{
	char text[PREFIX_STRLEN];
	struct address addr;

	if (json_get_string(v, text, sizeof(text)) == 0 &&
	    fact->nreserved < NETWORK_RESERVED_MAX &&
	    ipam_is_reserved(text, subnet, &addr))
		fact->reserved[fact->nreserved++] = addr;
}

static void
add_subnet(struct json_value config, struct docker_network *out)
{
	struct network_fact *fact = &out->fact;
	struct json_iterator it;
	struct prefix prefix;
	char text[PREFIX_STRLEN];

	if (json_get_string(json_member(config, "Subnet"), text,
	    sizeof(text)) == -1 || prefix_parse(text, &prefix) == -1 ||
	    !prefix_is_usable(&prefix))
		return;
	if (fact->nsubnets == NETWORK_SUBNETS_MAX)
		out->cut_off = true;
	else
		fact->subnets[fact->nsubnets++] = prefix;
	reserve(json_member(config, "Gateway"), &prefix, fact);
	json_iterate(json_member(config, "AuxiliaryAddresses"), &it);
	while (json_next(&it))
		reserve(it.value, &prefix, fact);
}

int
docker_network_parse(struct json_value v, const char *label,
    struct docker_network *out)
{
	struct json_iterator it;

	memset(out, 0, sizeof(*out));
	if (docker_network_id_parse(json_member(v, "Id"),
	    &out->fact.network) == -1 ||
	    json_get_string(json_member(v, "Driver"), out->driver,
	    sizeof(out->driver)) == -1 ||
	    parse_name(json_member(v, "Name"), out->fact.name,
	    sizeof(out->fact.name)) == -1)
		return invalid();
	out->fact.labelled = is_labelled(json_member(v, "Labels"), label);
	out->fact.mtu = network_options_mtu(json_member(v, "Options"));
	json_iterate(json_member(json_member(v, "IPAM"), "Config"), &it);
	while (json_next(&it))
		add_subnet(it.value, out);
	return 0;
}

/* "Up 2 seconds", "Up 2 seconds (healthy)", "Up 2 seconds (health: starting)". */
static int
parse_status(const char *status, enum health *out)
{
	static const char prefix[] = "health: ";
	char text[TIME_MAX];
	const char *open = strrchr(status, '(');
	size_t len;

	if (strncmp(status, "Up ", 3) != 0)
		return -1;
	*out = HEALTH_NONE;
	if (open == NULL)
		return 0;
	if (strncmp(++open, prefix, sizeof(prefix) - 1) == 0)
		open += sizeof(prefix) - 1;
	len = strlen(open);
	if (len == 0 || len > sizeof(text) || open[len - 1] != ')')
		return -1;
	memcpy(text, open, len - 1);
	text[len - 1] = '\0';
	return docker_health_parse(text, out);
}

static void
parse_listed_state(struct json_value v, struct docker_listed *out)
{
	struct json_value state = json_member(v, "State");
	char status[STATUS_MAX];

	if (json_equals(state, "paused"))
		out->state = out->paused = true;
	else if (json_equals(state, "running") &&
	    json_get_string(json_member(v, "Status"), status,
	    sizeof(status)) == 0)
		out->state = parse_status(status, &out->health) == 0;
}

/* One that is not attached yet has an empty id. */
static void
take_listed_endpoint(struct json_value endpoint,
    const struct object_id *network, struct docker_listed *out)
{
	struct json_value id = json_member(endpoint, "EndpointID");

	out->attached = true;
	if (json_equals(id, ""))
		return;
	if (out->nendpoints == CONTAINER_ENDPOINTS_MAX ||
	    docker_id_parse(id,
	    &out->endpoints[out->nendpoints].endpoint) == -1) {
		out->state = false;
		return;
	}
	out->endpoints[out->nendpoints++].network = *network;
}

int
docker_listed_container_parse(struct json_value v, docker_is_ours *is_ours,
    void *arg, struct docker_listed *out)
{
	struct json_iterator it;
	struct object_id network;

	memset(out, 0, sizeof(*out));
	if (docker_id_parse(json_member(v, "Id"), &out->id) == -1)
		return -1;
	parse_listed_state(v, out);
	json_iterate(json_member(json_member(v, "NetworkSettings"),
	    "Networks"), &it);
	while (json_next(&it))
		if (docker_network_id_parse(json_member(it.value, "NetworkID"),
		    &network) == 0 && is_ours(&network, arg))
			take_listed_endpoint(it.value, &network, out);
	return 0;
}

static bool
has_endpoint(const struct container_fact *fact, const struct object_id *network,
    const struct object_id *endpoint)
{
	unsigned int i;

	for (i = 0; i < fact->nendpoints; i++)
		if (object_id_equal(&fact->endpoints[i].network, network))
			return object_id_equal(&fact->endpoints[i].endpoint,
			    endpoint);
	return false;
}

bool
docker_listed_is_as_known(const struct docker_listed *listed,
    const struct container_fact *fact)
{
	unsigned int i;

	if (!listed->state || !fact->running ||
	    listed->paused != (fact->paused != 0) ||
	    (!listed->paused && listed->health != fact->health) ||
	    listed->nendpoints != fact->nendpoints)
		return false;
	for (i = 0; i < listed->nendpoints; i++)
		if (!has_endpoint(fact, &listed->endpoints[i].network,
		    &listed->endpoints[i].endpoint))
			return false;
	return true;
}

/*
 * "10.0.0.101" and 32 to a prefix; "" and what stands for nothing leave it
 * unset.
 */
static int
parse_host(struct json_value endpoint, const char *address_key,
    const char *len_key, enum afi afi, struct prefix *out)
{
	struct address addr;
	struct prefix prefix;
	char text[ADDRESS_STRLEN];
	int64_t len;

	memset(out, 0, sizeof(*out));
	if (json_get_string(json_member(endpoint, address_key), text,
	    sizeof(text)) == -1)
		return -1;
	if (text[0] == '\0')
		return 0;
	if (json_get_int(json_member(endpoint, len_key), 0, 128, &len) == -1 ||
	    address_parse(text, &addr) == -1 || addr.afi != afi ||
	    prefix_make(&addr, (uint8_t)len, &prefix) == -1)
		return invalid();
	if (prefix_is_host(&prefix) && prefix_is_usable(&prefix))
		*out = prefix;
	return 0;
}

/*
 * Not attached yet, or no longer: EndpointID is "".  1 if there is one, or -1.
 */
static int
parse_endpoint(struct json_value v, struct endpoint_fact *out)
{
	char mac[MAC_STRLEN];

	if (json_equals(json_member(v, "EndpointID"), ""))
		return 0;
	if (docker_id_parse(json_member(v, "EndpointID"),
	    &out->endpoint) == -1 ||
	    parse_host(v, "IPAddress", "IPPrefixLen", AFI_IPV4,
	    &out->v4) == -1 ||
	    parse_host(v, "GlobalIPv6Address", "GlobalIPv6PrefixLen", AFI_IPV6,
	    &out->v6) == -1 ||
	    json_get_string(json_member(v, "MacAddress"), mac,
	    sizeof(mac)) == -1)
		return -1;
	out->has_mac = docker_mac_parse(mac, out->mac) == 0;
	return 1;
}

static int
parse_endpoints(struct json_value networks, docker_is_ours *is_ours, void *arg,
    struct container_fact *out)
{
	struct json_iterator it;
	struct endpoint_fact *endpoint;
	int found;

	json_iterate(networks, &it);
	while (json_next(&it) && out->nendpoints < CONTAINER_ENDPOINTS_MAX) {
		endpoint = &out->endpoints[out->nendpoints];
		memset(endpoint, 0, sizeof(*endpoint));
		if (docker_network_id_parse(json_member(it.value, "NetworkID"),
		    &endpoint->network) == -1 ||
		    !is_ours(&endpoint->network, arg))
			continue;
		found = parse_endpoint(it.value, endpoint);
		if (found == -1)
			return -1;
		if (found == 1)
			out->nendpoints++;
	}
	return 0;
}

unsigned int
docker_container_left_out(struct json_value v, docker_is_ours *is_ours,
    void *arg)
{
	struct json_iterator it;
	struct object_id network;
	unsigned int n = 0;

	json_iterate(json_member(json_member(v, "NetworkSettings"),
	    "Networks"), &it);
	while (json_next(&it))
		if (!json_equals(json_member(it.value, "EndpointID"), "") &&
		    docker_network_id_parse(json_member(it.value, "NetworkID"),
		    &network) == 0 && is_ours(&network, arg))
			n++;
	return n > CONTAINER_ENDPOINTS_MAX ? n - CONTAINER_ENDPOINTS_MAX : 0;
}

static int
parse_state(struct json_value state, struct container_fact *out)
{
	struct json_value health = json_member(state, "Health");
	bool running, paused, restarting;
	char text[TIME_MAX];
	enum health parsed = HEALTH_NONE;

	if (json_get_bool(json_member(state, "Running"), &running) == -1 ||
	    json_get_bool(json_member(state, "Paused"), &paused) == -1 ||
	    json_get_bool(json_member(state, "Restarting"),
	    &restarting) == -1 ||
	    json_get_string(json_member(state, "StartedAt"), text,
	    sizeof(text)) == -1 ||
	    docker_time_parse(text, &out->started_at) == -1)
		return -1;
	/* Of a container that runs, the end of the run before: but a hint. */
	if (json_get_string(json_member(state, "FinishedAt"), text,
	    sizeof(text)) == -1 ||
	    docker_time_parse(text, &out->finished_at) == -1)
		out->finished_at = 0;
	if (json_type(health) == JSON_OBJECT &&
	    (json_get_string(json_member(health, "Status"), text,
	    sizeof(text)) == -1 || docker_health_parse(text, &parsed) == -1))
		return -1;
	out->running = running && !restarting;
	out->paused = paused;
	out->health = (uint8_t)parsed;
	return 0;
}

/*
 * The container runs in a process of this machine that the engine's runc made; of
 * other runtimes that is not known.
 */
static bool
is_run_by_runc(struct json_value host)
{
	struct json_value runtime = json_member(host, "Runtime");

	return json_type(runtime) != JSON_STRING ||
	    json_equals(runtime, "") || json_equals(runtime, "runc") ||
	    json_equals(runtime, "io.containerd.runc.v2");
}

/* It is started again after an end that the engine did not bring about. */
static bool
restarts(struct json_value host)
{
	struct json_value name = json_member(json_member(host,
	    "RestartPolicy"), "Name");

	return json_equals(name, "always") || json_equals(name, "on-failure");
}

/* Unset, or nothing that could be one: Docker's own. */
static int
stop_timeout(struct json_value config)
{
	int64_t seconds;

	if (json_get_int(json_member(config, "StopTimeout"), INT32_MIN,
	    INT32_MAX, &seconds) == -1)
		return STOP_TIMEOUT_SECONDS;
	if (seconds < 0)
		return -1;
	return seconds > STOP_TIMEOUT_MAX ? STOP_TIMEOUT_MAX : (int)seconds;
}

static int
first_process(struct json_value state)
{
	int64_t pid;

	if (json_get_int(json_member(state, "Pid"), 2, INT32_MAX, &pid) == -1)
		return 0;
	return (int)pid;
}

/* A name that this machine does not know counts as unset: it is but a hint. */
static int
stop_signal(struct json_value config)
{
	char text[32];
	int n;

	if (json_get_string(json_member(config, "StopSignal"), text,
	    sizeof(text)) == -1)
		return DEFAULT_STOP_SIGNAL;
	n = signal_parse(text);
	return n == -1 ? DEFAULT_STOP_SIGNAL : n;
}

int
docker_container_parse(struct json_value v, docker_is_ours *is_ours, void *arg,
    struct container_fact *out)
{
	struct json_value settings = json_member(v, "NetworkSettings");
	struct json_value config = json_member(v, "Config");
	struct json_value host = json_member(v, "HostConfig");
	char name[CONTROL_NAME_MAX + 1];

	memset(out, 0, sizeof(*out));
	if (docker_id_parse(json_member(v, "Id"), &out->container) == -1 ||
	    parse_name(json_member(v, "Name"), name, sizeof(name)) == -1 ||
	    parse_state(json_member(v, "State"), out) == -1 ||
	    parse_endpoints(json_member(settings, "Networks"), is_ours, arg,
	    out) == -1)
		return invalid();
	strlcpy(out->name, name[0] == '/' ? name + 1 : name,
	    sizeof(out->name));
	out->stop_signal = stop_signal(config);
	out->stop_timeout = stop_timeout(config);
	out->pid = out->started_at > 0 ?
	    first_process(json_member(v, "State")) : 0;
	out->by_engine = !is_run_by_runc(host) ||
	    (out->stop_signal == DEFAULT_STOP_SIGNAL && restarts(host));
	return 0;
}

void
docker_message_parse(const char *body, size_t len, char *buf, size_t size)
{
	struct json *doc = json_parse(body, len);

	if (doc == NULL || parse_name(json_member(json_root(doc), "message"),
	    buf, size) == -1 || buf[0] == '\0')
		strlcpy(buf, "no reason given", size);
	json_free(doc);
}
