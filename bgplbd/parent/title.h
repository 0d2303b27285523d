/*
 * The title that ps(1) shows for a process: "bgplbd: parent".  setproctitle(3) of
 * libbsd with one blemish mended.
 */
#ifndef BGPLBD_PARENT_TITLE_H
#define BGPLBD_PARENT_TITLE_H

/* Once, before the first title and before anything else touches argv. */
void	title_init(int argc, char *argv[], char *envp[]);
/* "bgplbd: " is put before it. */
void	title_set(const char *title);

#endif /* BGPLBD_PARENT_TITLE_H */
