/* A kernel connection in a namespace of its own, for network 1 and endpoint 2. */
#ifndef REGRESS_RDE_KERNEL_FIXTURE_H
#define REGRESS_RDE_KERNEL_FIXTURE_H

#include <errno.h>
#include <net/if.h>

#include "bgplbd/rde/kernel.h"
#include "regress/unit/rde/fixtures.h"

#define BRIDGE		"bgplb-00000001a"
#define HOST_END	"bgpve-00000002b"
#define CONTAINER_END	"bgpvc-00000002b"

static const uint8_t mac[MAC_SIZE] = { 0x02, 0x42, 0x0a, 0, 0, 0x65 };

struct fixture {
	int			 socket;	/* the kernel's */
	struct kernel		*kernel;
	struct object_id	 network;
	struct object_id	 endpoint;
};

static inline int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	*state = f;
	if (geteuid() != 0)
		return 0;
	enter_namespace();
	f->socket = kernel_socket();
	assert_true(f->socket != -1);
	f->kernel = kernel_open(f->socket);
	assert_non_null(f->kernel);
	f->network = numbered_id(1, 'a');
	f->endpoint = numbered_id(2, 'b');
	return 0;
}

static inline int
teardown(void **state)
{
	struct fixture *f = *state;

	kernel_close(f->kernel);
	free(f);
	return 0;
}

static inline struct fixture *
fixture(void **state)
{
	if (geteuid() != 0)
		skip();
	return *state;
}

static inline int
make_bridge(struct fixture *f)
{
	int ifindex = 0;
	bool made;

	if (kernel_bridge_ensure(f->kernel, &f->network, 0,
	    &ifindex, &made) == -1)
		fail_msg("%s", kernel_error(f->kernel));
	assert_true(ifindex > 0);
	return ifindex;
}

/* The bridge of network 3. */
#define OTHER_BRIDGE	"bgplb-00000003c"

static inline int
make_other_bridge(struct fixture *f)
{
	struct object_id network = numbered_id(3, 'c');
	int ifindex = 0;
	bool made;

	assert_int_equal(kernel_bridge_ensure(f->kernel, &network, 0,
	    &ifindex, &made), 0);
	return ifindex;
}

static inline int
make_veth(struct fixture *f, int bridge)
{
	int ifindex = 0;

	if (kernel_veth_create(f->kernel, &f->endpoint, bridge, mac, 0,
	    &ifindex) == -1)
		fail_msg("%s", kernel_error(f->kernel));
	assert_true(ifindex > 0);
	return ifindex;
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif /* REGRESS_RDE_KERNEL_FIXTURE_H */
