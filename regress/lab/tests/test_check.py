"""bgplbctl check: each state that cuts clients off is found, and what it prints mends it."""

import json
import shlex

import pytest

from lab import daemon, image, namespaces, topology, waiting
from lab.topology import (CLIENT, GATEWAY_BRIDGE, GATEWAY_NETWORK, HOST, HOST_AT_2, ROUTER, ROUTER2,
                          ROUTER6, ROUTER_AS)

DONE, FINDINGS, NOT_ALL_SEEN = 0, 5, 6
V4, V6 = topology.address_of(1)
GATEWAY4 = "172.23.1.1/24"
ADDRESS4, ADDRESS6 = V4.split("/")[0], V6.split("/")[0]


def look(lab):
    """What `bgplbctl -j check` says."""
    done = lab.control.run("-j", "check")
    said = json.loads(done.stdout)
    expected = FINDINGS if said["findings"] else NOT_ALL_SEEN if said["not_looked_at"] else DONE
    assert done.returncode == expected, done.stdout
    return said


def remedies(lab, word):
    """The remedies of the findings, one of which must be about word."""
    found = look(lab)["findings"]
    assert any(word in f["subject"] or word in f["text"] for f in found), json.dumps(found)
    return [f["remedy"] for f in found]


def carry_out(lab, command):
    """Runs a remedy just as it is printed, on the host; docker is the lab's own client."""
    words = shlex.split(command)
    if words[0] == "docker":
        lab.engine.docker(*words[1:])
    else:
        lab.host.run("sh", "-c", command)


def serves(lab, address):
    return lab.fetch(address) is not None


def assert_sound(lab):
    for address in (ADDRESS4, ADDRESS6):
        waiting.until(lambda: serves(lab, address),
                      lambda: f"a page from {address}: {look(lab)}")
    said = look(lab)
    assert (said["findings"], said["not_looked_at"]) == ([], [])
    assert lab.control.text("check") == "nothing found that would stop traffic\n"


@pytest.fixture(scope="module")
def served(parts):
    """One host whose container the client reaches, for all cases of this file."""
    parts.begin()
    parts.run_bgplbd()
    parts.create_gateway(topology.LABEL)
    parts.serve("web1", networks=[GATEWAY_NETWORK])
    parts.wait_served(V4, V6)
    parts.router.use_routes()
    try:
        assert_sound(parts)
        yield parts
    finally:
        parts.router.forget_routes()
        parts.settle()


def inside(served, *command):
    pid = served.engine.inspect("web1")["State"]["Pid"]
    return served.host.run("nsenter", f"--net=/proc/{pid}/ns/net", *command).stdout


def flush_neighbors(served):
    """What the container and the host remember of each other would hide a lost address."""
    inside(served, "ip", "neigh", "flush", "all")
    served.host.run("ip", "neigh", "flush", "all")


class Broken:
    """A state that cuts clients off: made, and undone if the remedy has not done so."""

    def __init__(self, make, undo, word, address=ADDRESS4):
        self.make, self.undo, self.word, self.address = make, undo, word, address


def sysctl(key, bad, good, word=None, address=ADDRESS4):
    return Broken(f"sysctl -qw {key}={bad}", f"sysctl -qw {key}={good}", word or key, address)


CASES = {
    "ip_forward": sysctl("net.ipv4.ip_forward", 0, 1),
    "all.forwarding of IPv6": sysctl("net.ipv6.conf.all.forwarding", 0, 1, address=ADDRESS6),
    "eth0.forwarding": sysctl("net.ipv4.conf.eth0.forwarding", 0, 1),
    "gateway bridge's forwarding": sysctl(
        f"net.ipv4.conf.{GATEWAY_BRIDGE}.forwarding", 0, 1),
    "all.rp_filter": sysctl("net.ipv4.conf.all.rp_filter", 1, 0),
    "gateway bridge's rp_filter": sysctl(f"net.ipv4.conf.{GATEWAY_BRIDGE}.rp_filter", 1, 0),
    "gateway bridge's IPv6": sysctl(
        f"net.ipv6.conf.{GATEWAY_BRIDGE}.disable_ipv6", 1, 0, address=ADDRESS6),
    "rule to nowhere": Broken(
        f"ip rule add to {V4} pref 9 unreachable", "ip rule del pref 9; ip rule del pref 1",
        f"prefix {V4}"),
    "rule to another table": Broken(
        f"ip route add table 9 {V4} via {ROUTER} && ip rule add to {V4} pref 9 table 9",
        "ip rule del pref 9; ip rule del pref 1; ip route flush table 9", f"prefix {V4}"),
    "IPv6 rule to nowhere": Broken(
        f"ip -6 rule add to {V6} pref 9 unreachable", "ip -6 rule del pref 9; ip -6 rule del pref 1",
        f"prefix {V6}", ADDRESS6),
    "route of a smaller metric": Broken(
        f"ip -6 route add {V6} via {ROUTER6} metric 1", f"ip -6 route del {V6} via {ROUTER6}",
        f"prefix {V6}", ADDRESS6),
    "rule against answers": Broken(
        f"ip rule add from {V4} pref 9 unreachable",
        f"ip rule del pref 9; ip rule del pref 1; ip rule del pref 1", "answers by"),
    "no default route": Broken(
        "ip route del default", f"ip route replace default via {ROUTER}", "IPv4 clients"),
    "gateway bridge is down": Broken(
        f"ip link set {GATEWAY_BRIDGE} down", f"ip link set {GATEWAY_BRIDGE} up",
        f"interface {GATEWAY_BRIDGE}"),
    "gateway bridge without its address": Broken(
        f"ip address del {GATEWAY4} dev {GATEWAY_BRIDGE}",
        f"ip address add {GATEWAY4} dev {GATEWAY_BRIDGE}", "gateway 172.23.1.1"),
}


@pytest.mark.parametrize("case", CASES)
def test_state_that_cuts_clients_off_is_found_and_mended(served, case):
    broken = CASES[case]
    served.host.run("sh", "-c", broken.make)
    flush_neighbors(served)
    try:
        waiting.until(lambda: not serves(served, broken.address), "the request fails")
        for remedy in remedies(served, broken.word):
            carry_out(served, remedy)
        flush_neighbors(served)
        waiting.until(lambda: serves(served, broken.address), "the request succeeds again")
    finally:
        served.host.run("sh", "-c", broken.undo, check=False)
    assert_sound(served)


@pytest.fixture
def by_the_second_router(served):
    """Requests come by the second router, while the way back is by the first."""
    namespaces.connect(served.router_node, "eth9", served.router2_node, "eth9")
    served.router_node.add_address("eth9", "198.18.99.1/24")
    served.router2_node.add_address("eth9", "198.18.99.2/24")
    served.router2_node.sysctl("net.ipv4.ip_forward", 1)
    served.router2_node.run("ip", "route", "add", V4, "via", HOST_AT_2)
    served.router_node.run("ip", "route", "replace", V4, "via", "198.18.99.2")
    served.run_bgplbd(topology.configuration(
        topology.neighbor(), topology.neighbor(ROUTER2, ROUTER_AS)))
    served.wait_route(V4, V6)
    try:
        yield
    finally:
        served.host.sysctl("net.ipv4.conf.eth1.rp_filter", 0)
        served.router_node.run("ip", "link", "del", "eth9")
        served.router2_node.run("ip", "route", "del", V4)
        served.run_bgplbd()
        served.wait_served(V4, V6)
        served.router.use_routes()


def test_strict_reverse_path_on_one_of_two_uplinks_is_found_and_mended(
        served, by_the_second_router):
    waiting.until(lambda: serves(served, ADDRESS4), "a page by the second router")
    served.host.sysctl("net.ipv4.conf.eth1.rp_filter", 1)
    waiting.until(lambda: not serves(served, ADDRESS4), "the request fails")
    found = {f["subject"]: f["remedy"] for f in look(served)["findings"]}
    carry_out(served, found["net.ipv4.conf.eth1.rp_filter"])
    waiting.until(lambda: serves(served, ADDRESS4), "the request succeeds again")


def lb_interface(served):
    shown = json.loads(inside(served, "ip", "-j", "address"))
    return next(link["ifname"] for link in shown
                if any(a.get("local") == ADDRESS4 for a in link["addr_info"]))


def test_strict_reverse_path_inside_the_container_is_found_and_mended(served):
    inside(served, "sysctl", "-qw", f"net.ipv4.conf.{lb_interface(served)}.rp_filter=1")
    waiting.until(lambda: not serves(served, ADDRESS4), "the request fails")
    for remedy in remedies(served, "rp_filter"):
        carry_out(served, remedy)
    waiting.until(lambda: serves(served, ADDRESS4), "the request succeeds again")
    assert_sound(served)


@pytest.mark.parametrize("command,word", [
    (("ip", "address", "del", V4), "has its address"),
    (("ip", "link", "set", None, "down"), "it is down")])
def test_container_that_lost_what_docker_set_up_is_found_and_mended(served, command, word):
    interface = lb_interface(served)
    if command[1] == "address":
        command += ("dev", interface)
    inside(served, *(part or interface for part in command))
    waiting.until(lambda: not serves(served, ADDRESS4), "the request fails")
    for remedy in dict.fromkeys(remedies(served, word)):
        carry_out(served, remedy)
    assert_sound(served)


def test_what_may_not_be_looked_at_is_named(served):
    done = served.host.run("setpriv", "--bounding-set", "-sys_admin", daemon.BIN / "bgplbctl",
                           "check", check=False)
    assert done.returncode == NOT_ALL_SEEN, done.stdout
    assert "not looked at: inside of containers: 1 of them: Operation not permitted" in done.stdout
    assert done.stdout.endswith("nothing found in what was looked at, which is not all\n")


def test_check_from_a_client_follows_that_one(served):
    served.host.run("ip", "route", "add", "unreachable", "203.0.113.0/24")
    try:
        assert look(served)["findings"] == []
        done = served.control.run("check", "from", CLIENT)
        assert done.returncode == FINDINGS and CLIENT in done.stdout
    finally:
        served.host.run("ip", "route", "del", "unreachable", "203.0.113.0/24")


@pytest.mark.parametrize("address", [HOST, "192.0.2.255", ADDRESS4])
def test_check_from_what_is_no_client_is_not_called_a_fault(served, address):
    done = served.control.run("check", "from", address)
    assert done.returncode == NOT_ALL_SEEN, done.stdout
    assert f"not looked at: {address}: it is an address of this host or of" in done.stdout


@pytest.mark.parametrize("selector", [("from", V4), ("iif", GATEWAY_BRIDGE)])
def test_default_route_of_containers_alone_is_sound(served, selector):
    served.host.run("ip", "route", "del", "default")
    served.host.run("ip", "route", "add", "default", "via", ROUTER, "table", "101")
    served.host.run("ip", "rule", "add", *selector, "lookup", "101")
    try:
        assert_sound(served)
    finally:
        served.host.run("ip", "rule", "del", *selector)
        served.host.run("ip", "route", "flush", "table", "101")
        served.host.run("ip", "route", "add", "default", "via", ROUTER)


def test_container_in_the_load_balanced_network_alone_is_found_and_mended(served):
    served.engine.docker("network", "disconnect", GATEWAY_NETWORK, "web1")
    waiting.until(lambda: not serves(served, ADDRESS4), "the request fails")
    for remedy in remedies(served, "no way back"):
        carry_out(served, remedy)
    assert_sound(served)


def test_engine_that_cannot_be_asked_is_found(served):
    served.engine.stop()
    waiting.until(lambda: not serves(served, ADDRESS4), "the request fails")
    waiting.until(lambda: "Docker" in {f["subject"] for f in look(served)["findings"]},
                  lambda: f"a finding: {look(served)}")
    served.engine.start()
    served.engine.docker("start", "web1")
    assert_sound(served)


@pytest.mark.timeout(180)
def test_container_that_docker_failed_to_start_is_found_and_mended(served):
    """Docker without bgplbd waits 15 s for the network and for the container, then leaves it down."""
    served.engine.docker("update", "--restart", "always", "web1")
    served.engine.docker("create", "--name", "unused", "--network", "web1", image.NAME)
    served.stop_bgplbd()
    served.engine.stop()
    served.engine.start()
    served.run_bgplbd()
    waiting.until(lambda: [f for f in look(served)["findings"] if "failed to start" in f["text"]],
                  lambda: f"a finding: {look(served)}")
    found = {f["subject"]: f for f in look(served)["findings"]}["container web1"]
    assert 'plugin "bgplb" not found' in found["text"]
    assert found["remedy"] == "docker start web1"
    for remedy in remedies(served, "failed to start"):
        carry_out(served, remedy)
    assert_sound(served)
