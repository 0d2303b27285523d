"""The lab's own parts, without bgplbd: what the other tests trust in."""

import time

import pytest

from lab import capture, route_monitor, router, waiting
from lab.topology import GATEWAY_NETWORK, HOST, HOST_AS, ROUTER, ROUTER_AS


@pytest.fixture
def announcer(lab):
    """gobgpd in bgplbd's place."""
    lab.stop_bgplbd()
    made = router.Router(lab.host, HOST_AS, HOST, [
        router.Neighbor(ROUTER, ROUTER_AS, passive=False, local_address=HOST)], port=-1)
    made.start()
    lab.router.wait_established()
    yield made
    made.stop()


def test_capture_shows_what_is_announced_and_withdrawn_and_when(lab, announcer):
    prefixes = {"10.9.0.1/32": "ipv4", "2001:db8:9::/64": "ipv6"}
    with capture.Capture(lab.router_node, "eth0", incoming_only=True) as seen:
        for verb in ("add", "del"):
            for prefix, family in prefixes.items():
                began = time.time()
                announcer.gobgp("global", "rib", verb, prefix, "-a", family)
                look = seen.announcements if verb == "add" else seen.withdrawals
                message = waiting.until(lambda: look(prefix), f"{verb} {prefix}", 5)[0]
                assert message.source == HOST
                assert began < message.time < time.time()
    assert len(seen.of_type(capture.UPDATE)) == 4


def test_router_shows_what_it_received(lab, announcer):
    announcer.gobgp("global", "rib", "add", "10.9.0.1/32", "nexthop", "192.0.2.99")
    lab.router.wait_has("10.9.0.1/32")
    path = lab.router.received()["10.9.0.1/32"]
    assert (path.next_hop, path.as_path) == ("192.0.2.99", [HOST_AS])
    announcer.gobgp("global", "rib", "del", "10.9.0.1/32")
    lab.router.wait_lacks("10.9.0.1/32")


def test_service_changes_its_health_and_tells_its_signals(lab):
    lab.create_gateway()
    container = lab.engine.run_container("web1", [GATEWAY_NETWORK])
    container.be_unhealthy()
    container.wait_health("unhealthy")
    container.be_healthy()
    container.wait_health("healthy")
    began = time.time()
    lab.engine.docker("kill", "-s", "USR2", "web1")
    waiting.until(lambda: container.time_of("got USR2"), "USR2 is told")
    lab.engine.docker("stop", "-t", "5", "web1")
    assert began - 0.1 < container.time_of("got TERM") < began + 3
    assert container.signalled("12") == pytest.approx(began, abs=1)


def test_gateway_network_carries_traffic(lab):
    lab.create_gateway()
    container = lab.engine.run_container("web1", [GATEWAY_NETWORK])
    address = container.inspect()["NetworkSettings"]["Networks"][GATEWAY_NETWORK]["IPAddress"]
    done = lab.host.run("curl", "-s", "--max-time", "2", f"http://{address}/cgi-bin/who")
    assert done.stdout.startswith("hello from web1 to ")


def test_route_monitor_stamps_changes(lab):
    with route_monitor.RouteMonitor(lab.host) as seen:
        began = time.time()
        lab.host.run("ip", "route", "add", "198.18.7.0/24", "dev", "eth0")
        lab.host.run("ip", "route", "del", "198.18.7.0/24", "dev", "eth0")
        waiting.until(lambda: len([c for c in seen.changes() if c[2] == "198.18.7.0/24"]) == 2,
                      "both changes are seen")
        assert began <= seen.last_addition("198.18.7.0/24") <= seen.last_removal("198.18.7.0/24")
