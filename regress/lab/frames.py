"""Ethernet frames that a container may try, as bytes.

All have a mark behind what their headers count, by which they are known again.
"""

import ipaddress
import socket
import struct

MARK = b"sent by a container on its load-balanced link"
BROADCAST = "ff:ff:ff:ff:ff:ff"
ALL_NODES, ALL_NODES_MAC = "ff02::1", "33:33:00:00:00:01"
ALL_ROUTERS, ALL_ROUTERS_MAC = "ff02::2", "33:33:00:00:00:02"

IPV4, ARP, VLAN, IPV6 = 0x0800, 0x0806, 0x8100, 0x86DD
ICMP, IGMP, UDP, ICMPV6 = 1, 2, 17, 58


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def packed(address):
    return ipaddress.ip_address(address).packed


def ethernet(destination, source, kind, payload):
    """kind: an EtherType, or None for a frame with a length (IEEE 802.3)."""
    body = payload + MARK
    return mac(destination) + mac(source) + struct.pack("!H", kind or len(payload)) + body


def tagged(frame, vlan):
    """The frame with an IEEE 802.1Q tag."""
    return frame[:12] + struct.pack("!HH", VLAN, vlan) + frame[12:]


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(source, destination, protocol, payload, ttl=64):
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, ttl, protocol, 0)
    header += packed(source) + packed(destination)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ipv6(source, destination, protocol, payload, hops=255):
    return struct.pack("!IHBB", 6 << 28, len(payload), protocol, hops) \
        + packed(source) + packed(destination) + payload


def upper(source, destination, protocol, payload, at):
    """payload with its checksum, at a byte of it, over the pseudo-header too."""
    if ":" in source:
        pseudo = packed(source) + packed(destination) + struct.pack("!II", len(payload), protocol)
    else:
        pseudo = packed(source) + packed(destination) \
            + struct.pack("!BBH", 0, protocol, len(payload))
    return payload[:at] + struct.pack("!H", checksum(pseudo + payload)) + payload[at + 2:]


def udp(source, destination, port, data=b"spoofed"):
    """An IP packet of the family of the addresses, from and to the port."""
    segment = upper(source, destination, UDP,
                    struct.pack("!HHHH", port, port, 8 + len(data), 0) + data, 6)
    return (ipv6 if ":" in source else ipv4)(source, destination, UDP, segment)


def icmpv6(source, destination, body):
    """body begins with type, code and an empty checksum."""
    return ipv6(source, destination, ICMPV6, upper(source, destination, ICMPV6, body, 2))


def link_layer_option(kind, own_mac):
    """Of neighbor discovery: source (1) or target (2) link-layer address."""
    return struct.pack("!BB", kind, 1) + mac(own_mac)


def router_advertisement(source, own_mac):
    prefix = struct.pack("!BBBBIII", 3, 4, 64, 0xC0, 3600, 3600, 0) + packed("2001:db8:bad::")
    return icmpv6(source, ALL_NODES,
                  struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0)
                  + link_layer_option(1, own_mac) + prefix)


def router_solicitation(source, own_mac):
    return icmpv6(source, ALL_ROUTERS,
                  struct.pack("!BBHI", 133, 0, 0, 0) + link_layer_option(1, own_mac))


def neighbor_advertisement(source, target, own_mac):
    return icmpv6(source, ALL_NODES,
                  struct.pack("!BBHI", 136, 0, 0, 0xA0000000) + packed(target)
                  + link_layer_option(2, own_mac))


def redirect6(source, destination, target, about):
    return icmpv6(source, destination,
                  struct.pack("!BBHI", 137, 0, 0, 0) + packed(target) + packed(about))


def redirect4(source, destination, gateway, about):
    inner = ipv4(destination, about, UDP, struct.pack("!HHHH", 7, 7, 8, 0))
    body = struct.pack("!BBH", 5, 1, 0) + packed(gateway) + inner
    return ipv4(source, destination, ICMP,
                body[:2] + struct.pack("!H", checksum(body)) + body[4:])


def arp_reply(own_mac, own_address, target_mac, target_address):
    return struct.pack("!HHBBH", 1, IPV4, 6, 4, 2) + mac(own_mac) + packed(own_address) \
        + mac(target_mac) + packed(target_address)


def igmp_report(source, group):
    body = struct.pack("!BBH", 0x16, 0, 0) + packed(group)
    return ipv4(source, group, IGMP,
                body[:2] + struct.pack("!H", checksum(body)) + body[4:], ttl=1)


def mld_report(source, group):
    record = struct.pack("!BBH", 4, 0, 0) + packed(group)
    return icmpv6(source, "ff02::16", struct.pack("!BBHHH", 143, 0, 0, 0, 1) + record)


def spanning_tree_root(own_mac):
    """A configuration BPDU of a bridge that would be the root (IEEE 802.1D)."""
    bridge = struct.pack("!H", 0) + mac(own_mac)
    return b"\x42\x42\x03" + struct.pack("!HBBB", 0, 0, 0, 0) + bridge \
        + struct.pack("!I", 0) + bridge + struct.pack("!HHHHH", 0x8001, 0, 20 << 8, 2 << 8, 15 << 8)


def raw_socket(interface):
    """Sends and receives whole frames; to be made in the namespace where it is to be."""
    made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    made.bind((interface, 3))
    made.setblocking(False)
    return made
