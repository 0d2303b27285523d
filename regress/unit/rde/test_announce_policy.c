/* What the settings do not let be announced: refused, or kept and not announced. */
#include "regress/unit/rde/engine_harness.h"

#define OUTSIDE4	"10.1.0.101/32"

static void
allow(struct engine *e, const char *text, uint8_t longest)
{
	struct allowed_prefix *a;

	a = &e->settings.allowed[e->settings.nallowed++];
	a->prefix = prefix(text);
	a->longest = longest;
}

/* Again, with what is allowed now. */
static void
restart(struct engine *e)
{
	if (e->pid != 0)
		stop_engine(e);
	start_engine(e);
	send_state(e, NULL);
}

static struct control_prefix
show(struct engine *e, const char *text)
{
	struct control_prefix row, found;
	struct prefix p = prefix(text);
	struct received r;

	memset(&found, 0, sizeof(found));
	send_to(e->frontend, CONTROL_SHOW_PREFIXES, 6, NULL, 0);
	for (;;) {
		assert_true(receive_from(e->frontend, &r, ANSWER_MS));
		assert_true(control_reply_is_valid(r.hdr.type, r.data,
		    r.len));
		if (r.hdr.type == CONTROL_RESULT)
			break;
		memcpy(&row, r.data, sizeof(row));
		if (prefix_cmp(&row.prefix, &p) == 0)
			found = row;
	}
	return found;
}

static void
test_network_outside_is_refused_before_anything_is_made(void **state)
{
	struct engine *e = engine(state);
	struct plugin_reply r;

	allow(e, "10.0.0.0/16", 32);
	allow(e, "2001:db8::/32", 128);
	restart(e);
	r = call_network(e, MSG_FRONTEND_NETWORK_CREATE, 1, OUTSIDE4, P6);
	assert_int_equal(r.error, EPERM);
	assert_non_null(strstr(r.text, OUTSIDE4 " may not be announced: no "
	    "\"allow prefix\" covers it"));
	r = call_network(e, MSG_FRONTEND_NETWORK_CREATE, 1, P4,
	    "2001:db9::1/128");
	assert_int_equal(r.error, EPERM);
	assert_non_null(strstr(r.text, "2001:db9::1/128 may not be"));
	r = call_network(e, MSG_FRONTEND_NETWORK_CREATE, 1, "10.1.0.0/24",
	    NULL);
	assert_int_equal(r.error, EPERM);
	assert_non_null(strstr(r.text, "\"allow prefix 10.1.0.0/24 le 32\""));
	assert_false(output_has("ip link", "bgplb-"));
	create_network(e, 1, P4, P6);
	create_network(e, 2, "10.0.7.0/24", NULL);
}

static void
test_network_that_stands_for_no_address_is_not_asked_about(void **state)
{
	struct engine *e = engine(state);

	allow(e, "2001:db8::/32", 128);
	restart(e);
	create_network(e, 1, NULL, P6);
}

static void
test_labelled_network_outside_is_shown_as_refused_and_logged_once(
    void **state)
{
	struct engine *e = engine(state);
	struct control_prefix row;
	unsigned int i;

	allow(e, "172.23.1.0/24", 24);
	restart(e);
	for (i = 0; i < 3; i++) {
		sync_begins(e);
		tell_network(e, 1, false, "172.23.1.0/24", NULL);
		tell_network(e, 2, false, "172.24.0.0/16", NULL);
		sync_ends(e);
	}
	expect_announce(e, "172.23.1.0/24", NULL);
	expect_ready(e);
	settle(e);
	row = show(e, "172.24.0.0/16");
	assert_int_equal(row.state, PREFIX_REFUSED);
	assert_int_equal(row.refusal, REFUSAL_NOT_ALLOWED);
	assert_string_equal(row.network_name, "web2");
	assert_int_equal(show(e, "172.23.1.0/24").state, PREFIX_ANNOUNCED);
	assert_int_equal(log_count(e, "network web2 (00000002aaaa): "
	    "172.24.0.0/16 may not be announced"), 1);
}

static void
test_default_route_of_a_labelled_network_is_refused_without_a_list(
    void **state)
{
	struct engine *e = engine(state);

	sync_begins(e);
	tell_network(e, 1, false, "0.0.0.0/0", "fe80::/64");
	sync_ends(e);
	expect_ready(e);
	settle(e);
	assert_int_equal(show(e, "0.0.0.0/0").refusal, REFUSAL_DEFAULT_ROUTE);
	assert_int_equal(show(e, "fe80::/64").refusal, REFUSAL_LINK_LOCAL);
	assert_true(log_has(e, "network web1 (00000001aaaa): 0.0.0.0/0 may "
	    "not be announced: it is the default route"));
}

static void
test_after_a_restart_with_less_a_network_is_kept_but_not_announced(
    void **state)
{
	struct engine *e = engine(state);
	struct control_prefix row;

	begin_with_container(e);
	assert_true(has_route("10.0.0.101"));
	allow(e, "2001:db8::/32", 128);
	restart(e);
	sync_begins(e);
	tell_network(e, 1, true, P4, P6);
	tell_container(e, container(1, 1, P4, P6, HEALTH_HEALTHY));
	sync_ends(e);
	expect_announce(e, P6, NULL);
	row = show(e, P4);
	assert_int_equal(row.state, PREFIX_REFUSED);
	assert_int_equal(row.refusal, REFUSAL_NOT_ALLOWED);
	assert_int_equal(log_count(e, "network web1 (00000001aaaa): " P4
	    " may not be announced"), 1);
	await_no_route("10.0.0.101");
	assert_true(has_route("2001:db8:0:1000::101"));
	assert_true(output_has("ip link", "bgplb-00000001a"));
	/* Its containers come and go. */
	join(e, 2, 1, P4, P6);
}

static void
test_link_local_address_that_is_named_is_announced(void **state)
{
	struct engine *e = engine(state);

	allow(e, "169.254.169.0/24", 32);
	restart(e);
	create_network(e, 1, "169.254.169.254/32", NULL);
	sync_begins(e);
	tell_network(e, 1, true, "169.254.169.254/32", NULL);
	sync_ends(e);
	expect_ready(e);
	join(e, 1, 1, "169.254.169.254/32", NULL);
	tell_container(e, container(1, 1, "169.254.169.254/32", NULL,
	    HEALTH_HEALTHY));
	expect_announce(e, "169.254.169.254/32", NULL);
	assert_true(has_route("169.254.169.254"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(
		    test_network_outside_is_refused_before_anything_is_made),
		ENGINE_TEST(
		    test_network_that_stands_for_no_address_is_not_asked_about),
		ENGINE_TEST(
		    test_labelled_network_outside_is_shown_as_refused_and_logged_once),
		ENGINE_TEST(
		    test_default_route_of_a_labelled_network_is_refused_without_a_list),
		ENGINE_TEST(
		    test_after_a_restart_with_less_a_network_is_kept_but_not_announced),
		ENGINE_TEST(
		    test_link_local_address_that_is_named_is_announced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
