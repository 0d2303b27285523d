"""What the wire carried: frames with the kernel's time stamps, decoded by tshark.

The frames are taken from a packet socket that is open when Capture() returns,
so nothing is missed while a tool starts.  They are written to a pcap file, which
tshark decodes afterwards: what a message says is never judged by our own code.
"""

import json
import os
import select
import socket
import struct
import subprocess
import threading

from lab import sandbox, waiting

BGP_PORT = 179
OPEN, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE_REFRESH = 1, 2, 3, 4, 5

ETH_P_ALL = 3
SO_TIMESTAMPNS = 35
SOL_PACKET = 263
PACKET_IGNORE_OUTGOING = 23
FRAME_MAX = 1 << 17
BUFFER = 1 << 22
PCAP_NANOSECONDS = 0xA1B23C4D
LINKTYPE_ETHERNET = 1


class Capture:
    """Records an interface of a node until stop(); a context manager.

    port: the TCP port on which BGP is spoken.  incoming_only leaves out what the
    node itself sends.
    """

    _count = 0

    def __init__(self, node, interface, port=BGP_PORT, incoming_only=False):
        Capture._count += 1
        self.port = port
        self.path = sandbox.directory() / f"capture-{Capture._count}.pcap"
        self._socket = node.inside(lambda: _packet_socket(interface, incoming_only))
        self._file = open(self.path, "wb", buffering=0)
        self._file.write(struct.pack("=IHHiIII", PCAP_NANOSECONDS, 2, 4, 0, 0, FRAME_MAX,
                                     LINKTYPE_ETHERNET))
        self._wake, self._end = os.pipe()
        self._thread = threading.Thread(target=self._record, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self._end is not None:
            os.close(self._end)
            self._end = None
            self._thread.join()
            os.close(self._wake)
            self._socket.close()
            self._file.close()

    def _record(self):
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        poll.register(self._wake, select.POLLHUP)
        while True:
            ready = {fd for fd, _ in poll.poll()}
            if self._socket.fileno() in ready:
                frame, ancillary, _, _ = self._socket.recvmsg(FRAME_MAX, 64)
                seconds, nanoseconds = struct.unpack("=qq", ancillary[0][2])
                self._file.write(
                    struct.pack("=IIII", seconds, nanoseconds, len(frame), len(frame)) + frame)
            elif self._wake in ready:
                return

    def messages(self):
        """The BGP messages so far, oldest first."""
        output = subprocess.run(
            ["tshark", "-n", "-r", str(self.path), "-d", f"tcp.port=={self.port},bgp",
             "-Y", "bgp", "-T", "json", "--no-duplicate-keys"],
            capture_output=True, text=True)
        # A frame that is just being written makes tshark say so and end with status 2.
        return [Message(packet["_source"]["layers"], layer)
                for packet in json.loads(output.stdout or "[]")
                for layer in _as_list(packet["_source"]["layers"]["bgp"])
                if "bgp.type" in layer]

    def tcp_field(self, field, source):
        """A field's value in each segment with data from an address, "" where it lacks."""
        output = subprocess.check_output(
            ["tshark", "-n", "-r", str(self.path), "-T", "fields", "-e", field,
             "-Y", f"ip.src == {source} && tcp.len > 0"], text=True, stderr=subprocess.DEVNULL)
        return output.splitlines()

    def of_type(self, kind, source=None):
        """Messages of one type, all or from one address."""
        return [m for m in self.messages()
                if m.kind == kind and (source is None or m.source == source)]

    def first(self, kind, source=None, seconds=10):
        """Waits for the first message of a type."""
        return waiting.until(
            lambda: self.of_type(kind, source), lambda: (
                f"a message of type {kind}; seen: {[m.kind for m in self.messages()]}"),
            seconds)[0]

    def announcements(self, prefix):
        return [m for m in self.of_type(UPDATE) if prefix in m.announced()]

    def withdrawals(self, prefix):
        return [m for m in self.of_type(UPDATE) if prefix in m.withdrawn()]


def _packet_socket(interface, incoming_only):
    made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    made.bind((interface, ETH_P_ALL))
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    made.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    if incoming_only:
        made.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    return made


class Message:
    """One BGP message as tshark decodes it."""

    def __init__(self, layers, bgp):
        network = layers.get("ip") or layers["ipv6"]
        self.time = float(layers["frame"]["frame.time_epoch"])
        self.nanoseconds = _nanoseconds(layers["frame"]["frame.time_epoch"])
        self.source = network.get("ip.src") or network["ipv6.src"]
        self.kind = int(bgp["bgp.type"])
        self.fields = bgp

    def values(self, field):
        """Every value of a field, wherever in the message it stands."""
        return list(_find(self.fields, field))

    def value(self, field):
        found = self.values(field)
        assert len(found) == 1, f"{field}: {found}"
        return found[0]

    def announced(self):
        return self._prefixes("bgp.update.nlri", "bgp.update.path_attribute.mp_reach_nlri")

    def withdrawn(self):
        return self._prefixes("bgp.update.withdrawn_routes",
                              "bgp.update.path_attribute.mp_unreach_nlri")

    def _prefixes(self, *parts):
        return [p for part in parts for tree in self.values(part) for p in _prefixes(tree)]

    def __repr__(self):
        return f"<type {self.kind} from {self.source} at {self.time:.6f}: {self.fields}>"


def _nanoseconds(epoch):
    seconds, _, fraction = epoch.partition(".")
    return int(seconds) * 10**9 + int(fraction.ljust(9, "0")[:9])


def _as_list(value):
    return value if isinstance(value, list) else [value]


def _find(tree, field):
    for part in _as_list(tree):
        if not isinstance(part, dict):
            continue
        for key, value in part.items():
            if key == field:
                yield from _as_list(value)
            else:
                yield from _find(value, field)


def _prefixes(tree):
    """tshark names each prefix by its text."""
    return list(tree) if isinstance(tree, dict) else []
