/* What the tests of the rde share: ids, prefixes, and a namespace of their own. */
#ifndef REGRESS_RDE_FIXTURES_H
#define REGRESS_RDE_FIXTURES_H

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bgplbd/messages/object_id.h"
#include "common/prefix.h"

/* An id of 64 digits: the number in its first 8, then the digit. */
static inline struct object_id
numbered_id(unsigned int number, char digit)
{
	struct object_id id;

	memset(&id, 0, sizeof(id));
	memset(id.hex, digit, OBJECT_ID_DIGITS);
	snprintf(id.hex, 9, "%08x", number);
	id.hex[8] = digit;
	return id;
}

static inline struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), 0);
	return p;
}

static inline struct address
address(const char *text)
{
	struct address a;

	assert_int_equal(address_parse(text, &a), 0);
	return a;
}

/* What a command prints; "" if nothing. */
static inline void
output_of(const char *command, char *buf, size_t size)
{
	FILE *pipe;
	size_t n;

	fflush(NULL);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	n = fread(buf, 1, size - 1, pipe);
	buf[n] = '\0';
	pclose(pipe);
}

static inline bool
output_has(const char *command, const char *text)
{
	char buf[16384];

	output_of(command, buf, sizeof(buf));
	return strstr(buf, text) != NULL;
}

static inline void
run(const char *command)
{
	fflush(NULL);
	if (system(command) != 0)
		fail_msg("%s: failed", command);
}

/* A network namespace for one test, with lo up; the test is skipped without root. */
static inline void
enter_namespace(void)
{
	if (geteuid() != 0)
		skip();
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	run("ip link set lo up");
}

#endif /* REGRESS_RDE_FIXTURES_H */
