"""Several containers of one network on one host share its address, flow by flow."""

import collections
import socket
import time

import pytest

from lab import capture, daemon, image, route_monitor, topology, waiting
from lab.topology import GATEWAY_NETWORK, LABEL

V4, V6 = topology.address_of(1)
ADDRESS4, ADDRESS6 = V4.split("/")[0], V6.split("/")[0]
NETWORKS = [GATEWAY_NETWORK, "web1"]
REQUESTS = 40
FLOWS = 8
POLICIES = ("net.ipv4.fib_multipath_hash_policy", "net.ipv6.fib_multipath_hash_policy")


class Flow:
    """A connection over which the service says all the time who it is."""

    def __init__(self, lab, address):
        self._connection = lab.client.inside(lambda: socket.create_connection((address, 80), 3))
        self._connection.sendall(b"GET /cgi-bin/stream HTTP/1.0\r\n\r\n")
        self.server = self.hears()

    def hears(self):
        """Who serves it now; None if the connection is broken."""
        deadline = time.monotonic() + 3
        self._connection.settimeout(0.01)
        try:
            while self._connection.recv(4096):  # what came before
                pass
            return None
        except TimeoutError:
            pass
        except OSError:
            return None
        heard = b""
        self._connection.settimeout(3)
        while image.PAGE.encode() not in heard or not heard.endswith(b"\n"):
            try:
                more = self._connection.recv(4096)
            except OSError:
                more = b""
            if not more or time.monotonic() > deadline:
                return None
            heard += more
        return heard.decode().split()[-1]

    def close(self):
        self._connection.close()


@pytest.fixture
def first(lab, bgplbd):
    """The first container of the network, in use; flows are told apart by their ports."""
    for policy in POLICIES:
        lab.host.sysctl(policy, 1)
    lab.create_gateway(LABEL)
    lab.engine.create_network("web1", V4, V6)
    container = add(lab, "first")
    lab.router.wait_has(V4, V6, topology.GATEWAY_SUBNET, topology.GATEWAY_SUBNET6)
    lab.router.use_routes()
    for address in (ADDRESS4, ADDRESS6):
        waiting.until(lambda: lab.fetch(address), f"a page from {address}", 5)
    yield container
    lab.router.forget_routes()
    lab.engine.remove_all()
    waiting.until(lambda: not ours(lab), lambda: f"left: {ours(lab)}", 5)
    for policy in POLICIES:
        lab.host.sysctl(policy, 0)


def nexthops(lab):
    return lab.host.ip("nexthop", "show", "proto", daemon.ROUTE_PROTOCOL)


def ours(lab):
    """Nexthop objects and neighbor entries of ours."""
    return nexthops(lab) + [
        n for n in lab.host.ip("neigh", "show", "nud", "permanent")
        if n["dev"].startswith("bgplb-")]


def add(lab, name):
    """One more container, from which both families work."""
    container = lab.engine.run_container(name, NETWORKS)
    own = container.inspect()["NetworkSettings"]["Networks"][GATEWAY_NETWORK]
    for address in (own["IPAddress"], own["GlobalIPv6Address"]):
        waiting.until(lambda: lab.fetch(address, lab.host), f"{name} at {address}", 5)
    return container


def wait_serving(lab, number):
    waiting.until(lambda: {lab.control.prefixes()[p]["serving"] for p in (V4, V6)} == {number},
                  lambda: f"{number} serve: {lab.control.prefixes()}")


def answers(lab, address, requests=REQUESTS):
    """How many of the requests each container has answered; each has an answer."""
    pages = [lab.fetch(address) for _ in range(requests)]
    assert None not in pages, f"{pages.count(None)} of {requests} got no answer"
    return collections.Counter(page.split()[2] for page in pages)


def groups(lab):
    """Of each prefix, the (id, ids of members) of its group; None with a plain route."""
    found = {}
    for family, bits in (("-4", 32), ("-6", 128)):
        for route in lab.host.ip(family, "route", "show", "proto", daemon.ROUTE_PROTOCOL):
            group = None
            if "nhid" in route:
                shown = lab.host.ip("nexthop", "show", "id", route["nhid"])[0]
                group = (route["nhid"], [member["id"] for member in shown["group"]])
            found[f"{route['dst']}/{bits}"] = group
    return found


def changes_of_ours(watched):
    return [(added, prefix) for _, added, prefix in watched.changes() if prefix in (V4, V6)]


def removals(watched):
    return [prefix for added, prefix in changes_of_ours(watched) if not added]


@pytest.fixture
def flows(lab):
    """flows(): connections of both families; closed in the end."""
    opened = []

    def open_some():
        new = [Flow(lab, address) for address in (ADDRESS4, ADDRESS6) for _ in range(FLOWS)]
        opened.extend(new)
        return new

    yield open_some
    for flow in opened:
        flow.close()


def test_requests_spread_over_all_that_are_eligible(lab, first):
    assert groups(lab) == {V4: None, V6: None}
    add(lab, "second")
    wait_serving(lab, 2)
    assert lab.control.prefixes()[V4]["eligible"] == 2
    assert [len(members) for _, members in groups(lab).values()] == [2, 2]
    for address in (ADDRESS4, ADDRESS6):
        answered = answers(lab, address)
        assert set(answered) == {"first", "second"} and min(answered.values()) > 3, answered
        page = lab.fetch(address, lab.host)
        assert page is not None and page.startswith(image.PAGE), "the host itself is served"


@pytest.mark.essential
def test_only_the_flows_of_one_that_leaves_move(lab, first, flows):
    add(lab, "second")
    third = add(lab, "third")
    wait_serving(lab, 3)
    streams = flows()
    before = [flow.server for flow in streams]
    assert None not in before
    stood = groups(lab)
    with capture.Capture(lab.router_node, "eth0") as seen, \
            route_monitor.RouteMonitor(lab.host) as watched:
        third.be_unhealthy()
        wait_serving(lab, 2)
        for flow, server in zip(streams, before):
            assert flow.hears() == server or server == "third"
        assert removals(watched) == []
        assert seen.withdrawals(V4) == seen.withdrawals(V6) == []
    for prefix, (group, members) in groups(lab).items():
        assert group == stood[prefix][0] and len(members) == 2
        assert set(members) < set(stood[prefix][1]), "those that stay are the same"
    for address in (ADDRESS4, ADDRESS6):
        assert "third" not in answers(lab, address, 15)


def test_down_to_one_and_up_again_without_loss(lab, first, flows):
    second = add(lab, "second")
    wait_serving(lab, 2)
    with route_monitor.RouteMonitor(lab.host) as watched:
        streams = flows()
        before = [flow.server for flow in streams]
        second.be_unhealthy()
        wait_serving(lab, 1)
        assert groups(lab) == {V4: None, V6: None}
        assert nexthops(lab) == []
        for address in (ADDRESS4, ADDRESS6):
            assert set(answers(lab, address, 5)) == {"first"}
        stayed = [flow for flow, server in zip(streams, before) if server == "first"]
        assert [flow.hears() for flow in stayed] == ["first"] * len(stayed)
        second.be_healthy()
        wait_serving(lab, 2)
        assert [flow.hears() for flow in stayed] == ["first"] * len(stayed)
        assert removals(watched) == []
    for address in (ADDRESS4, ADDRESS6):
        waiting.until(lambda: "second" in answers(lab, address, 5), "second serves again")


@pytest.mark.essential
def test_restart_with_a_group_changes_nothing(lab, first, flows):
    add(lab, "second")
    wait_serving(lab, 2)
    stood, objects = groups(lab), ours(lab)
    streams = flows()
    with route_monitor.RouteMonitor(lab.host) as watched:
        lab.bgplbd.kill()
        lab.run_bgplbd()
        lab.router.wait_has(V4, V6)
        wait_serving(lab, 2)
        assert changes_of_ours(watched) == []
        assert watched.nexthop_changes() == []
    assert groups(lab) == stood and ours(lab) == objects
    assert [flow.hears() for flow in streams] == [flow.server for flow in streams]
    lab.engine.docker("rm", "-f", "second")
    wait_serving(lab, 1)
    assert groups(lab) == {V4: None, V6: None}


@pytest.mark.parametrize("away", [False, True], ids=["at once", "at the next start"])
def test_what_somebody_breaks_of_a_group_is_put_right(lab, first, away):
    add(lab, "second")
    wait_serving(lab, 2)
    if away:
        lab.stop_bgplbd()
    run = lab.host.run
    (_, members4), (group6, _) = groups(lab)[V4], groups(lab)[V6]
    run("ip", "nexthop", "del", "id", group6)
    via = lab.host.ip("nexthop", "show", "id", members4[0])[0]
    run("ip", "neigh", "del", via["gateway"], "dev", via["dev"])
    lab.run_bgplbd()
    lab.wait_served(V4, V6)
    wait_serving(lab, 2)
    waiting.until(lambda: all(lab.fetch(a) for a in (ADDRESS4, ADDRESS6)), "all are served")
    for address in (ADDRESS4, ADDRESS6):
        waiting.until(lambda: len(answers(lab, address, 10)) == 2, "both serve")
    assert [len(members) for _, members in groups(lab).values()] == [2, 2]
    assert len(nexthops(lab)) == 6
