#include <errno.h>
#include <string.h>

#include "bgplbd/frontend/docker_parse.h"
#include "bgplbd/frontend/start_failure.h"

#define STATUS_MAX	32	/* "Exited (0) 3 minutes ago", cut */
#define ENDED_WELL	"Exited (0)"

/* What does not fit is cut. */
static int
get_cut(struct json_value v, char *buf, size_t size)
{
	if (json_get_string(v, buf, size) == -1 && errno != ENAMETOOLONG)
		return -1;
	return 0;
}

static bool
ended_well(struct json_value listed)
{
	char status[STATUS_MAX];

	return get_cut(json_member(listed, "Status"), status,
	    sizeof(status)) == 0 &&
	    strncmp(status, ENDED_WELL, strlen(ENDED_WELL)) == 0;
}

static bool
is_attached(struct json_value networks, start_failure_is_ours *is_ours,
    void *arg)
{
	char name[CONTROL_NAME_MAX];
	struct json_iterator it;
	struct object_id id;

	json_iterate(networks, &it);
	while (json_next(&it)) {
		if (docker_network_id_parse(json_member(it.value, "NetworkID"),
		    &id) == 0) {
			if (is_ours(&id, "", arg))
				return true;
		} else if (json_get_string(it.key, name, sizeof(name)) == 0 &&
		    is_ours(NULL, name, arg))
			return true;
	}
	return false;
}

bool
start_failure_is_possible(struct json_value listed,
    start_failure_is_ours *is_ours, void *arg, struct object_id *out)
{
	return docker_id_parse(json_member(listed, "Id"), out) == 0 &&
	    !ended_well(listed) &&
	    json_type(json_member(json_member(listed, "Labels"),
	    SWARM_TASK_LABEL)) == JSON_NONE &&
	    is_attached(json_member(json_member(listed, "NetworkSettings"),
	    "Networks"), is_ours, arg);
}

/* 1 if it is so of any, 0 if of none, -1 if that is not told. */
static int
is_up_or_dead(struct json_value state)
{
	static const char *const keys[] = { "Running", "Paused", "Restarting",
	    "Dead" };
	bool value, any = false;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (json_get_bool(json_member(state, keys[i]), &value) == -1)
			return -1;
		any = any || value;
	}
	return any;
}

/* "/web1"; one that is cut would not be the container's. */
static void
take_name(struct json_value v, char name[CONTROL_NAME_MAX])
{
	char text[CONTROL_NAME_MAX + 1];
	const char *start = text;

	if (json_get_string(v, text, sizeof(text)) == -1)
		return;
	if (text[0] == '/')
		start++;
	if (control_container_name_is_valid(start) &&
	    strlcpy(name, start, CONTROL_NAME_MAX) >= CONTROL_NAME_MAX)
		name[0] = '\0';
}

enum start_failure_outcome
start_failure_parse(struct json_value v, struct control_start_failure *out)
{
	struct json_value state = json_member(v, "State");
	struct object_id id;
	int up;

	memset(out, 0, sizeof(*out));
	up = is_up_or_dead(state);
	if (docker_id_parse(json_member(v, "Id"), &id) == -1 || up == -1 ||
	    get_cut(json_member(state, "Error"), out->error,
	    sizeof(out->error)) == -1)
		return START_FAILURE_UNREADABLE;
	if (up == 1 || out->error[0] == '\0')
		return START_FAILURE_NONE;
	strlcpy(out->container_id, id.hex, sizeof(out->container_id));
	take_name(json_member(v, "Name"), out->name);
	return START_FAILURE_FOUND;
}
