"""The next hop is true at every moment: it follows the addresses of the host.

BIRD on the second router's node judges it, since it drops a route whose next hop it
cannot use.  The link to it is the one whose addresses change.
"""

import contextlib
import json
import os
import statistics
import subprocess
import time

import pytest

from lab import capture, router, speaker, topology, waiting
from lab.routers import bird, interface
from lab.topology import HOST, HOST6, HOST6_AT_2, HOST_AS, HOST_AT_2, ROUTER, ROUTER2, \
    ROUTER2_6, ROUTER_AS

UPLINK = "eth1"
OTHER6 = "2001:db8:f:2::11"  # comes after HOST6_AT_2: the lowest address is the next hop
BOOTS = int(os.environ.get("BGPLB_BOOTS", "2"))  # 20 for the figure in the note
CHANGES = 10  # of each kind, so 20 in all
LIMIT = 0.05
MP_NEXT_HOP = "bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv6"

CONFIGURATION = topology.configuration(
    topology.neighbor(), topology.neighbor(ROUTER2, ROUTER_AS, "connect-retry 1"))


@pytest.fixture(scope="module")
def peer(parts):
    """BIRD, which waits for bgplbd."""
    made = bird.Bird(parts.router2_node)
    made.start(interface.Facts(((ROUTER2, HOST_AT_2), (ROUTER2_6, HOST6_AT_2)), ROUTER_AS,
                               HOST_AS, ROUTER2))
    yield made
    made.stop()


@pytest.fixture
def served(lab, peer):
    """A container is served, and BIRD knows it; at the end the uplink is as it was."""
    lab.run_bgplbd(CONFIGURATION)
    _, prefixes = lab.serve("web1")
    wait_next_hops(peer, *prefixes)
    yield prefixes
    lab.host.run("ip", "address", "replace", HOST_AT_2 + "/24", "dev", UPLINK)
    lab.host.run("ip", "address", "replace", HOST6_AT_2 + "/64", "dev", UPLINK)
    lab.host.run("ip", "address", "del", OTHER6 + "/64", "dev", UPLINK, check=False)
    lab.host.wait_addresses()
    lab.stop_bgplbd()


def wait_next_hops(peer, v4, v6, next_hop6=HOST6_AT_2, seconds=20):
    """BIRD can use both routes, and these are their next hops."""
    wanted = {v4: HOST_AT_2, v6: next_hop6}
    waiting.until(lambda: {p: r["next_hop"] for p, r in peer.table(HOST_AT_2).items()} == wanted
                  and is_reachable(peer, v6), lambda: (
        f"BIRD has {wanted}; it has {peer.routes(HOST_AT_2)}"), seconds, step=0.1)


def is_reachable(peer, prefix):
    """Its kernel has the route from it, and not as one that leads nowhere."""
    return any("gateway" in route for route in peer.node.ip("-6", "route", "show", prefix))


def advertisements(lab, prefix):
    """What bgplbctl tells of each neighbor."""
    [shown] = lab.control.ask("show", "prefixes", prefix)["prefixes"]
    return {one["neighbor"]: one for one in shown["advertisements"]}


def findings(lab):
    """What check says of each subject."""
    said = json.loads(lab.control.run("-j", "check").stdout)
    return {one["subject"]: one["text"] for one in said["findings"]}


def remove_address(lab, address):
    lab.host.run("ip", "address", "del", address, "dev", UPLINK)


def test_session_that_is_up_before_the_ipv6_address_is_usable(lab, peer, served):
    """RFC 4862: a host boots, and its session over IPv4 is the faster one."""
    # As long as the random delay that the RFC allows would be on a bad day.
    lab.host.sysctl(f"net.ipv6.conf.{UPLINK}.dad_transmits", 4)
    for _ in range(BOOTS):
        lab.stop_bgplbd()
        remove_address(lab, HOST6_AT_2 + "/64")
        lab.begin()
        lab.host.add_address(UPLINK, HOST6_AT_2 + "/64")
        running = lab.run_bgplbd(CONFIGURATION)
        peer.wait_established(HOST_AT_2)
        assert "IPv6 prefixes are held back: the host's IPv6 address is tentative" in \
            running.log(), "the session was not the first: nothing was tried"
        wait_next_hops(peer, *served)
        assert "::ffff:" not in running.log()
    lab.host.sysctl(f"net.ipv6.conf.{UPLINK}.dad_transmits", 1)


class Batch:
    """Commands of ip(8) on the host, each carried out at once; it is there already."""

    def __init__(self, lab):
        self._process = subprocess.Popen(
            lab.host.in_node("ip", "-batch", "-"), stdin=subprocess.PIPE, text=True)
        time.sleep(0.3)

    def run(self, line):
        """Returns when it was begun."""
        began = time.time()
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return began

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def test_update_follows_a_change_of_address_within_50_ms(lab, peer, served):
    """Alternately the next hop is removed, and a better one is added."""
    _, v6 = served
    lab.host.add_address(UPLINK, OTHER6 + "/64")
    lab.host.wait_addresses()
    events = []
    with capture.Capture(lab.router2_node, "eth0") as seen, \
            contextlib.closing(Batch(lab)) as batch:
        for _ in range(CHANGES):
            events.append((batch.run(f"address del {HOST6_AT_2}/64 dev {UPLINK}"), OTHER6))
            time.sleep(0.2)
            events.append((batch.run(f"address add {HOST6_AT_2}/64 dev {UPLINK} nodad"),
                           HOST6_AT_2))
            time.sleep(0.2)
        updates = waiting.until(lambda: (found := seen.announcements(v6)) and
                                len(found) >= len(events) and found, "an UPDATE for each change")
    taken = []
    for began, next_hop in events:
        after = next(m for m in updates if m.time >= began)
        assert next_hop in after.values(MP_NEXT_HOP), after
        taken.append(after.time - began)
    print(f"from address event to UPDATE, ms: median {1000 * statistics.median(taken):.1f}, "
          f"largest {1000 * max(taken):.1f}, of {len(taken)}")
    assert statistics.median(taken) < LIMIT


def test_family_without_a_next_hop_is_held_back_and_comes_again(lab, peer, served):
    v4, v6 = served
    remove_address(lab, HOST6_AT_2 + "/64")
    peer.wait_prefixes(HOST_AT_2, {v4})
    assert "IPv6 prefixes are held back: the session's interface has no global IPv6 address" in \
        lab.bgplbd.log()
    assert set(served) <= set(lab.router.received()), "for the other router nothing changes"
    assert lab.control.prefixes()[v6]["neighbors"]["held_back"] == 1
    shown = advertisements(lab, v6)
    assert (shown[ROUTER]["state"], shown[ROUTER]["next_hop"]) == ("announced", HOST6)
    assert shown[ROUTER2]["state"] == "held back"
    assert "no global IPv6 address" in shown[ROUTER2]["reason"]
    assert findings(lab)[f"prefix {v6}"].startswith(
        "is announced to some neighbors only: held back for want of a next hop (1)")
    lab.host.add_address(UPLINK, HOST6_AT_2 + "/64")
    wait_next_hops(peer, *served)


def test_session_whose_local_address_is_gone_is_ended(lab, peer, served):
    """The router's hold time would last 90 s."""
    remove_address(lab, HOST_AT_2 + "/24")
    waiting.until(lambda: lab.control.neighbors()[ROUTER2]["state"] != "Established",
                  "the session is ended")
    assert f"local address {HOST_AT_2} is no address of this host any more" in lab.bgplbd.log()
    lab.host.add_address(UPLINK, HOST_AT_2 + "/24")
    wait_next_hops(peer, *served)


def test_router_on_the_host_itself_gets_next_hops_that_it_can_use(lab):
    local = router.Router(lab.host, ROUTER_AS, "192.0.2.11",
                          [router.Neighbor("127.0.0.1", HOST_AS)], port=1179)
    local.start()
    try:
        lab.run_bgplbd(topology.configuration(
            topology.neighbor("127.0.0.1", ROUTER_AS, "port 1179", "connect-retry 1")),
            established=False)
        local.wait_established()
        _, (v4, v6) = lab.serve("web1")
        local.wait_has(v4, v6)
        table = local.received()
        assert table[v4].next_hop == HOST
        assert table[v6].next_hop == HOST6
    finally:
        lab.stop_bgplbd()
        local.stop()


def test_links_with_the_same_link_local_address_are_told_apart(lab):
    """As VLANs of one interface have it, which has one MAC address."""
    routers = {"fe80::1%eth0": (lab.router_node, HOST6), "fe80::2%eth1": (lab.router2_node, HOST6_AT_2)}

    def change(order):
        for name, (node, _) in routers.items():
            address, link = name.split("%")
            lab.host.run("ip", "address", order, "fe80::77/64", "dev", link, "nodad")
            node.run("ip", "address", order, address + "/64", "dev", "eth0", "nodad")

    change("add")
    try:
        with contextlib.ExitStack() as stack:
            listeners = [stack.enter_context(speaker.Speaker(node, "::", 1179))
                         for node, _ in routers.values()]
            lab.run_bgplbd(topology.configuration(
                *(topology.neighbor(name, ROUTER_AS, "port 1179") for name in routers)),
                established=False)
            for number, listener in enumerate(listeners):
                talk = stack.enter_context(listener.accept())
                talk.establish(ROUTER_AS, f"192.0.2.{number + 1}")
            _, (_, v6) = lab.serve("web1")
            wanted = {name: next_hop for name, (_, next_hop) in routers.items()}
            waiting.until(lambda: {n: a.get("next_hop") for n, a in
                                   advertisements(lab, v6).items()} == wanted,
                          lambda: f"{wanted}; there is {advertisements(lab, v6)}")
            assert {n["local_address"] for n in lab.control.neighbors().values()} == {"fe80::77"}
    finally:
        lab.stop_bgplbd()
        change("del")


def test_prefix_that_no_neighbor_took_is_not_called_announced(lab):
    """A router that is configured for IPv4 alone gets no IPv6 prefix, and check says so."""
    ipv4_only = router.Router(lab.router2_node, ROUTER_AS, ROUTER2,
                              [router.Neighbor(HOST_AT_2, HOST_AS, families=("ipv4",))], port=1179)
    ipv4_only.start()
    try:
        lab.run_bgplbd(topology.configuration(topology.neighbor(
            ROUTER2, ROUTER_AS, "port 1179", "connect-retry 1", "med 7")), established=False)
        ipv4_only.wait_established()
        _, (v4, v6) = lab.serve("web1")
        ipv4_only.wait_has(v4)
        shown = lab.control.prefixes()
        assert (shown[v4]["state"], shown[v6]["state"]) == ("announced", "not negotiated")
        assert advertisements(lab, v6)[ROUTER2]["state"] == "not negotiated"
        received, said = ipv4_only.received()[v4], advertisements(lab, v4)[ROUTER2]
        assert said["next_hop"] == received.next_hop
        assert said["as_path"] == received.as_path
        assert said["med"] == received.med
        assert findings(lab)[f"prefix {v6}"].startswith("is announced to no neighbor: ")
        assert f"prefix {v4}" not in findings(lab)
        ipv4_only.stop()
        waiting.until(lambda: lab.control.prefixes()[v4]["state"] == "no session", "no session")
        assert findings(lab)[f"prefix {v4}"].startswith("is announced to no neighbor: ")
        assert lab.control.run("show", "prefixes", "10.99.0.1").returncode == 4
    finally:
        lab.stop_bgplbd()
        ipv4_only.stop()
