#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgplbctl/md5_counters.h"

static void
test_counters_are_found_by_their_names(void **state)
{
	struct md5_counters c;

	(void)state;
	md5_counters_parse("TcpExt: SyncookiesSent TCPMD5NotFound "
	    "TCPMD5Unexpected TCPMD5Failure TCPLast\n"
	    "TcpExt: 9 18446744073709551615 2 3 7\n"
	    "IpExt: InNoRoutes TCPMD5Failure\nIpExt: 5 6\n", &c);
	assert_true(c.known);
	assert_true(c.not_found == UINT64_MAX);
	assert_int_equal(c.unexpected, 2);
	assert_int_equal(c.failure, 3);
}

static void
test_kernel_without_them_is_not_known(void **state)
{
	static const char *const texts[] = {
		"",
		"TcpExt: TCPMD5NotFound\n",
		"TcpExt: TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure\n"
		    "TcpExt: 1 2\n",
		"TcpExt: TCPMD5NotFoundX TCPMD5Unexpected TCPMD5Failure\n"
		    "TcpExt: 1 2 3\n",
	};
	struct md5_counters c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		md5_counters_parse(texts[i], &c);
		assert_false(c.known);
	}
}

static void
test_this_kernel_has_them(void **state)
{
	struct md5_counters c;

	(void)state;
	md5_counters_read(&c);
	assert_true(c.known);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counters_are_found_by_their_names),
		cmocka_unit_test(test_kernel_without_them_is_not_known),
		cmocka_unit_test(test_this_kernel_has_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
