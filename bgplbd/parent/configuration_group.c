#include <string.h>

#include "bgplbd/parent/configuration_file.h"

void
file_begin_group(struct file_reader *r, struct lexer_place place)
{
	memset(&r->group, 0, sizeof(r->group));
	neighbor_settings_init(&r->group_settings);
	r->group.settings = &r->group_settings;
	r->group.password = r->group_password;
	r->group.place = place;
	r->group_first = r->settings->nneighbors;
	r->in_group = true;
	r->current = &r->group;
}

static void
copy_option(struct file_neighbor *neighbor, const struct file_neighbor *group,
    enum file_option option)
{
	const struct neighbor_settings *from = group->settings;
	struct neighbor_settings *to = neighbor->settings;

	switch (option) {
	case OPTION_REMOTE_AS:
		to->remote_as = from->remote_as;
		to->external = from->external;
		break;
	case OPTION_DESCRIPTION:
		strlcpy(to->description, from->description,
		    sizeof(to->description));
		break;
	case OPTION_PASSWORD:
		to->has_password = from->has_password;
		memcpy(neighbor->password, group->password,
		    SETTINGS_PASSWORD_MAX + 1);
		break;
	case OPTION_LOCAL_ADDRESS:
		to->local_address = from->local_address;
		break;
	case OPTION_PORT:
		to->port = from->port;
		break;
	case OPTION_HOLD_TIME:
		to->hold_time = from->hold_time;
		break;
	case OPTION_CONNECT_RETRY:
		to->connect_retry = from->connect_retry;
		break;
	case OPTION_PASSIVE:
		to->passive = from->passive;
		break;
	case OPTION_FAMILIES:
		to->families = from->families;
		break;
	case OPTION_MULTIHOP:
		to->multihop = from->multihop;
		break;
	case OPTION_TTL_SECURITY:
		to->ttl_security = from->ttl_security;
		break;
	case OPTION_COMMUNITIES:
		to->ncommunities = from->ncommunities;
		memcpy(to->communities, from->communities,
		    sizeof(to->communities));
		break;
	case OPTION_LARGE_COMMUNITIES:
		to->nlarge_communities = from->nlarge_communities;
		memcpy(to->large_communities, from->large_communities,
		    sizeof(to->large_communities));
		break;
	case OPTION_MED:
		to->has_med = from->has_med;
		to->med = from->med;
		break;
	case OPTION_LOCAL_PREF:
		to->local_pref = from->local_pref;
		break;
	case OPTION_PREPEND:
		to->prepend = from->prepend;
		break;
	case OPTION_MAX_PREFIX:
		to->max_prefix = from->max_prefix;
		break;
	case OPTION_MAX_PREFIX_RESTART:
		to->max_prefix_restart = from->max_prefix_restart;
		break;
	case OPTION_LINK_BANDWIDTH:
		to->link_bandwidth = from->link_bandwidth;
		break;
	case OPTION_ROLE:
		to->role = from->role;
		break;
	case OPTION_MAX:
		to->max = from->max;
		break;
	case OPTION_DELAY_OPEN:
		to->delay_open = from->delay_open;
		break;
	}
}

bool
file_has_use_for(const struct neighbor_settings *n, enum file_option option)
{
	switch (option) {
	case OPTION_PORT:
	case OPTION_CONNECT_RETRY:
	case OPTION_LOCAL_ADDRESS:
		return !n->dynamic;
	case OPTION_MAX:
		return n->dynamic;
	default:
		return true;
	}
}

/* What a neighbor does not say itself, its group says, wherever it stands in it. */
void
file_end_group(struct file_reader *r)
{
	struct file_neighbor *n;
	unsigned int option;
	size_t i;

	for (i = r->group_first; i < r->settings->nneighbors; i++) {
		n = &r->neighbors[i];
		n->wrong |= r->group.wrong;
		for (option = 0; option < OPTIONS; option++)
			if (r->group.given[option] != 0 &&
			    n->given[option] == 0 &&
			    file_has_use_for(n->settings, option))
				copy_option(n, &r->group, option);
	}
	r->in_group = false;
	r->current = NULL;
}
