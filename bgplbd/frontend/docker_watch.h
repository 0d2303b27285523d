/*
 * What the watchers of containers and of networks share: how they ask Docker,
 * how they tell the rde, and whom they tell of trouble.  docker_sync.c makes
 * it.
 */
#ifndef BGPLBD_FRONTEND_DOCKER_WATCH_H
#define BGPLBD_FRONTEND_DOCKER_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct docker_queries;

struct docker_watch {
	struct docker_queries	*queries;
	/* A sync runs: facts are kept, to be told together at its end. */
	bool			 syncing;

	/* Tells the rde a fact. */
	void	(*tell)(uint32_t type, const void *data, size_t len, void *arg);
	/* Docker could not be asked, or its answer broke off. */
	void	(*failed)(const char *why, void *arg);
	/*
	 * Docker's answer tells nothing, which was logged: a sync some time later may
	 * put it right.
	 */
	void	(*unread)(void *arg);
	/* Nothing is unread any more. */
	void	(*all_read)(void *arg);
	/* Only a new sync can put it right. */
	void	(*sync_again)(void *arg);
	/* Another name of our driver was learned; it is told before the next request. */
	void	(*named)(const char *driver, void *arg);
	/* container_watch_try() is to be called in CONNECTION_TRY_MS. */
	void	(*try_soon)(void *arg);
	/* A container that the sync waited for is done with. */
	void	(*settled)(void *arg);
	void	*arg;
};

#endif /* BGPLBD_FRONTEND_DOCKER_WATCH_H */
