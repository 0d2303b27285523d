"""Pools: networks wider than a host route, whose containers get an address each."""

import pytest

from lab import image, route_monitor, topology, waiting
from lab.topology import GATEWAY_NETWORK, LABEL

POOL4, POOL6 = "10.1.0.0/29", "2001:db8:1::/64"
COMMAND = ("network", "create", "--driver", "bgplb", "--ipam-driver", "bgplb")


def addresses(container, network="pool"):
    found = container.inspect()["NetworkSettings"]["Networks"][network]
    return found["IPAddress"], found["GlobalIPv6Address"]


def prefixes(container):
    v4, v6 = addresses(container)
    return [f"{v4}/32"] + ([f"{v6}/128"] if v6 else [])


def create_pool(lab, *options, name="pool", v4=POOL4):
    return lab.engine.docker(*COMMAND, "--subnet", v4, *options, name)


def run(lab, name, *options, check=True):
    """A container of the pool alone, without a health check."""
    lab.engine.create_container(name, ["pool"], health=False, options=options)
    if not check:
        return lab.engine.refusal("start", name)
    lab.engine.docker("start", name)
    return lab.engine.container(name)


@pytest.mark.essential
def test_each_container_has_its_own_addresses_and_serves_them(lab, bgplbd):
    lab.create_gateway(LABEL)
    lab.engine.create_network("pool", POOL4, POOL6)
    one = lab.engine.run_container("one", [GATEWAY_NETWORK, "pool"])
    two = lab.engine.run_container("two", [GATEWAY_NETWORK, "pool"])
    assert addresses(one) == ("10.1.0.1", "2001:db8:1::1")
    assert addresses(two) == ("10.1.0.2", "2001:db8:1::2")
    lab.wait_served(*prefixes(one), *prefixes(two))
    lab.router.wait_has(topology.GATEWAY_SUBNET, topology.GATEWAY_SUBNET6)
    shown = lab.control.prefixes()
    assert {shown[p]["network_name"] for p in prefixes(one) + prefixes(two)} == {"pool"}
    lab.router.use_routes()
    try:
        for name, container in (("one", one), ("two", two)):
            for address in addresses(container):
                page = waiting.until(lambda a=address: lab.fetch(a), f"a page from {address}", 5)
                assert page.startswith(f"hello from {name} to "), page
    finally:
        lab.router.forget_routes()
    one.be_unhealthy()
    lab.wait_not_served(*prefixes(one))
    lab.wait_served(*prefixes(two))


def test_address_that_the_host_has_got_is_not_given(lab, bgplbd):
    create_pool(lab)
    lab.host.run("ip", "address", "add", "10.1.0.1/32", "dev", "eth1")
    try:
        one = run(lab, "one")
        assert addresses(one)[0] == "10.1.0.2"
        lab.wait_served(*prefixes(one))
        assert "in use by the host itself" in run(lab, "two", "--ip", "10.1.0.1", check=False)
    finally:
        lab.host.run("ip", "address", "del", "10.1.0.1/32", "dev", "eth1")


@pytest.mark.essential
def test_addresses_asked_for_are_given_or_refused_with_the_reason(lab, bgplbd):
    lab.engine.docker(*COMMAND, "--subnet", POOL4, "--ipv6", "--subnet", POOL6, "pool")
    one = run(lab, "one", "--ip", "10.1.0.5", "--ip6", "2001:db8:1::beef")
    assert addresses(one) == ("10.1.0.5", "2001:db8:1::beef")
    lab.wait_served("10.1.0.5/32", "2001:db8:1::beef/128")
    waiting.until(lambda: lab.control.prefixes()["10.1.0.5/32"]["state"] == "announced", "known")
    error = run(lab, "taken", "--ip", "10.1.0.5", check=False)
    assert "bgplb: 10.1.0.5 is taken by container one (" in error, error
    error = lab.engine.refusal("run", "--network", "pool", "--ip", "10.2.0.5", image.NAME)
    assert "10.2.0.5" in error, error
    error = run(lab, "broadcast", "--ip", "10.1.0.7", check=False)
    assert "bgplb: 10.1.0.7 is not given out, for it is the broadcast address" in error, error
    assert set(lab.control.prefixes()) == set(prefixes(one))


@pytest.mark.essential
def test_full_pool_refuses_until_an_address_is_given_back(lab, bgplbd):
    """A range of four, less the gateway and an auxiliary address."""
    create_pool(lab, "--ip-range", "10.1.0.4/30", "--gateway", "10.1.0.4",
                "--aux-address", "router=10.1.0.6", v4="10.1.0.0/28")
    assert addresses(run(lab, "one"))[0] == "10.1.0.5"
    assert addresses(run(lab, "two"))[0] == "10.1.0.7"
    error = run(lab, "three", check=False)
    assert "bgplb: no address of 10.1.0.4/30 is free" in error, error
    error = run(lab, "reserved", "--ip", "10.1.0.6", check=False)
    assert "bgplb: 10.1.0.6 is reserved in its network" in error, error
    # What a user asks for may be outside of the range.
    assert addresses(run(lab, "four", "--ip", "10.1.0.9"))[0] == "10.1.0.9"
    lab.wait_served("10.1.0.5/32", "10.1.0.7/32", "10.1.0.9/32")
    lab.engine.docker("rm", "-f", "one")
    lab.wait_not_served("10.1.0.5/32")
    lab.engine.docker("start", "three")
    lab.wait_served("10.1.0.5/32")


def fill(lab, count):
    """That many more containers, and one that the pool has no address for."""
    found = [addresses(run(lab, f"more{i}"))[0] for i in range(count)]
    assert "is free" in run(lab, "last", check=False)
    return found


@pytest.mark.essential
def test_addresses_are_known_again_when_bgplbd_was_restarted(lab, bgplbd):
    create_pool(lab, "--gateway", "10.1.0.3")
    kept = prefixes(run(lab, "one"))
    run(lab, "two")
    lab.wait_served("10.1.0.1/32", "10.1.0.2/32")
    bgplbd.kill()
    # It ends while nobody hears of it, and its address is not lost.
    lab.host.run("kill", "-9", lab.engine.inspect("two")["State"]["Pid"])
    with route_monitor.RouteMonitor(lab.host) as watched:
        lab.run_bgplbd(established=False)
        error = run(lab, "taken", "--ip", "10.1.0.1", check=False)
        assert "10.1.0.1 is taken by " in error, error
        waiting.until(lambda: not lab.engine.inspect("two")["State"]["Running"], "it ended", 40)
        assert set(fill(lab, 4)) == {"10.1.0.2", "10.1.0.4", "10.1.0.5", "10.1.0.6"}
        assert [c for c in watched.changes() if c[2] in kept] == []
    lab.wait_served("10.1.0.1/32", "10.1.0.2/32", "10.1.0.6/32")


@pytest.mark.essential
def test_addresses_are_given_once_when_the_engine_was_restarted(lab, bgplbd):
    create_pool(lab, "--gateway", "10.1.0.3", "--aux-address", "router=10.1.0.2")
    kept = ["--restart", "always"]
    chosen = run(lab, "chosen", "--ip", "10.1.0.6", *kept)
    run(lab, "one", *kept)
    run(lab, "two", *kept)
    lab.engine.kill()
    bgplbd.kill()
    lab.run_bgplbd(established=False)
    lab.engine.start()
    running = [chosen, lab.engine.container("one"), lab.engine.container("two")]
    waiting.until(lambda: all(c.inspect()["State"]["Running"] for c in running), "all run")
    found = [addresses(c)[0] for c in running]
    assert found[0] == "10.1.0.6" and len({*found, "10.1.0.2", "10.1.0.3"}) == 5, found
    lab.wait_served(*(f"{address}/32" for address in found))
    assert len({*found, *fill(lab, 1)}) == 4


def test_addresses_of_containers_that_outlive_the_engine_are_not_given_again(
        lab, bgplbd, live_restore):
    """The engine tells its plugin what they have before it starts any other."""
    create_pool(lab)
    kept = [run(lab, "one"), run(lab, "two", "--ip", "10.1.0.3")]
    waits = run(lab, "waits", "--restart", "always")
    found = [addresses(c)[0] for c in kept]
    lab.wait_served(*(f"{address}/32" for address in found))
    pid = waits.inspect()["State"]["Pid"]
    lab.engine.kill()
    bgplbd.kill()
    lab.host.run("kill", "-9", pid)
    lab.run_bgplbd(established=False)
    lab.engine.start()
    waiting.until(lambda: waits.inspect()["State"]["Running"]
                  and addresses(waits)[0] not in ("", "invalid IP"), "it runs again", 30)
    assert [addresses(c)[0] for c in kept] == found
    given = {*found, addresses(waits)[0], *fill(lab, 3)}
    assert given == {f"10.1.0.{i}" for i in range(1, 7)}


@pytest.mark.essential
def test_pools_that_overlap_are_refused_by_name(lab, bgplbd):
    create_pool(lab)
    for subnet in ("10.1.0.4/30", "10.1.0.0/24", "10.1.0.3/32", POOL4):
        error = lab.engine.refusal(*COMMAND, "--subnet", subnet, "other")
        assert f"bgplb: {subnet} overlaps with {POOL4} of network pool (" in error, error
    lab.engine.create_network("web1", "10.1.1.5/32")
    waiting.until(lambda: lab.control.prefixes()["10.1.1.5/32"]["network_name"] == "web1",
                  "Docker has told the name")
    error = lab.engine.refusal(*COMMAND, "--subnet", "10.1.1.0/24", "other")
    assert "10.1.1.0/24 overlaps with 10.1.1.5/32 of network web1 (" in error, error
