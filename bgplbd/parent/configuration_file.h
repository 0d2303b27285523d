/*
 * Between the grammar of bgplbd.conf (parse.y), which knows the order of words,
 * and those who know what they mean: configuration_file.c and, for what a group
 * gives to its neighbors, configuration_group.c.
 */
#ifndef BGPLBD_PARENT_CONFIGURATION_FILE_H
#define BGPLBD_PARENT_CONFIGURATION_FILE_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stdio.h>

#include "bgplbd/parent/lexer.h"
#include "bgplbd/settings.h"

/* Further mistakes of a file are not told. */
#define FILE_MISTAKES_MAX	50

/* Statements of one value outside neighbors. */
enum file_global {
	GLOBAL_AS,
	GLOBAL_ROUTER_ID,
	GLOBAL_LISTEN_ADDRESS,
	GLOBAL_LISTEN_PORT,
	GLOBAL_NEXTHOP4,
	GLOBAL_NEXTHOP6,
	GLOBAL_LABEL,
	GLOBAL_PLUGIN_SOCKET,
	GLOBAL_CONTROL_SOCKET,
	GLOBAL_DOCKER_SOCKET,
	GLOBAL_STATE_FILE,
	GLOBAL_SCOPE,
	GLOBAL_DRAIN_ON_SIGUSR2,
	GLOBAL_DRAIN_DELAY,
	GLOBAL_DRAIN_ACTION,
	GLOBAL_DRAIN_GRACEFUL,
	GLOBAL_GRACEFUL_RESTART,
	GLOBAL_RESTART_TIME,
	GLOBAL_RISE
};
#define GLOBALS	(GLOBAL_RISE + 1)

/* Options of a neighbor, or of a group for all its neighbors. */
enum file_option {
	OPTION_REMOTE_AS,
	OPTION_DESCRIPTION,
	OPTION_PASSWORD,
	OPTION_LOCAL_ADDRESS,
	OPTION_PORT,
	OPTION_HOLD_TIME,
	OPTION_CONNECT_RETRY,
	OPTION_PASSIVE,			/* has no value */
	OPTION_FAMILIES,
	OPTION_MULTIHOP,
	OPTION_TTL_SECURITY,
	OPTION_COMMUNITIES,		/* lists */
	OPTION_LARGE_COMMUNITIES,
	OPTION_MED,
	OPTION_LOCAL_PREF,
	OPTION_PREPEND,
	OPTION_MAX_PREFIX,
	OPTION_MAX_PREFIX_RESTART,
	OPTION_LINK_BANDWIDTH,
	OPTION_ROLE,
	OPTION_MAX,
	OPTION_DELAY_OPEN
};
#define OPTIONS	(OPTION_DELAY_OPEN + 1)

/* What was written of a neighbor or group. */
struct file_neighbor {
	struct neighbor_settings	*settings;
	char				*password;	/* its place */
	struct lexer_place		 place;
	unsigned int			 given[OPTIONS]; /* its line, 0: not given */
	bool				 wrong;		/* told; check no more */
};

struct file_string {
	SLIST_ENTRY(file_string) entry;
	char			 text[];
};

struct file_reader {
	struct lexer		 lexer;
	struct settings		*settings;
	const char		*name;		/* of the file, for messages */
	FILE			*errors;
	unsigned int		 mistakes;

	unsigned int		 given[GLOBALS];	/* as above */
	struct file_neighbor	 neighbors[SETTINGS_NEIGHBORS_MAX];
	struct file_neighbor	 group;
	struct neighbor_settings group_settings;
	char			 group_password[SETTINGS_PASSWORD_MAX + 1];
	struct file_neighbor	 excess;	/* stands for those beyond the limit */
	struct neighbor_settings excess_settings;
	char			 excess_password[SETTINGS_PASSWORD_MAX + 1];
	size_t			 group_first;	/* its first neighbor */
	bool			 in_group;
	struct file_neighbor	*current;	/* takes options; or NULL */
	unsigned int		 skipping;	/* blocks of no meaning, nested */
	enum file_option	 list;		/* that is being read */
	bool			 list_ignored;	/* it was given before */

	/* The grammar's. */
	struct lexer_token	 token;		/* that it looks at */
	const char		*wanting;	/* keyword before it that wants a value */
	const char		*keyword;	/* the same for the next token */
	bool			 in_list;	/* no keyword until its end */
	bool			 secret;	/* the statement has a password */
	SLIST_HEAD(, file_string) strings;	/* values, wiped at the end */
};

void	file_mistake(struct file_reader *, struct lexer_place,
	    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A statement at place, its value at value_place. */
void	file_set_global(struct file_reader *, enum file_global,
	    struct lexer_place place, struct lexer_place value_place,
	    const char *value);
void	file_set_nexthop(struct file_reader *, struct lexer_place place,
	    struct lexer_place value_place, const char *value);
/* "allow prefix"; longest is NULL without "le". */
void	file_allow(struct file_reader *, struct lexer_place prefix_place,
	    const char *prefix, struct lexer_place longest_place,
	    const char *longest);

void	file_begin_neighbor(struct file_reader *, struct lexer_place,
	    const char *address);
void	file_end_neighbor(struct file_reader *);
void	file_begin_group(struct file_reader *, struct lexer_place);
void	file_end_group(struct file_reader *);
/*
 * Neighbors of a prefix are never connected to, so they have no use for some options;
 * nor has a single neighbor for their number.
 */
bool	file_has_use_for(const struct neighbor_settings *, enum file_option);
/* A block after a mistake, whose options mean nothing. */
void	file_begin_skipped(struct file_reader *);
void	file_end_skipped(struct file_reader *);

/* For the neighbor or group that has begun and not ended. */
void	file_set_option(struct file_reader *, enum file_option,
	    struct lexer_place place, struct lexer_place value_place,
	    const char *value);

/* The same for an option with any number of values. */
void	file_begin_list(struct file_reader *, enum file_option,
	    struct lexer_place);
void	file_add_to_list(struct file_reader *, struct lexer_place value_place,
	    const char *value);

/* parse.y: reads all of the lexer's text.  Mistakes are counted in the reader. */
void	file_parse(struct file_reader *);

#endif /* BGPLBD_PARENT_CONFIGURATION_FILE_H */
