"""Writes routes as an MRT file (RFC 6396, TABLE_DUMP_V2), which gobgpd can load."""

import ipaddress
import struct
import time

_TABLE_DUMP_V2, _PEER_INDEX_TABLE, _RIB_IPV4_UNICAST = 13, 1, 2


def _record(subtype, body):
    return struct.pack("!IHHI", int(time.time()), _TABLE_DUMP_V2, subtype, len(body)) + body


def write(path, prefixes, router_id):
    """One path for each IPv4 prefix: ORIGIN IGP, an empty AS_PATH, router_id as next hop."""
    address = ipaddress.IPv4Address(router_id).packed
    attributes = (b"\x40\x01\x01\x00" + b"\x40\x02\x00" + b"\x40\x03\x04" + address)
    peer = struct.pack("!B4s4sI", 2, address, address, 0)
    with open(path, "wb") as out:
        out.write(_record(_PEER_INDEX_TABLE, address + struct.pack("!HH", 0, 1) + peer))
        for number, prefix in enumerate(prefixes):
            network = ipaddress.IPv4Network(prefix)
            nlri = network.network_address.packed[:(network.prefixlen + 7) // 8]
            out.write(_record(_RIB_IPV4_UNICAST, (
                struct.pack("!IB", number, network.prefixlen) + nlri
                + struct.pack("!HHIH", 1, 0, int(time.time()), len(attributes)) + attributes)))
