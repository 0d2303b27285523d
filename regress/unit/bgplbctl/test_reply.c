/* Which packets make a reply, and that no other does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgplbctl/reply.h"
#include "regress/unit/bgplbctl/packets.h"
#include "regress/unit/bgplbctl/rows.h"

static enum reply_progress
add(struct reply *reply, uint32_t type, const void *data, size_t len)
{
	unsigned char packet[PACKET_MAX];

	return reply_add(reply, packet, packet_make(packet, type, data, len));
}

static enum reply_progress
add_result(struct reply *reply, uint32_t outcome, const char *text)
{
	unsigned char packet[PACKET_MAX];

	return reply_add(reply, packet,
	    packet_make_result(packet, outcome, text));
}

static void
test_rows_and_a_result_make_a_reply(void **state)
{
	struct control_neighbor up = rows_neighbor_up();
	struct control_neighbor down = rows_neighbor_down();
	struct reply reply;

	(void)state;
	reply_init(&reply, CONTROL_SHOW_NEIGHBORS);
	assert_int_equal(add(&reply, CONTROL_NEIGHBOR, &up, sizeof(up)),
	    REPLY_MORE);
	assert_int_equal(add(&reply, CONTROL_NEIGHBOR, &down, sizeof(down)),
	    REPLY_MORE);
	assert_int_equal(add_result(&reply, CONTROL_OK, "x"), REPLY_COMPLETE);
	assert_int_equal(reply.nrows, 2);
	assert_memory_equal(&reply.neighbors[0], &up, sizeof(up));
	assert_memory_equal(&reply.neighbors[1], &down, sizeof(down));
	assert_int_equal(reply.result.outcome, CONTROL_OK);
	assert_string_equal(reply.result.text, "x");
	reply_clear(&reply);
}

static void
test_rows_of_containers_make_a_reply(void **state)
{
	struct control_start_failure row;
	struct reply reply;

	(void)state;
	memset(&row, 0, sizeof(row));
	memset(row.container_id, 'a', sizeof(row.container_id) - 1);
	row.error[0] = 'x';
	reply_init(&reply, CONTROL_SHOW_START_FAILURES);
	assert_int_equal(add(&reply, CONTROL_START_FAILURE, &row, sizeof(row)),
	    REPLY_MORE);
	assert_int_equal(add_result(&reply, CONTROL_OK, ""), REPLY_COMPLETE);
	assert_int_equal(reply.nrows, 1);
	assert_memory_equal(&reply.start_failures[0], &row, sizeof(row));
	reply_clear(&reply);
	reply_init(&reply, CONTROL_SHOW_DOCKER);
	assert_int_equal(add(&reply, CONTROL_START_FAILURE, &row, sizeof(row)),
	    REPLY_MALFORMED);
	reply_clear(&reply);
}

static void
test_a_result_alone_makes_a_reply(void **state)
{
	struct reply reply;

	(void)state;
	reply_init(&reply, CONTROL_WITHDRAW);
	assert_int_equal(add_result(&reply, CONTROL_NO_SUCH_PREFIX, ""),
	    REPLY_COMPLETE);
	assert_int_equal(reply.nrows, 0);
	assert_int_equal(reply.result.outcome, CONTROL_NO_SUCH_PREFIX);
	reply_clear(&reply);
}

static void
test_rows_of_another_request_are_malformed(void **state)
{
	struct control_neighbor neighbor = rows_neighbor_up();
	struct control_prefix prefix = rows_prefix_lb();
	struct reply reply;

	(void)state;
	reply_init(&reply, CONTROL_SHOW_NEIGHBORS);
	assert_int_equal(add(&reply, CONTROL_PREFIX, &prefix, sizeof(prefix)),
	    REPLY_MALFORMED);
	reply_init(&reply, CONTROL_SHOW_PREFIXES);
	assert_int_equal(add(&reply, CONTROL_NEIGHBOR, &neighbor,
	    sizeof(neighbor)), REPLY_MALFORMED);
	reply_init(&reply, CONTROL_WITHDRAW);
	assert_int_equal(add(&reply, CONTROL_PREFIX, &prefix, sizeof(prefix)),
	    REPLY_MALFORMED);
	reply_clear(&reply);
}

static void
test_requests_and_unknown_types_are_malformed(void **state)
{
	static const uint32_t types[] = {
		0, CONTROL_SHOW_NEIGHBORS, CONTROL_RESULT + 1, 1000, UINT32_MAX
	};
	struct reply reply;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		reply_init(&reply, CONTROL_SHOW_NEIGHBORS);
		assert_int_equal(add(&reply, types[i], NULL, 0),
		    REPLY_MALFORMED);
		reply_clear(&reply);
	}
}

static void
test_wrong_sizes_are_malformed(void **state)
{
	unsigned char packet[PACKET_MAX], zeros[CHANNEL_PAYLOAD_MAX] = { 0 };
	struct reply reply;
	size_t len, n;

	(void)state;
	reply_init(&reply, CONTROL_SHOW_PREFIXES);
	n = packet_make_result(packet, CONTROL_OK, "");
	for (len = 0; len < n; len++)
		assert_int_equal(reply_add(&reply, packet, len),
		    REPLY_MALFORMED);
	packet[n] = 0;
	assert_int_equal(reply_add(&reply, packet, n + 1), REPLY_MALFORMED);
	for (len = 0; len <= CHANNEL_PAYLOAD_MAX; len += 7)
		if (len != sizeof(struct control_result))
			assert_int_equal(add(&reply, CONTROL_RESULT, zeros,
			    len), REPLY_MALFORMED);
	assert_int_equal(add(&reply, CONTROL_RESULT, zeros,
	    CHANNEL_PAYLOAD_MAX), REPLY_MALFORMED);
	reply_clear(&reply);
}

static void
test_unterminated_text_and_unknown_values_are_malformed(void **state)
{
	struct control_neighbor neighbor = rows_neighbor_up();
	struct control_result result;
	struct reply reply;

	(void)state;
	reply_init(&reply, CONTROL_SHOW_NEIGHBORS);
	memset(neighbor.description, 'x', sizeof(neighbor.description));
	assert_int_equal(add(&reply, CONTROL_NEIGHBOR, &neighbor,
	    sizeof(neighbor)), REPLY_MALFORMED);
	neighbor = rows_neighbor_up();
	neighbor.state = BGP_STATE_LAST + 1;
	assert_int_equal(add(&reply, CONTROL_NEIGHBOR, &neighbor,
	    sizeof(neighbor)), REPLY_MALFORMED);
	memset(&result, 'x', sizeof(result));
	result.outcome = CONTROL_OK;
	assert_int_equal(add(&reply, CONTROL_RESULT, &result, sizeof(result)),
	    REPLY_MALFORMED);
	assert_int_equal(add_result(&reply, CONTROL_OUTCOME_LAST + 1, ""),
	    REPLY_MALFORMED);
	assert_int_equal(reply.nrows, 0);
	reply_clear(&reply);
}

static void
test_rows_are_bounded(void **state)
{
	struct control_prefix row = rows_prefix_lb();
	struct reply reply;
	size_t i;

	(void)state;
	reply_init(&reply, CONTROL_SHOW_PREFIXES);
	for (i = 0; i < REPLY_ROWS_MAX; i++)
		if (add(&reply, CONTROL_PREFIX, &row, sizeof(row)) !=
		    REPLY_MORE)
			break;
	assert_int_equal(i, REPLY_ROWS_MAX);
	assert_int_equal(add(&reply, CONTROL_PREFIX, &row, sizeof(row)),
	    REPLY_TOO_LONG);
	assert_int_equal(add_result(&reply, CONTROL_OK, ""), REPLY_COMPLETE);
	reply_clear(&reply);
	assert_null(reply.prefixes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_and_a_result_make_a_reply),
		cmocka_unit_test(test_rows_of_containers_make_a_reply),
		cmocka_unit_test(test_a_result_alone_makes_a_reply),
		cmocka_unit_test(test_rows_of_another_request_are_malformed),
		cmocka_unit_test(test_requests_and_unknown_types_are_malformed),
		cmocka_unit_test(test_wrong_sizes_are_malformed),
		cmocka_unit_test(
		    test_unterminated_text_and_unknown_values_are_malformed),
		cmocka_unit_test(test_rows_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
