/*
 * The header of Docker's replies, whole and byte by byte.
 */
#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/frontend/http_reply.h"
#include "regress/unit/frontend/recorded.h"

/* Feeds pieces of step bytes; returns how many were taken. */
static size_t
feed(struct http_reply *r, const char *data, size_t len, size_t step)
{
	size_t used = 0, n, taken;

	http_reply_init(r);
	while (used < len && !r->complete && r->fault == HTTP_FINE) {
		n = len - used < step ? len - used : step;
		taken = http_reply_feed(r, data + used, n);
		assert_true(taken == n || r->complete || r->fault != HTTP_FINE);
		used += taken;
	}
	return used;
}

static void
test_recorded_replies_are_understood_in_pieces_of_any_size(void **state)
{
	static const struct {
		const char	*name;
		int		 status;
		bool		 has_length;
	} replies[] = {
		{ "events.http", 200, false },
		{ "networks.http", 200, false },
		{ "network-web1.http", 200, true },
		{ "container-healthy.http", 200, false },
		{ "container-nosuch.http", 404, true },
		{ "kill-ok.http", 204, false },
		{ "kill-notrunning.http", 409, true },
	};
	struct http_reply r;
	size_t engine, i, step, len, used;
	char *text;

	(void)state;
	for (engine = 0; engine < RECORDED_ENGINES; engine++) {
		for (i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
			text = recorded_load(recorded_engines[engine],
			    replies[i].name, &len);
			for (step = 1; step < 400; step += 7) {
				used = feed(&r, text, len, step);
				assert_true(r.complete);
				assert_int_equal(r.status, replies[i].status);
				assert_ptr_equal(text + used,
				    strstr(text, "\r\n\r\n") + 4);
				assert_int_equal(r.content_length,
				    replies[i].has_length ?
				    (int64_t)(len - used) : -1);
			}
			free(text);
		}
	}
}

static void
check(const char *text, enum http_fault fault)
{
	struct http_reply r;
	size_t step;

	for (step = 1; step < 64; step += 20) {
		feed(&r, text, strlen(text), step);
		if (r.fault != fault)
			fail_msg("\"%s\": %s", text, http_fault_text(r.fault));
	}
}

static void
test_what_is_not_http_is_refused(void **state)
{
	(void)state;
	check("SSH-2.0-OpenSSH\r\n", HTTP_NOT_HTTP);
	check("\r\n", HTTP_NOT_HTTP);
	check("HTTP/2 200\r\n\r\n", HTTP_NOT_HTTP);
	check("HTTP/1.0 2000 OK\r\n\r\n", HTTP_NOT_HTTP);
	check("HTTP/1.0 20 OK\r\n\r\n", HTTP_NOT_HTTP);
	check("HTTP/1.0 099 OK\r\n\r\n", HTTP_NOT_HTTP);
	check("HTTP/1.0 700 OK\r\n\r\n", HTTP_NOT_HTTP);
	check("HTTP/1.0 200 OK\r\nno colon\r\n\r\n", HTTP_NOT_HTTP);
	check("HTTP/1.0 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n",
	    HTTP_CODED);
	check("HTTP/1.0 200 OK\r\ncontent-length: -1\r\n\r\n",
	    HTTP_BAD_LENGTH);
	check("HTTP/1.0 200 OK\r\nContent-Length: 12x\r\n\r\n",
	    HTTP_BAD_LENGTH);
	check("HTTP/1.0 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
	    HTTP_BAD_LENGTH);
	check("HTTP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n",
	    HTTP_BAD_LENGTH);
}

static void
test_what_http_allows_is_taken(void **state)
{
	struct http_reply r;

	(void)state;
	check("HTTP/1.1 200\r\n\r\n", HTTP_FINE);
	check("HTTP/1.0 200 OK\n\n", HTTP_FINE);
	check("HTTP/1.0 200 OK\r\nContent-Length: 1\r\nCONTENT-LENGTH:\t1\r\n"
	    "\r\n", HTTP_FINE);
	feed(&r, "HTTP/1.0 204 No Content\r\n\r\n", 27, 64);
	assert_true(r.complete);
	assert_int_equal(r.status, 204);
	assert_int_equal(r.content_length, -1);
}

static void
test_a_header_without_end_is_refused_at_the_limit(void **state)
{
	static char big[HTTP_HEADER_MAX * 2];
	struct http_reply r;
	size_t used;

	(void)state;
	memset(big, 'a', sizeof(big));
	memcpy(big, "HTTP/1.0 200 OK\r\nX: ", 20);
	used = feed(&r, big, sizeof(big), 1000);
	assert_int_equal(r.fault, HTTP_HEADER_TOO_LONG);
	assert_false(r.complete);
	assert_true(used <= HTTP_HEADER_MAX + 1);
	/* A long field alone is fine. */
	big[HTTP_HEADER_MAX - 4] = '\r';
	big[HTTP_HEADER_MAX - 3] = '\n';
	big[HTTP_HEADER_MAX - 2] = '\r';
	big[HTTP_HEADER_MAX - 1] = '\n';
	feed(&r, big, sizeof(big), 1000);
	assert_true(r.complete);
	assert_int_equal(r.fault, HTTP_FINE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded_replies_are_understood_in_pieces_of_any_size),
		cmocka_unit_test(test_what_is_not_http_is_refused),
		cmocka_unit_test(test_what_http_allows_is_taken),
		cmocka_unit_test(test_a_header_without_end_is_refused_at_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
