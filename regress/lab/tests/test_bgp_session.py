"""Sessions with real routers: up, kept, ended, and up again."""

import time

import pytest

from lab import capture, router, topology, waiting
from lab.topology import HOST, HOST6, HOST_AS, ROUTER, ROUTER6, ROUTER_AS

CEASE, ADMINISTRATIVE_SHUTDOWN = 6, 2
HOLD_TIMER_EXPIRED = 4


@pytest.fixture
def with_router(lab):
    """Replaces the usual router by another on the same node, for one test."""
    lab.stop_bgplbd()
    lab.router.stop()
    usual, started = lab.router, []

    def replace(*neighbors, **options):
        lab.router = router.Router(lab.router_node, ROUTER_AS, ROUTER, neighbors, **options)
        lab.router.start()
        started.append(lab.router)
        return lab.router

    yield replace
    lab.stop_bgplbd()
    for one in started:
        one.stop()
    lab.router = usual
    usual.start()


def notifications_of(seen):
    return [(int(m.value("bgp.notify.major_error")), m) for m in
            seen.of_type(capture.NOTIFICATION, HOST)]


@pytest.mark.essential
def test_session_comes_up_over_ipv4(lab, bgplbd):
    state = lab.control.neighbors()[ROUTER]
    assert state["state"] == "Established"
    assert state["remote_as"] == ROUTER_AS
    assert state["router_id"] == ROUTER
    assert state["local_address"] == HOST
    assert state["families"] == ["ipv4", "ipv6"]
    assert lab.router.neighbor(HOST)["state"]["router_id"] == HOST


@pytest.mark.essential
def test_session_comes_up_over_ipv6(lab):
    lab.run_bgplbd(topology.configuration(topology.neighbor(ROUTER6)), established=False)
    lab.router.wait_established(HOST6)
    state = lab.control.neighbors()[ROUTER6]
    assert state["state"] == "Established"
    assert state["local_address"] == HOST6
    assert state["families"] == ["ipv4", "ipv6"]


def test_session_is_up_at_once_when_the_router_is_ready(lab):
    lab.stop_bgplbd()
    lab.router.wait_down()
    began = time.monotonic()
    lab.run_bgplbd()
    assert time.monotonic() - began < 1.5


def test_open_offers_both_families_four_octet_as_and_route_refresh(lab):
    lab.stop_bgplbd()
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.run_bgplbd()
        sent = seen.first(capture.OPEN, HOST)
    assert sent.value("bgp.open.version") == "4"
    assert sent.value("bgp.open.myas") == str(HOST_AS)
    assert sent.value("bgp.open.identifier") == HOST
    assert sent.value("bgp.open.holdtime") == "90"
    families = zip(sent.values("bgp.cap.mp.afi"), sent.values("bgp.cap.mp.safi"))
    assert sorted(families) == [("1", "1"), ("2", "1")]
    assert sent.values("bgp.cap.4as") == [str(HOST_AS)]
    assert "2" in sent.values("bgp.cap.type")


def test_as_above_65535_is_sent_as_as_trans_and_in_the_capability(lab, with_router):
    with_router(router.Neighbor(HOST, 4200000001))
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.run_bgplbd(topology.configuration(as_=4200000001))
        sent = seen.first(capture.OPEN, HOST)
    assert sent.value("bgp.open.myas") == "23456"
    assert sent.values("bgp.cap.4as") == ["4200000001"]


def test_hold_time_is_the_lower_of_both_offers(lab, with_router):
    with_router(router.Neighbor(HOST, HOST_AS, hold_time=30))
    lab.run_bgplbd()
    assert lab.control.neighbors()[ROUTER]["hold_time"] == 30


def test_own_hold_time_is_offered_and_keepalives_keep_the_session(lab):
    lab.run_bgplbd(topology.configuration(
        topology.neighbor(ROUTER, ROUTER_AS, "holdtime 3")))
    assert lab.control.neighbors()[ROUTER]["hold_time"] == 3
    waiting.stays(lab.router.is_established, "the session", 5, step=0.2)
    assert lab.control.neighbors()[ROUTER]["times_established"] == 1


def test_silent_router_gets_hold_timer_expired(lab):
    lab.run_bgplbd(topology.configuration(
        topology.neighbor(ROUTER, ROUTER_AS, "holdtime 3")))
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.router.freeze()
        try:
            sent = waiting.until(
                lambda: notifications_of(seen), "a NOTIFICATION", 8, step=0.2)
        finally:
            lab.router.thaw()
    assert [code for code, _ in sent] == [HOLD_TIMER_EXPIRED]
    lab.router.wait_established(seconds=10)


def test_router_that_restarts_is_back_within_seconds(lab, bgplbd):
    _, prefixes = lab.serve("web1")
    lab.wait_served(*prefixes)
    lab.router.kill()
    waiting.until(lambda: lab.control.neighbors()[ROUTER]["state"] != "Established",
                  "the session is down")
    lab.router.start()
    lab.router.wait_established(seconds=5)
    lab.router.wait_has(*prefixes, seconds=2)
    assert lab.control.neighbors()[ROUTER]["times_established"] >= 2


def test_router_that_comes_up_late_is_connected_soon(lab):
    lab.stop_bgplbd()
    lab.router.stop()
    lab.run_bgplbd(established=False)
    time.sleep(6)
    lab.router.start()
    lab.router.wait_established(seconds=5)


def test_router_that_ends_in_order_is_named_with_its_reason(lab, bgplbd):
    lab.router.stop()
    waiting.until(lambda: lab.control.neighbors()[ROUTER]["state"] != "Established",
                  "the session is down")
    # Then there is nobody who listens, which does not say why.
    row = waiting.until(
        lambda: (n := lab.control.neighbors()[ROUTER])["last_error"].startswith("connect") and n,
        "another attempt has failed")
    shown = lab.control.text("show", "neighbors", ROUTER)
    found = lab.control.run("check").stdout
    lab.router.start()
    assert row["last_received"]["code"] == CEASE, row
    assert "Last received:      Cease" in shown, shown
    assert "the neighbor said: Cease" in found, found
    assert f"neighbor {ROUTER}" in bgplbd.log()


@pytest.mark.essential
def test_stop_sends_cease_administrative_shutdown(lab, bgplbd):
    _, prefixes = lab.serve("web1")
    lab.wait_served(*prefixes)
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.stop_bgplbd()
        sent = waiting.until(lambda: notifications_of(seen), "a NOTIFICATION", 2, step=0.1)
    assert [code for code, _ in sent] == [CEASE]
    assert sent[0][1].values("bgp.notify.minor_error_cease") == [str(ADMINISTRATIVE_SHUTDOWN)]
    lab.router.wait_lacks(*prefixes, seconds=2)
    assert set(prefixes) <= set(lab.routes()), "a stop leaves the local routes"


def test_two_neighbors_both_get_what_is_announced(lab):
    second = router.Router(lab.router2_node, 65002, topology.ROUTER2,
                           [router.Neighbor(topology.HOST_AT_2, HOST_AS)])
    second.start()
    try:
        lab.run_bgplbd(topology.configuration(
            topology.neighbor(), topology.neighbor(topology.ROUTER2, 65002)))
        second.wait_established()
        container, prefixes = lab.serve("web1")
        for one in (lab.router, second):
            one.wait_has(*prefixes)
        assert second.received()[prefixes[0]].next_hop == topology.HOST_AT_2
        assert lab.router.received()[prefixes[0]].next_hop == HOST
        container.be_unhealthy()
        for one in (lab.router, second):
            one.wait_lacks(*prefixes)
    finally:
        second.stop()


def test_neighbor_that_is_away_does_not_hold_up_the_other(lab):
    lab.run_bgplbd(topology.configuration(
        topology.neighbor(), topology.neighbor(topology.ROUTER2, 65002)))
    container, prefixes = lab.serve("web1")
    lab.wait_served(*prefixes)
    container.be_unhealthy()
    lab.wait_not_served(*prefixes)
    assert lab.control.neighbors()[topology.ROUTER2]["state"] != "Established"


def listeners(lab):
    done = lab.host.run("ss", "-Hltn", "sport", "=", ":179")
    return [line.split()[3] for line in done.stdout.splitlines()]


def test_does_not_listen_unless_a_port_is_configured(lab, bgplbd):
    assert listeners(lab) == []


@pytest.mark.parametrize("address,local", [(HOST, ROUTER), (HOST6, ROUTER6)])
def test_passive_neighbor_connects_to_the_configured_port(lab, with_router, address, local):
    active = with_router(router.Neighbor(address, HOST_AS, passive=False, local_address=local),
                         port=-1)
    lab.run_bgplbd(topology.configuration(
        "listen port 179\n", topology.neighbor(local, ROUTER_AS, "passive")), established=False)
    assert sorted(listeners(lab)) == ["0.0.0.0:179", "[::]:179"]
    active.wait_established(address, seconds=25)
    assert lab.control.neighbors()[local]["passive"] is True
    _, prefixes = lab.serve("web1")
    active.wait_has(*prefixes)


def test_connection_from_a_stranger_is_closed(lab):
    lab.run_bgplbd(topology.configuration("listen port 179\n", topology.neighbor()))
    answer = lab.client.run("timeout", 5, "python3", "-c", (
        "import socket; s = socket.create_connection(('%s', 179)); s.settimeout(3)\n"
        "try: print(s.recv(100))\nexcept ConnectionResetError: print(b'')") % HOST)
    assert answer.stdout.strip() == "b''"
    assert lab.router.is_established()


@pytest.mark.essential
def test_password_protects_the_session(lab, with_router):
    with_router(router.Neighbor(HOST, HOST_AS, password="from the lab"))
    lab.run_bgplbd(topology.configuration(
        topology.neighbor(ROUTER, ROUTER_AS, 'password "from the lab"')))
    assert lab.control.neighbors()[ROUTER]["state"] == "Established"
    with capture.Capture(lab.router_node, "eth0") as seen:
        _, prefixes = lab.serve("web1")
        lab.router.wait_has(*prefixes)
        options = seen.tcp_field("tcp.options.md5.digest", HOST)
    assert options and all(options), "segments without an MD5 option"


def test_wrong_password_gets_no_session(lab, with_router):
    with_router(router.Neighbor(HOST, HOST_AS, password="one"))
    daemon = lab.run_bgplbd(topology.configuration(
        topology.neighbor(ROUTER, ROUTER_AS, 'password "other"')), established=False)
    waiting.stays(lambda: not lab.router.is_established(), "no session", 4, step=0.3)
    assert "other" not in daemon.log()


@pytest.mark.essential
def test_routes_of_the_neighbor_are_counted_and_dropped(lab, bgplbd):
    before = lab.host.ip("route"), lab.host.ip("-6", "route")
    for prefix in ("198.18.0.0/24", "198.18.1.0/24", "2001:db8:bad::/48"):
        lab.router.gobgp("global", "rib", "add", prefix,
                         "-a", "ipv6" if ":" in prefix else "ipv4")
    try:
        waiting.until(lambda: lab.control.neighbors()[ROUTER]["prefixes_received"] == 3,
                      lambda: f"3 prefixes counted: {lab.control.neighbors()[ROUTER]}")
        assert (lab.host.ip("route"), lab.host.ip("-6", "route")) == before
        lab.router.gobgp("global", "rib", "del", "198.18.0.0/24")
        waiting.until(lambda: lab.control.neighbors()[ROUTER]["updates_received"] >= 4,
                      "the withdrawal arrived")
        assert lab.router.is_established()
    finally:
        lab.router.gobgp("global", "rib", "del", "all")
        lab.router.gobgp("global", "rib", "del", "all", "-a", "ipv6")
