/*
 * What another program prints: `bgplbctl check` asks ip(8), iptables(8) and nft(8)
 * for what only they show well.
 */
#ifndef BGPLBCTL_CHECK_PROGRAM_OUTPUT_H
#define BGPLBCTL_CHECK_PROGRAM_OUTPUT_H

/* A listing of more bytes than this is cut. */
#define PROGRAM_OUTPUT_MAX	(4 * 1024 * 1024)

/*
 * Runs argv[0], looked for in PATH and where root's programs are, with input as its
 * standard input, in the C locale.  Its standard output, terminated, to be freed; or
 * NULL with errno, ENOENT if there is no such program, EIO if it printed nothing and
 * did not exit with 0.
 */
char	*program_output(char *const argv[], const char *input)
	    __attribute__((warn_unused_result));

#endif /* BGPLBCTL_CHECK_PROGRAM_OUTPUT_H */
