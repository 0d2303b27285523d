/*
 * What bgplbctl ends with; bgplbctl(8) promises these numbers to scripts.
 */
#ifndef BGPLBCTL_EXIT_STATUS_H
#define BGPLBCTL_EXIT_STATUS_H

enum exit_status {
	EXIT_DONE = 0,		/* also when it was so already */
	EXIT_FAILED = 1,	/* bgplbd refused, failed, or gave no proper answer */
	EXIT_USAGE = 2,
	EXIT_UNREACHABLE = 3,	/* no connection to bgplbd: nothing was asked */
	EXIT_NOT_FOUND = 4,	/* no such prefix or neighbor */
	EXIT_FINDINGS = 5,	/* check: something stops traffic, or may */
	EXIT_NOT_ALL_SEEN = 6	/* check: nothing found, but not all was looked at */
};

#endif /* BGPLBCTL_EXIT_STATUS_H */
