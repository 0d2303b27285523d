"""What is announced, as the router sees it: attributes and next hops."""

import time

import pytest

from lab import capture, router, speaker, topology, waiting
from lab.topology import HOST, HOST6, HOST_AS, ROUTER6, ROUTER_AS

IGP = 0


@pytest.mark.essential
def test_ebgp_attributes(lab, bgplbd):
    _, (v4, v6) = lab.serve("web1")
    lab.router.wait_has(v4, v6)
    table = lab.router.received()
    for prefix in (v4, v6):
        assert table[prefix].origin == IGP
        assert table[prefix].as_path == [HOST_AS]
        assert not table[prefix].has(router.LOCAL_PREF)
    assert table[v4].next_hop == HOST
    assert table[v6].next_hop == HOST6


def test_ibgp_attributes(lab):
    inner = router.Router(lab.router2_node, HOST_AS, topology.ROUTER2,
                          [router.Neighbor(topology.HOST_AT_2, HOST_AS)])
    inner.start()
    try:
        lab.run_bgplbd(topology.configuration(
            topology.neighbor(), topology.neighbor(topology.ROUTER2, HOST_AS)))
        inner.wait_established()
        _, (v4, v6) = lab.serve("web1")
        inner.wait_has(v4, v6)
        table = inner.received()
        for prefix in (v4, v6):
            assert table[prefix].origin == IGP
            assert table[prefix].as_path == []
            assert table[prefix].local_preference == 100
        assert table[v4].next_hop == topology.HOST_AT_2
        assert table[v6].next_hop == topology.HOST6_AT_2
    finally:
        inner.stop()


def test_next_hops_are_the_sessions_own_address_over_ipv6(lab):
    lab.run_bgplbd(topology.configuration(topology.neighbor(ROUTER6)), established=False)
    lab.router.wait_established(HOST6)
    _, (v4, v6) = lab.serve("web1")
    lab.router.wait_has(v4, v6)
    table = lab.router.received()
    assert table[v6].next_hop == HOST6
    assert table[v4].next_hop == HOST6, "the router takes IPv6 next hops for IPv4 (RFC 8950)"


def test_configured_next_hops_are_used(lab):
    lab.run_bgplbd(topology.configuration(
        "nexthop 192.0.2.77\n", "nexthop 2001:db8:f:1::77\n", topology.neighbor()))
    _, (v4, v6) = lab.serve("web1")
    lab.router.wait_has(v4, v6)
    table = lab.router.received()
    assert table[v4].next_hop == "192.0.2.77"
    assert table[v6].next_hop == "2001:db8:f:1::77"


@pytest.mark.parametrize("family", [0, 1], ids=["IPv4", "IPv6"])
def test_route_refresh_is_answered_with_the_familys_table(lab, family):
    lab.run_bgplbd(topology.configuration(
        topology.neighbor(), topology.neighbor(topology.ROUTER2, 65002, "connect-retry 1")))
    _, prefixes = lab.serve("web1")
    lab.wait_served(*prefixes)
    with speaker.Speaker(lab.router2_node, topology.ROUTER2) as listener, \
            capture.Capture(lab.router2_node, "eth0") as seen, \
            listener.accept() as conversation:
        conversation.establish(65002, topology.ROUTER2)
        waiting.until(lambda: all(seen.announcements(p) for p in prefixes), "the table", step=0.1)
        conversation.send(speaker.route_refresh(afi=family + 1))
        waiting.until(lambda: len(seen.announcements(prefixes[family])) == 2,
                      "the table is sent again", step=0.1)
        time.sleep(0.3)
        assert len(seen.announcements(prefixes[1 - family])) == 1


def test_end_of_rib_follows_the_first_table(lab):
    lab.run_bgplbd()
    _, prefixes = lab.serve("web1")
    lab.wait_served(*prefixes)
    lab.stop_bgplbd()
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.run_bgplbd()
        lab.router.wait_has(*prefixes)
        time.sleep(0.5)
        updates = seen.of_type(capture.UPDATE, HOST)
    ends = [m for m in updates if not m.announced() and not m.withdrawn()]
    assert len(ends) == 2, updates
    assert updates.index(ends[0]) >= 1, "End-of-RIB before the table"


@pytest.mark.parametrize("as_", [4200000001])
def test_four_octet_as_stands_in_the_path(lab, as_):
    other = router.Router(lab.router2_node, ROUTER_AS, topology.ROUTER2,
                          [router.Neighbor(topology.HOST_AT_2, as_)])
    other.start()
    try:
        lab.run_bgplbd(topology.configuration(
            topology.neighbor(topology.ROUTER2, ROUTER_AS), as_=as_), established=False)
        other.wait_established()
        _, prefixes = lab.serve("web1")
        other.wait_has(*prefixes)
        assert other.received()[prefixes[0]].as_path == [as_]
    finally:
        lab.stop_bgplbd()
        other.stop()
