/*
 * Requests on their way to evhttp: what becomes of them, whatever the pieces.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <event2/buffer.h>

#include "bgplbd/frontend/plugin_body.h"
#include "bgplbd/frontend/plugin_call.h"
#include "regress/unit/frontend/recorded.h"

/* What comes out; the caller frees it. */
static char *
sift(const char *text, size_t len, size_t step)
{
	struct plugin_body *b = plugin_body_new();
	struct evbuffer *out = evbuffer_new();
	size_t used, n;
	char *result;

	assert_non_null(out);
	for (used = 0; used < len; used += n) {
		n = len - used < step ? len - used : step;
		plugin_body_feed(b, text + used, n, out);
	}
	n = evbuffer_get_length(out);
	result = calloc(1, n + 1);
	assert_non_null(result);
	evbuffer_remove(out, result, n);
	evbuffer_free(out);
	plugin_body_free(b);
	return result;
}

static void
check(const char *text, const char *wanted)
{
	size_t step;
	char *got;

	for (step = 1; step <= strlen(text); step++) {
		got = sift(text, strlen(text), step);
		assert_string_equal(got, wanted);
		free(got);
	}
}

#define JOIN "POST /NetworkDriver.Join HTTP/1.1\r\n"

static void
test_a_body_becomes_one_chunk_of_what_is_wanted(void **state)
{
	(void)state;
	check(JOIN "Host: \r\nContent-Length: 31\r\nX: y\r\n\r\n"
	    "{\"NetworkID\":\"a\",\"b\":[1,{}]}   "
	    JOIN "CONTENT-LENGTH:3 \r\n\r\n{ }" JOIN "\r\n" JOIN
	    "Content-Length: 0\r\n\r\n" JOIN "content-length:2\n\n{}",
	    JOIN "Host: \r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "11\r\n{\"NetworkID\":\"a\"}\r\n0\r\n\r\n"
	    JOIN "CONTENT-LENGTH:3 \r\n\r\n{ }" JOIN "\r\n" JOIN
	    "Content-Length: 0\r\n\r\n" JOIN "content-length:2\n\n{}");
	check(JOIN "\r\n" JOIN "Content-Length: 0\r\n\r\n" JOIN
	    "content-length:2\n\n{}", JOIN "\r\n" JOIN
	    "Content-Length: 0\r\n\r\n" JOIN "Transfer-Encoding: chunked\r\n\n"
	    "2\r\n{}\r\n0\r\n\r\n");
}

static void
test_a_refused_body_becomes_a_mark(void **state)
{
	char *got;

	(void)state;
	check(JOIN "Content-Length: 4\r\n\r\n{\"a}" JOIN
	    "Content-Length: 2\r\n\r\n{}", JOIN
	    "Transfer-Encoding: chunked\r\n\r\n1\r\nM\r\n0\r\n\r\n" JOIN
	    "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
	got = sift(JOIN "Content-Length: 99999999\r\n\r\n{", strlen(JOIN) + 31,
	    1);
	assert_string_equal(got, JOIN "Transfer-Encoding: chunked\r\n\r\n");
	free(got);
	assert_non_null(strstr(plugin_body_fault("L", 1), "longer than"));
	assert_non_null(strstr(plugin_body_fault("D", 1), "deep"));
	assert_non_null(strstr(plugin_body_fault("W", 1), "64 KiB"));
	assert_non_null(strstr(plugin_body_fault("M", 1), "not a JSON"));
	assert_null(plugin_body_fault("{}", 2));
	assert_null(plugin_body_fault("{", 1));
	assert_null(plugin_body_fault(NULL, 0));
}

static void
test_what_is_not_plain_is_handed_on_as_it_is(void **state)
{
	static const char *const texts[] = {
		JOIN "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}  ",
		JOIN "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}  ",
		JOIN "Content-Length: -2\r\n\r\n{}", JOIN
		"Content-Length: 2x\r\n\r\n{}", JOIN
		"Content-Length: 99999999999999999999\r\n\r\n{}", JOIN
		"Content-Length: 9999999999999999999999999999\r\n\r\n{}", JOIN
		"Content-Length:\r\n\r\n{}", JOIN
		"Content-Length:\r\n 2\r\n\r\n{}", JOIN
		"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", JOIN
		"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2",
		"GET / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}  ",
		"POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}  ",
		"\r\n\r\n" JOIN "Content-Length: 4\r\n\r\n{\"a}",
		"\n" JOIN "Content-Length: 4\r\n\r\n{\"a}",
		"\x16\x03\x01\n\n garbage",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check(texts[i], texts[i]);
}

static void
test_a_long_header_is_handed_on_as_it_is(void **state)
{
	static char text[3 * PLUGIN_HEADER_MAX];
	char *got;
	size_t step;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	memcpy(text, JOIN "X: ", strlen(JOIN "X: "));
	for (step = 1; step < sizeof(text); step = step * 3 + 1) {
		got = sift(text, strlen(text), step);
		assert_string_equal(got, text);
		free(got);
	}
}

/* The body in its one chunk. */
static char *
chunk_of(char *request, size_t *len)
{
	char *body = strstr(request, "\r\n\r\n");

	assert_non_null(body);
	assert_non_null(strstr(request, "Transfer-Encoding: chunked"));
	*len = strtoul(body + 4, &body, 16);
	return body + 2;
}

/* Means to the rde what the whole would. */
static void
check_recorded(const char *path, const char *body, size_t len, size_t step)
{
	struct v6subnet_memo memo = { .next = 0 };
	struct plugin_call whole, sifted;
	struct sentence why;
	char request[4096], *got, *kept;
	size_t kept_len, message_len;
	const void *message;

	snprintf(request, sizeof(request), "POST %s HTTP/1.1\r\nHost: \r\n"
	    "Content-Length: %zu\r\n\r\n%s", path, len, body);
	got = sift(request, strlen(request), step);
	kept = chunk_of(got, &kept_len);
	assert_true(kept_len <= len);
	assert_int_equal(plugin_call_parse(path, kept, kept_len, &memo,
	    &sifted, &why), plugin_call_parse(path, body, len, &memo, &whole,
	    &why));
	message = plugin_call_message(&whole, &message_len);
	if (plugin_call_type(&whole) != 0)
		assert_memory_equal(message, plugin_call_message(&sifted,
		    &message_len), message_len);
	free(got);
}

static void
test_recorded_calls_mean_the_same_in_pieces_of_any_size(void **state)
{
	static const char *const names[] = {
		"IpamDriver.ReleaseAddress-none", "IpamDriver.ReleaseAddress-v4",
		"IpamDriver.ReleaseAddress-v6", "IpamDriver.ReleasePool-v4",
		"IpamDriver.RequestAddress-aux",
		"IpamDriver.RequestAddress-gateway",
		"IpamDriver.RequestAddress-ip", "IpamDriver.RequestAddress-v6",
		"IpamDriver.RequestPool-none", "IpamDriver.RequestPool-v4",
		"IpamDriver.RequestPool-v6-option",
		"IpamDriver.RequestPool-wide",
		"NetworkDriver.CreateEndpoint-both",
		"NetworkDriver.CreateEndpoint-v4",
		"NetworkDriver.CreateNetwork-aux",
		"NetworkDriver.CreateNetwork-both",
		"NetworkDriver.CreateNetwork-other-ipam",
		"NetworkDriver.CreateNetwork-v6",
		"NetworkDriver.DeleteEndpoint", "NetworkDriver.DeleteNetwork",
		"NetworkDriver.EndpointOperInfo", "NetworkDriver.Join",
		"NetworkDriver.Leave",
	};
	char file[128], path[128], *body;
	size_t engine, i, len, step;

	(void)state;
	for (engine = 0; engine < RECORDED_ENGINES; engine++)
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			snprintf(file, sizeof(file), "%s.json", names[i]);
			snprintf(path, sizeof(path), "/%s", names[i]);
			path[strcspn(path, "-")] = '\0';
			body = recorded_load(recorded_engines[engine], file,
			    &len);
			for (step = 1; step <= len; step += 1 + step / 8)
				check_recorded(path, body, len, step);
			free(body);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_body_becomes_one_chunk_of_what_is_wanted),
		cmocka_unit_test(test_a_refused_body_becomes_a_mark),
		cmocka_unit_test(test_what_is_not_plain_is_handed_on_as_it_is),
		cmocka_unit_test(test_a_long_header_is_handed_on_as_it_is),
		cmocka_unit_test(
		    test_recorded_calls_mean_the_same_in_pieces_of_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
