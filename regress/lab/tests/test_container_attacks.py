"""What a container with CAP_NET_RAW sends on its load-balanced link arrives nowhere.

The host is set to take as much as it can: it accepts router advertisements, redirects
and gratuitous ARP, forwards from the link, and checks no source.
"""

import json
import os
import socket

import pytest

from lab import frames, namespaces, topology, waiting
from lab.topology import CLIENT, CLIENT6, GATEWAY_NETWORK, HOST, HOST6, LABEL, ROUTER, ROUTER6

ATTACKER, ATTACKER6 = (p.split("/")[0] for p in topology.address_of(1))
OTHER, OTHER6 = (p.split("/")[0] for p in topology.address_of(2))
LINK_LOCAL = "fe80::bad"
PORT = 7777
# On the bridge of the network, and for those that follow.
PERMISSIVE = {
    "ipv4": {"accept_redirects": 1, "secure_redirects": 0, "arp_accept": 1, "forwarding": 1,
             "rp_filter": 0, "accept_local": 1},
    "ipv6": {"accept_ra": 2, "accept_redirects": 1, "forwarding": 1}}


class Attack:
    """A container that attacks, one beside it at the same address, and one elsewhere."""

    def __init__(self, lab):
        self.lab, self.host = lab, lab.host
        lab.create_gateway(LABEL)
        self.container, _ = lab.serve("web1", networks=[GATEWAY_NETWORK])
        self.twin = lab.engine.run_container("twin", [GATEWAY_NETWORK, "web1"])
        self.other, _ = lab.serve("web2", 2, networks=[GATEWAY_NETWORK])
        lab.wait_served(*topology.address_of(1), *topology.address_of(2))
        waiting.until(lambda: lab.control.prefixes()[topology.address_of(1)[0]]["eligible"] == 2,
                      "both serve")
        self.bridge = lab.routes()[topology.address_of(1)[0]]
        self.bridge_mac = lab.bridges()[self.bridge]["address"]
        self.interface, self.mac, self.port = self._link(self.container, "web1")
        self.twin_interface, self.twin_mac, self.twin_port = self._link(self.twin, "web1")
        for family, settings in PERMISSIVE.items():
            for key, value in settings.items():
                self.host.sysctl(f"net.{family}.conf.{self.bridge}.{key}", value)
        self._accept = [(program, ("FORWARD", "-i", "bgplb-+", "-j", "ACCEPT"))
                        for program in ("iptables", "ip6tables")]
        for program, rule in self._accept:
            self.host.run(program, "-I", *rule)
        self._sender = self._inside(self.container, lambda: frames.raw_socket(self.interface))
        self._listeners = {
            "host": self.host.inside(lambda: frames.raw_socket(self.bridge)),
            "twin": self._inside(self.twin, lambda: frames.raw_socket(self.twin_interface)),
            "client": lab.client.inside(lambda: frames.raw_socket("eth0"))}

    def close(self):
        for one in (self._sender, *self._listeners.values()):
            one.close()
        for program, rule in self._accept:
            self.host.run(program, "-D", *rule, check=False)

    @staticmethod
    def pid(container):
        return container.inspect()["State"]["Pid"]

    def _inside(self, container, function):
        return namespaces.inside(self.pid(container), function)

    def in_container(self, container, *command):
        """What a command prints in the container's network namespace."""
        return self.host.run("nsenter", f"--net=/proc/{self.pid(container)}/ns/net",
                             *command).stdout

    def set_mac(self, mac):
        """Of the attacker's own interface."""
        for change in (("down",), ("address", mac), ("up",)):
            self.in_container(self.container, "ip", "link", "set", self.interface, *change)
        self._sender.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def _link(self, container, network):
        """The container's interface in the network, its MAC address, and the host's end."""
        own = container.inspect()["NetworkSettings"]["Networks"][network]
        links = json.loads(self.in_container(container, "ip", "-j", "link"))
        name = next(l["ifname"] for l in links if l["address"] == own["MacAddress"])
        return name, own["MacAddress"], f"bgpve-{own['EndpointID'][:9]}"

    def dropped(self):
        """How many packets the host's end of the attacker's link has dropped."""
        shown = json.loads(self.host.run("tc", "-s", "-j", "qdisc", "show", "dev",
                                         self.port).stdout)
        return sum(q["drops"] for q in shown if q["kind"] == "ingress")

    def seen(self):
        """Where frames with the mark have come to since the last call."""
        places = set()
        for place, listener in self._listeners.items():
            while True:
                try:
                    if frames.MARK[:16] in listener.recv(65536):
                        places.add(place)
                except BlockingIOError:
                    break
        return places

    def send(self, kind, payload, destination=frames.BROADCAST, source=None):
        """One frame from the attacker: what becomes of it is awaited, and asserted."""
        self.send_frames(frames.ethernet(destination, source or self.mac, kind, payload))

    def send_frames(self, *all_frames):
        before = self.dropped()
        for frame in all_frames:
            self._sender.send(frame)
        found = set()

        def has_ended():
            found.update(self.seen())
            return self.dropped() - before >= len(all_frames)

        waiting.until(lambda: found or has_ended(), "the frames are dropped, or have come")
        assert not found, f"frames of a container came to {sorted(found)}"

    def neighbors(self):
        """Neighbor entries on the bridge that bgplbd did not make."""
        return [n for n in self.host.ip("neigh", "show", "dev", self.bridge)
                if "PERMANENT" not in n["state"]]

    def macs(self):
        """What the bridge knows: MAC address to port."""
        shown = json.loads(self.host.run("bridge", "-j", "fdb", "show", "br", self.bridge).stdout)
        return {e["mac"]: e["ifname"] for e in shown if "master" in e}

    def socket_that_hears(self, place, address):
        """A UDP socket for any address at PORT on a node, or in a container."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET

        def make():
            made = socket.socket(family, socket.SOCK_DGRAM)
            made.bind(("", PORT))
            made.setblocking(False)
            return made

        return place.inside(make) if isinstance(place, namespaces.Node) \
            else self._inside(place, make)


@pytest.fixture(scope="module")
def attack(parts):
    parts.begin()
    parts.run_bgplbd()
    made = Attack(parts)
    try:
        yield made
    finally:
        made.close()
        parts.settle()


def hears(listener):
    try:
        return listener.recv(2048)
    except BlockingIOError:
        return None


def test_router_advertisement_gives_the_host_no_route(attack):
    attack.send(frames.IPV6, frames.router_advertisement(LINK_LOCAL, attack.mac),
                frames.ALL_NODES_MAC)
    routes = attack.host.ip("-6", "route", "show", "proto", "ra")
    assert not routes, routes
    assert "2001:db8:bad" not in attack.host.run("ip", "-6", "address").stdout


def test_redirects_change_no_route(attack):
    before = attack.host.run("ip", "route", "get", CLIENT).stdout
    before6 = attack.host.run("ip", "-6", "route", "get", CLIENT6).stdout
    attack.send(frames.IPV4, frames.redirect4(ROUTER, HOST, ATTACKER, CLIENT), attack.bridge_mac)
    attack.send(frames.IPV6, frames.redirect6(LINK_LOCAL, HOST6, LINK_LOCAL, CLIENT6),
                attack.bridge_mac)
    assert attack.host.run("ip", "route", "get", CLIENT).stdout == before
    assert attack.host.run("ip", "-6", "route", "get", CLIENT6).stdout == before6


@pytest.mark.parametrize("address", [OTHER, ROUTER, HOST])
def test_arp_makes_and_changes_no_entry(attack, address):
    before = attack.host.run("ip", "neigh", "show", "nud", "permanent").stdout
    attack.send(frames.ARP, frames.arp_reply(attack.mac, address, frames.BROADCAST, address))
    attack.send(frames.ARP, frames.arp_reply(attack.mac, address, attack.bridge_mac, HOST),
                attack.bridge_mac)
    assert not attack.neighbors()
    assert attack.host.run("ip", "neigh", "show", "nud", "permanent").stdout == before


@pytest.mark.parametrize("address", [OTHER6, ROUTER6, LINK_LOCAL])
def test_neighbor_discovery_makes_and_changes_no_entry(attack, address):
    before = attack.host.run("ip", "-6", "neigh", "show", "nud", "permanent").stdout
    attack.send(frames.IPV6, frames.neighbor_advertisement(address, address, attack.mac),
                frames.ALL_NODES_MAC)
    attack.send(frames.IPV6, frames.router_solicitation(address, attack.mac),
                frames.ALL_ROUTERS_MAC)
    assert not attack.neighbors()
    assert attack.host.run("ip", "-6", "neigh", "show", "nud", "permanent").stdout == before


@pytest.mark.parametrize("source,destination", [
    (CLIENT, HOST), (CLIENT6, HOST6), (OTHER, HOST), ("127.0.0.1", HOST), (HOST, HOST)])
def test_spoofed_packets_do_not_reach_the_host(attack, source, destination):
    listener = attack.socket_that_hears(attack.host, destination)
    with listener:
        attack.send(frames.IPV6 if ":" in source else frames.IPV4,
                    frames.udp(source, destination, PORT), attack.bridge_mac)
        assert hears(listener) is None


@pytest.mark.parametrize("source,destination", [
    (HOST, CLIENT), (HOST6, CLIENT6), (ATTACKER, CLIENT), (CLIENT, OTHER), (CLIENT6, OTHER6)])
def test_packets_are_not_forwarded(attack, source, destination):
    to_client = destination in (CLIENT, CLIENT6)
    listener = attack.socket_that_hears(attack.lab.client if to_client else attack.other,
                                        destination)
    with listener:
        attack.send(frames.IPV6 if ":" in source else frames.IPV4,
                    frames.udp(source, destination, PORT), attack.bridge_mac)
        assert hears(listener) is None


def test_bridge_learns_no_addresses(attack):
    before = attack.macs()
    attack.send_frames(*(
        frames.ethernet(frames.BROADCAST, "02:" + os.urandom(5).hex(":"), 0x88B5, b"")
        for _ in range(500)))
    assert attack.macs() == before


def test_address_of_another_container_stays_at_its_port(attack):
    assert attack.macs()[attack.twin_mac] == attack.twin_port
    attack.send(0x88B5, b"", source=attack.twin_mac)
    attack.send(0x88B5, b"", source=attack.bridge_mac)
    assert attack.macs()[attack.twin_mac] == attack.twin_port


def test_spanning_tree_message_is_dropped(attack):
    attack.send(None, frames.spanning_tree_root(attack.mac), "01:80:c2:00:00:00")


@pytest.mark.parametrize("vlan", [0, 1, 5])
def test_tagged_frames_are_dropped(attack, vlan):
    frame = frames.ethernet(frames.BROADCAST, attack.mac, frames.ARP, frames.arp_reply(
        attack.mac, ROUTER, frames.BROADCAST, ROUTER))
    attack.send_frames(frames.tagged(frame, vlan), frames.tagged(frames.tagged(frame, vlan), 7))
    assert not attack.neighbors()


def test_dhcp_is_dropped(attack):
    attack.send(frames.IPV4, frames.udp("0.0.0.0", "255.255.255.255", 67, b"\1\1\6\0" * 60))
    attack.send(frames.IPV6, frames.udp(LINK_LOCAL, "ff02::1:2", 547, b"\1\0\0\1"),
                "33:33:00:01:00:02")


def test_multicast_and_its_membership_reports_are_dropped(attack):
    attack.send(frames.IPV4, frames.igmp_report(ATTACKER, "239.1.1.1"), "01:00:5e:01:01:01")
    attack.send(frames.IPV6, frames.mld_report(LINK_LOCAL, "ff05::1234"), "33:33:00:00:00:16")
    attack.send(frames.IPV4, frames.udp(ATTACKER, "224.0.0.251", 5353), "01:00:5e:00:00:fb")


def test_frames_straight_to_another_container_are_dropped(attack):
    attack.send(frames.IPV4, frames.udp(CLIENT, ATTACKER, PORT), attack.twin_mac)


def test_check_names_a_link_that_does_not_drop(attack):
    """One made as bgplbd makes them, but for that; the daemon's own it would mend."""
    def findings():
        return [f for f in json.loads(attack.lab.control.run("-j", "check").stdout)["findings"]
                if f["subject"].startswith("link ")]

    assert not findings()
    attack.host.run("ip", "link", "add", "bgpve-fffffffff", "up", "master", attack.bridge,
                    "type", "veth", "peer", "name", "bgpvc-fffffffff")
    try:
        found = findings()
        assert [f["subject"] for f in found] == ["link bgpve-fffffffff"]
        assert "sch_ingress" in found[0]["remedy"]
    finally:
        attack.host.run("ip", "link", "del", "bgpve-fffffffff")


def test_containers_that_attacked_are_served_as_before(attack):
    """The kernels of the containers need no answers to use their addresses (RFC 4862)."""
    for container in (attack.container, attack.twin, attack.other):
        waiting.until(
            lambda: "tentative" not in attack.in_container(container, "ip", "-6", "address"),
            "the addresses of the container are usable")
        assert "dadfailed" not in attack.in_container(container, "ip", "-6", "address")
    attack.lab.router.use_routes()
    try:
        for address in (ATTACKER, ATTACKER6, OTHER, OTHER6):
            waiting.until(lambda: attack.lab.fetch(address), f"a page from {address}")
    finally:
        attack.lab.router.forget_routes()


def test_container_that_gives_its_end_another_address_is_dropped_too(attack):
    """For that it needs CAP_NET_ADMIN."""
    attack.set_mac(attack.twin_mac)
    try:
        attack.send(0x88B5, b"", source=attack.twin_mac)
        assert attack.macs()[attack.twin_mac] == attack.twin_port
    finally:
        attack.set_mac(attack.mac)
