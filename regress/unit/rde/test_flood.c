/*
 * A sibling that floods the rde, or does not read what it says, does not make it grow.
 */
#include "bgplbd/messages/child.h"
#include "bgplbd/rde/engine.h"
#include "regress/unit/flood.h"
#include "regress/unit/rde/engine_harness.h"

#define FLOOD		400000
#define NETWORKS	40	/* labelled */
/* A queue, and what the process has anyway. */
#define GROWTH_MAX	((size_t)4 * 1024 * 1024)

static void
assert_is_small(const struct engine *e, size_t before)
{
	size_t now = resident_of_pid(e->pid);

	print_message("rde: %zu KB, before %zu KB\n", now / 1024,
	    before / 1024);
	if (RESIDENT_IS_KNOWN)
		assert_in_range(now, 0, before + GROWTH_MAX);
}

/* Subnets 10.N.0.0/24 to 10.N.15.0/24 of a labelled network of its own. */
static struct network_fact
labelled(unsigned int number)
{
	struct network_fact f;
	struct address a;
	unsigned int i;

	memset(&f, 0, sizeof(f));
	f.network = numbered_id(number, 'd');
	f.labelled = 1;
	f.nsubnets = NETWORK_SUBNETS_MAX;
	for (i = 0; i < NETWORK_SUBNETS_MAX; i++) {
		a = address_from_ipv4(0x0a000000 + number * 0x10000 +
		    i * 0x100);
		assert_int_equal(prefix_make(&a, 24, &f.subnets[i]), 0);
	}
	return f;
}

static void
tell_labelled(struct engine *e, unsigned int n)
{
	struct network_fact f;
	unsigned int i;

	sync_begins(e);
	for (i = 1; i <= n; i++) {
		f = labelled(i);
		send_to(e->frontend, MSG_FRONTEND_NETWORK, 0, &f, sizeof(f));
	}
	sync_ends(e);
}

static void
test_frontend_that_does_not_read_is_not_read(void **state)
{
	struct engine *e = engine(state);
	struct plugin_address pool = { .pool = prefix("10.9.0.0/24") };
	unsigned int asked, answered;
	struct received r;
	size_t before;

	pool.range = pool.pool;
	begin_with_network(e);
	before = resident_of_pid(e->pid);
	asked = flood(e->frontend, MSG_FRONTEND_POOL_REQUEST, &pool,
	    sizeof(pool), FLOOD);
	assert_true(asked < FLOOD);
	assert_is_small(e, before);
	for (answered = 0; answered < asked; answered++) {
		expect(e->frontend, MSG_RDE_PLUGIN_REPLY, &r);
		assert_int_equal(r.hdr.peerid, answered);
	}
	/* The rde goes on. */
	assert_done(call_network(e, MSG_FRONTEND_NETWORK_DELETE, 1, NULL,
	    NULL));
}

static void
test_session_engine_that_does_not_read_holds_the_frontend(void **state)
{
	struct engine *e = engine(state);
	struct network_fact fact = labelled(1);
	unsigned int told = 0;
	struct received r;
	size_t before;

	begin_with_network(e);
	before = resident_of_pid(e->pid);
	while (told < FLOOD && flood(e->frontend, MSG_FRONTEND_NETWORK, &fact,
	    sizeof(fact), 1) == 1 && flood(e->frontend,
	    MSG_FRONTEND_NETWORK_GONE, &fact.network, sizeof(fact.network),
	    1) == 1)
		told++;
	assert_true(told < FLOOD);
	assert_is_small(e, before);
	while (receive_from(e->session, &r, SILENCE_MS))
		;
	assert_done(call_network(e, MSG_FRONTEND_NETWORK_DELETE, 1, NULL,
	    NULL));
}

/* Of the answers that it does not read, it gets the last. */
static void
test_session_engine_that_asks_and_does_not_read_gets_the_last_answer(
    void **state)
{
	struct engine *e = engine(state);
	struct nexthop_query query = { .local = address("192.0.2.1") };
	struct nexthop_answer answer;
	struct received r;
	unsigned int i;
	size_t before;

	begin_with_network(e);
	before = resident_of_pid(e->pid);
	for (i = 0; i < FLOOD; i++)
		send_to(e->session, MSG_SESSION_NEXTHOP, i % 100, &query,
		    sizeof(query));
	query.local = address("192.0.2.2");
	send_to(e->session, MSG_SESSION_NEXTHOP, 0, &query, sizeof(query));
	/* All of it was read. */
	assert_done(call_network(e, MSG_FRONTEND_NETWORK_CREATE, 1, P4, P6));
	assert_is_small(e, before);
	while (receive_from(e->session, &r, SILENCE_MS)) {
		assert_int_equal(r.hdr.type, MSG_RDE_NEXTHOP);
		if (r.hdr.peerid == 0)
			memcpy(&answer, r.data, sizeof(answer));
	}
	assert_int_equal(address_cmp(&answer.local, &query.local), 0);
}

static void
test_barriers_that_nobody_sent_end_the_rde(void **state)
{
	struct engine *e = engine(state);
	struct barrier barrier = { .sequence = 1000 };

	begin_with_network(e);
	send_to(e->session, MSG_SESSION_BARRIER, 0, &barrier,
	    sizeof(barrier));
	assert_int_equal(engine_status(e), 1);
	assert_true(log_has(e, "barrier 1000 was never sent"));
}

/* In order, each prefix once, though others go meanwhile. */
static void
test_long_list_comes_in_turns(void **state)
{
	struct engine *e = engine(state);
	const struct object_id first = numbered_id(1, 'd');
	unsigned int rows = 0, turns = 1;
	struct control_prefix row;
	struct prefix last = { .len = 0 };
	struct received r;

	tell_labelled(e, NETWORKS);
	send_to(e->frontend, CONTROL_SHOW_PREFIXES, 8, NULL, 0);
	for (;;) {
		assert_true(receive_from(e->frontend, &r, ANSWER_MS));
		assert_int_equal(r.hdr.peerid, 8);
		if (r.hdr.type == CONTROL_RESULT)
			break;
		if (r.hdr.type == CONTROL_PREFIX) {
			memcpy(&row, r.data, sizeof(row));
			assert_true(prefix_cmp(&last, &row.prefix) < 0);
			last = row.prefix;
			rows++;
			continue;
		}
		assert_int_equal(r.hdr.type, MSG_CONTROL_PAUSED);
		/* The first network goes; its rows were shown. */
		if (turns++ == 1)
			send_to(e->frontend, MSG_FRONTEND_NETWORK_GONE, 0,
			    &first, sizeof(first));
		send_to(e->frontend, MSG_FRONTEND_CONTINUE, 8, NULL, 0);
	}
	assert_int_equal(rows, NETWORKS * NETWORK_SUBNETS_MAX);
	assert_true(turns > 1);
}

static void
test_more_lists_than_clients_end_the_rde(void **state)
{
	struct engine *e = engine(state);
	struct received r;
	unsigned int i;

	tell_labelled(e, NETWORKS);
	for (i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		send_to(e->frontend, CONTROL_SHOW_PREFIXES, i, NULL, 0);
		do
			assert_true(receive_from(e->frontend, &r, ANSWER_MS));
		while (r.hdr.type == CONTROL_PREFIX);
		assert_int_equal(r.hdr.type, MSG_CONTROL_PAUSED);
	}
	/* One makes room for another. */
	send_to(e->frontend, MSG_FRONTEND_LEFT, 3, NULL, 0);
	send_to(e->frontend, CONTROL_SHOW_PREFIXES, 99, NULL, 0);
	do
		assert_true(receive_from(e->frontend, &r, ANSWER_MS));
	while (r.hdr.type == CONTROL_PREFIX);
	send_to(e->frontend, CONTROL_SHOW_PREFIXES, 100, NULL, 0);
	assert_int_equal(engine_status(e), 1);
	assert_true(log_has(e, "asked for more than 32 lists at one time"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(test_frontend_that_does_not_read_is_not_read),
		ENGINE_TEST(
		    test_session_engine_that_does_not_read_holds_the_frontend),
		ENGINE_TEST(test_session_engine_that_asks_and_does_not_read_gets_the_last_answer),
		ENGINE_TEST(test_barriers_that_nobody_sent_end_the_rde),
		ENGINE_TEST(test_long_list_comes_in_turns),
		ENGINE_TEST(test_more_lists_than_clients_end_the_rde),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
