/*
 * The sieve: what it keeps of a text, whatever the pieces, and what it refuses.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbd/frontend/docker_wanted.h"
#include "bgplbd/messages/docker_request.h"
#include "common/log.h"
#include "regress/unit/frontend/json_projection.h"
#include "regress/unit/frontend/recorded.h"

#define LIMIT	1024

static const struct json_wanted inner[] = { { "c", NULL }, { NULL, NULL } };
static const struct json_wanted any[] = {
	{ JSON_ANY_KEY, inner }, { "k", NULL }, { NULL, NULL }
};
static const struct json_wanted table[] = {
	{ "Id", NULL }, { "a.b", inner }, { "m", any }, { NULL, NULL }
};

/* All elements, each ended by "|" if it is whole and "+" if more was wanted. */
struct kept {
	char	text[2048];
	size_t	longest;
};

static void
keep(const struct json_element *e, void *arg)
{
	struct kept *k = arg;

	if (e->text == NULL)
		strlcat(k->text, "fault", sizeof(k->text));
	else if (strlen(k->text) + e->len < sizeof(k->text) - 2)
		strncat(k->text, e->text, e->len);
	strlcat(k->text, e->over ? "+" : "|", sizeof(k->text));
	if (e->len > k->longest)
		k->longest = e->len;
}

static int
sift(enum json_sieve_shape shape, const char *text, size_t len, size_t step,
    struct kept *k)
{
	struct json_sieve *s = json_sieve_new(shape, table, LIMIT, keep, k);
	size_t used, n;
	int result = 0, error;

	memset(k, 0, sizeof(*k));
	for (used = 0; used < len && result == 0; used += n) {
		n = len - used < step ? len - used : step;
		result = json_sieve_feed(s, text + used, n);
	}
	if (result == 0 && shape != JSON_SIEVE_LINES)
		result = json_sieve_end(s);
	error = errno;
	json_sieve_free(s);
	errno = error;
	return result;
}

static void
check(enum json_sieve_shape shape, const char *text, const char *wanted)
{
	struct kept k;
	size_t step;

	for (step = 1; step <= strlen(text); step++) {
		if (sift(shape, text, strlen(text), step, &k) == -1)
			fail_msg("refused: %s", text);
		assert_string_equal(k.text, wanted);
	}
}

static void
test_what_is_not_wanted_is_left_out(void **state)
{
	(void)state;
	check(JSON_SIEVE_WHOLE, "{}", "{}|");
	check(JSON_SIEVE_WHOLE, " { \"Id\" : \"x\" , \"y\" : [ 1, {\"Id\":2} ] } ",
	    "{\"Id\":\"x\"}|");
	check(JSON_SIEVE_WHOLE, "{\"y\":{\"Id\":1},\"a.b\":{\"c\":true,\"d\":1},"
	    "\"z\":null,\"Id\":null}",
	    "{\"a.b\":{\"c\":true},\"Id\":null}|");
	check(JSON_SIEVE_WHOLE, "{\"m\":{\"x\":{\"c\":-1.5e+3,\"d\":2},"
	    "\"k\":false,\"y\":{\"d\":0}}}",
	    "{\"m\":{\"x\":{\"c\":-1.5e+3},\"k\":false,\"y\":{}}}|");
}

static void
test_keys_are_compared_unescaped(void **state)
{
	(void)state;
	check(JSON_SIEVE_WHOLE, "{\"\\u0049d\":1,\"a\\u002eb\":{\"\\u0063\":2},"
	    "\"I\\u0064x\":3,\"I\":4}",
	    "{\"\\u0049d\":1,\"a\\u002eb\":{\"\\u0063\":2}}|");
}

/* As they were, so that a reader finds what it would have found. */
static void
test_values_of_another_type_stay_of_that_type(void **state)
{
	(void)state;
	check(JSON_SIEVE_WHOLE, "{\"Id\":{\"x\":1},\"a.b\":\"s\",\"m\":7}",
	    "{\"Id\":{},\"a.b\":\"s\",\"m\":7}|");
	check(JSON_SIEVE_WHOLE, "{\"Id\":[1,[2]],\"a.b\":[{\"c\":1,\"d\":2},3,"
	    "[{\"c\":4}]]}", "{\"Id\":[],\"a.b\":[{\"c\":1},3,[{\"c\":4}]]}|");
	check(JSON_SIEVE_LIST, "[{\"Id\":1},2,\"x\",[{\"Id\":3,\"x\":4}],null]",
	    "{\"Id\":1}|2|\"x\"|[{\"Id\":3}]|null|");
}

static void
test_a_key_that_comes_twice_stays_twice(void **state)
{
	(void)state;
	check(JSON_SIEVE_WHOLE, "{\"Id\":1,\"x\":0,\"Id\":2}",
	    "{\"Id\":1,\"Id\":2}|");
}

static void
test_a_list_is_told_element_by_element(void **state)
{
	(void)state;
	check(JSON_SIEVE_LIST, "[]", "");
	check(JSON_SIEVE_LIST, " null ", "");
	check(JSON_SIEVE_LIST, " [ {\"Id\":1,\"x\":[]} , {} ]\n",
	    "{\"Id\":1}|{}|");
}

static void
test_a_faulty_line_is_told_and_the_next_is_read(void **state)
{
	(void)state;
	check(JSON_SIEVE_LINES, "{\"Id\":1}\n\r\n{\"Id\":\n{\"Id\":2}\r\n"
	    "{\"Id\":\"a\nx\n3\n{} {}\n[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n"
	    "{\"Id\":4}\n{\"Id\":5}",
	    "{\"Id\":1}|fault|{\"Id\":2}|fault|fault|fault|fault|fault|"
	    "{\"Id\":4}|");
}

static void
test_a_malformed_text_is_refused_where_nothing_is_wanted_too(void **state)
{
	static const char *const texts[] = {
		"", " ", "{", "}", "[", "{]", "{\"a\"}", "{\"a\":}",
		"{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1,}", "{,}",
		"{\"x\":[1 2]}", "{\"x\":[1,]}", "{\"x\":[,1]}", "{} {}", "1",
		"\"a\"", "true", "{a:1}", "{1:2}", "{\"a\":b}", "{\"a\":nul}",
		"{\"a\":truefalse}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}",
		"{\"a\":1e}", "{\"a\":+1}", "{\"a\":-}", "{\"a\":0x1}",
		"{\"a\":1e+}", "{\"a\":-01}", "{\"a\":\"\\x\"}",
		"{\"a\":\"\\u12g4\"}", "{\"a\":\"\n\"}", "{\"a\":\"\t\"}",
		"{\"a\":[1,2}", "{\"a\":{\"b\":1]}", "\xef\xbb\xbf{}",
		"{}garbage", "{\"a\":[\"b\":1]}", "{\"a\":1", "{\"a\":\"b",
	};
	struct kept k;
	size_t i, step;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (step = 1; step <= strlen(texts[i]) + 1; step++) {
			if (sift(JSON_SIEVE_WHOLE, texts[i], strlen(texts[i]),
			    step, &k) == 0)
				fail_msg("taken: %s", texts[i]);
			assert_int_equal(errno, EINVAL);
		}
	assert_int_equal(sift(JSON_SIEVE_LIST, "{}", 2, 2, &k), -1);
	assert_int_equal(sift(JSON_SIEVE_LIST, "nul", 3, 3, &k), -1);
	assert_int_equal(sift(JSON_SIEVE_LIST, "[1] 2", 5, 5, &k), -1);
	assert_int_equal(sift(JSON_SIEVE_WHOLE, "{}\0", 3, 3, &k), -1);
}

static void
test_depth_is_limited_everywhere(void **state)
{
	char text[128] = "{\"x\":";
	struct kept k;
	size_t len = strlen(text), i;

	(void)state;
	for (i = 0; i < JSON_READ_DEPTH - 1; i++)
		text[len++] = '[';
	for (i = 0; i < JSON_READ_DEPTH - 1; i++)
		text[len++] = ']';
	text[len++] = '}';
	assert_int_equal(sift(JSON_SIEVE_WHOLE, text, len, 1, &k), 0);
	memmove(text + 6, text + 5, len - 5);
	assert_int_equal(sift(JSON_SIEVE_WHOLE, text, len + 1, 1, &k), -1);
	assert_int_equal(errno, E2BIG);
}

/* "before", n times "piece", "after". */
static char *
repeat(const char *before, const char *piece, size_t n, const char *after)
{
	size_t size = strlen(before) + n * strlen(piece) + strlen(after) + 1;
	char *text = xmalloc(size), *p = text;

	p += strlcpy(p, before, size);
	for (; n > 0; n--)
		p += strlcpy(p, piece, size - (size_t)(p - text));
	strlcpy(p, after, size - (size_t)(p - text));
	return text;
}

static void
test_an_element_beyond_the_limit_keeps_its_id_and_harms_no_other(void **state)
{
	char *text = repeat("[{\"Id\":1},{\"Id\":2,\"a.b\":[",
	    "{\"c\":\"0123456789\"},", 100,
	    "{}],\"x\":0,\"m\":{\"k\":1},\"Id\":3},{\"Id\":4}]");
	struct kept k;
	size_t step;

	(void)state;
	for (step = 1; step < 100; step++) {
		assert_int_equal(sift(JSON_SIEVE_LIST, text, strlen(text),
		    step, &k), 0);
		assert_string_equal(k.text, "{\"Id\":1}|{\"Id\":2,\"Id\":3}+"
		    "{\"Id\":4}|");
	}
	free(text);
	/* Before it, too, and without end. */
	text = repeat("{\"m\":{", "\"x\":{\"c\":1},", 500,
	    "\"x\":0},\"Id\":5}");
	assert_int_equal(sift(JSON_SIEVE_WHOLE, text, strlen(text), 7, &k), 0);
	assert_string_equal(k.text, "{\"Id\":5}+");
	free(text);
	text = repeat("{", "\"Id\":1,", 5000, "\"Id\":2}");
	assert_int_equal(sift(JSON_SIEVE_WHOLE, text, strlen(text), 7, &k), 0);
	assert_true(k.longest <= LIMIT);
	free(text);
	text = repeat("{\"Id\":", "1", 5000, "}");
	assert_int_equal(sift(JSON_SIEVE_WHOLE, text, strlen(text), 7, &k), 0);
	assert_string_equal(k.text, "{}+");
	free(text);
}

static void
take_length(const struct json_element *e, void *arg)
{
	struct json *doc = json_parse(e->text, e->len);
	char text[64];

	assert_non_null(doc);
	assert_false(e->over);
	assert_int_equal(json_get_string(json_member(json_root(doc), "Id"),
	    text, sizeof(text)), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	json_free(doc);
	*(size_t *)arg = e->len;
}

static void
test_a_long_string_is_cut_but_not_in_an_escape(void **state)
{
	static const char *const pieces[] = { "a", "\\u00e9", "\\n",
	    "\xe2\x82\xac", "\\ud83d\\ude00" };
	struct json_sieve *s;
	size_t i, step, len;
	char *text;

	(void)state;
	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		for (step = 1; step < 8; step++) {
			size_t used, n;

			text = repeat("{\"Id\":\"", pieces[i], 9000, "\"}");
			s = json_sieve_new(JSON_SIEVE_WHOLE, table,
			    4 * JSON_SIEVE_STRING_MAX, take_length, &len);
			len = 0;
			for (used = 0; used < strlen(text); used += n) {
				n = strlen(text + used) < step ?
				    strlen(text + used) : step;
				assert_int_equal(json_sieve_feed(s,
				    text + used, n), 0);
				if (used % 4096 < step)
					step = step * 5 % 1021 + 1;
			}
			assert_int_equal(json_sieve_end(s), 0);
			assert_in_range(len, JSON_SIEVE_STRING_MAX - 6,
			    JSON_SIEVE_STRING_MAX + 10);
			json_sieve_free(s);
			free(text);
		}
}

struct projection {
	const struct json_wanted	*wanted;
	FILE				*out;
};

static void
project_element(const struct json_element *e, void *arg)
{
	struct projection *p = arg;
	struct json *doc;

	assert_non_null(e->text);
	assert_false(e->over);
	doc = json_parse(e->text, e->len);
	assert_non_null(doc);
	project(p->out, json_root(doc), p->wanted);
	json_free(doc);
}

/* The recorded reply says the same through the sieve, in pieces of that size. */
static void
check_recorded(const char *body, size_t len, size_t step, bool is_list,
    const struct json_wanted *wanted)
{
	struct projection p = { .wanted = wanted };
	struct json_iterator it;
	struct json_sieve *s;
	struct json *doc;
	char *sifted, *whole;
	size_t used, n, slen, wlen;

	p.out = open_memstream(&sifted, &slen);
	assert_non_null(p.out);
	s = json_sieve_new(is_list ? JSON_SIEVE_LIST : JSON_SIEVE_WHOLE, wanted,
	    DOCKER_OBJECT_MAX, project_element, &p);
	for (used = 0; used < len; used += n) {
		n = len - used < step ? len - used : step;
		assert_int_equal(json_sieve_feed(s, body + used, n), 0);
	}
	assert_int_equal(json_sieve_end(s), 0);
	json_sieve_free(s);
	fclose(p.out);
	p.out = open_memstream(&whole, &wlen);
	assert_non_null(p.out);
	doc = json_parse(body, len);
	assert_non_null(doc);
	if (is_list) {
		json_iterate(json_root(doc), &it);
		while (json_next(&it))
			project(p.out, it.value, wanted);
	} else
		project(p.out, json_root(doc), wanted);
	json_free(doc);
	fclose(p.out);
	assert_true(wlen > 10);
	assert_string_equal(sifted, whole);
	free(sifted);
	free(whole);
}

static void
test_recorded_replies_say_the_same_in_pieces_of_every_size(void **state)
{
	static const struct {
		const char	*name;
		uint32_t	 kind;
		bool		 is_list;
	} replies[] = {
		{ "networks.http", DOCKER_LIST_NETWORKS, true },
		{ "network-web1.http", DOCKER_INSPECT_NETWORK, false },
		{ "network-gw2.http", DOCKER_INSPECT_NETWORK, false },
		{ "containers.http", DOCKER_LIST_CONTAINERS, true },
		{ "containers.http", DOCKER_LIST_STOPPED, true },
		{ "container-created.http", DOCKER_INSPECT_CONTAINER, false },
		{ "container-exited.http", DOCKER_INSPECT_CONTAINER, false },
		{ "container-healthy.http", DOCKER_INSPECT_CONTAINER, false },
		{ "container-nohealth.http", DOCKER_INSPECT_CONTAINER, false },
		{ "container-paused.http", DOCKER_INSPECT_CONTAINER, false },
		{ "container-unhealthy.http", DOCKER_INSPECT_CONTAINER, false },
	};
	struct docker_wanted tables;
	size_t engine, i, step, len;
	char *text;

	(void)state;
	docker_wanted_init(&tables, "bgplb_advertise=true");
	for (engine = 0; engine < RECORDED_ENGINES; engine++)
		for (i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
			text = recorded_load(recorded_engines[engine],
			    replies[i].name, &len);
			recorded_body(text, &len);
			for (step = 1; step <= len; step += 1 + step / 64)
				check_recorded(text, len, step,
				    replies[i].is_list, docker_wanted_of(
				    &tables, replies[i].kind));
			free(text);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_not_wanted_is_left_out),
		cmocka_unit_test(test_keys_are_compared_unescaped),
		cmocka_unit_test(test_values_of_another_type_stay_of_that_type),
		cmocka_unit_test(test_a_key_that_comes_twice_stays_twice),
		cmocka_unit_test(test_a_list_is_told_element_by_element),
		cmocka_unit_test(test_a_faulty_line_is_told_and_the_next_is_read),
		cmocka_unit_test(
		    test_a_malformed_text_is_refused_where_nothing_is_wanted_too),
		cmocka_unit_test(test_depth_is_limited_everywhere),
		cmocka_unit_test(
		    test_an_element_beyond_the_limit_keeps_its_id_and_harms_no_other),
		cmocka_unit_test(test_a_long_string_is_cut_but_not_in_an_escape),
		cmocka_unit_test(
		    test_recorded_replies_say_the_same_in_pieces_of_every_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
