"""A BGP neighbor that says exactly what a test wants, right or wrong.

It builds and splits messages (RFC 4271 section 4) and knows nothing else.
"""

import socket
import struct

from lab.capture import BGP_PORT, KEEPALIVE, NOTIFICATION, OPEN, ROUTE_REFRESH, UPDATE

__all__ = ["KEEPALIVE", "NOTIFICATION", "OPEN", "ROUTE_REFRESH", "UPDATE", "Conversation",
           "Speaker", "capability", "message", "open_body", "route_refresh"]

MARKER = b"\xff" * 16
HEADER_SIZE = 19
AS_TRANS = 23456
MULTIPROTOCOL, REFRESH, FOUR_OCTET_AS = 1, 2, 65


def message(kind, body=b""):
    return MARKER + struct.pack("!HB", HEADER_SIZE + len(body), kind) + body


def capability(code, value=b""):
    return struct.pack("!BB", code, len(value)) + value


def usual_capabilities(as_):
    return b"".join([
        capability(MULTIPROTOCOL, struct.pack("!HBB", 1, 0, 1)),
        capability(MULTIPROTOCOL, struct.pack("!HBB", 2, 0, 1)),
        capability(REFRESH),
        capability(FOUR_OCTET_AS, struct.pack("!I", as_))])


def open_body(as_, router_id, hold_time=90, version=4, capabilities=None):
    if capabilities is None:
        capabilities = usual_capabilities(as_)
    options = struct.pack("!BB", 2, len(capabilities)) + capabilities if capabilities else b""
    return struct.pack("!BHH4sB", version, as_ if as_ < 65536 else AS_TRANS, hold_time,
                       socket.inet_aton(router_id), len(options)) + options


def route_refresh(afi, safi=1):
    """RFC 2918 section 3."""
    return message(ROUTE_REFRESH, struct.pack("!HBB", afi, 0, safi))


class Speaker:
    """Listens on a node's address; a context manager."""

    def __init__(self, node, address, port=BGP_PORT):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = node.inside(
            lambda: socket.create_server((address, port), family=family))
        self._socket.settimeout(20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def accept(self):
        """The next connection of bgplbd."""
        return Conversation(self._socket.accept()[0])


class Conversation:
    """One connection; a context manager."""

    def __init__(self, connected):
        self._socket = connected
        self._socket.settimeout(20)
        self._bytes = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._socket.close()

    def send(self, *messages):
        self._socket.sendall(b"".join(messages))

    def receive(self):
        """The next message as (type, body); None at the end of the connection."""
        while len(self._bytes) < HEADER_SIZE or len(self._bytes) < self._length():
            try:
                more = self._socket.recv(65536)
            except ConnectionResetError:
                return None
            if not more:
                return None
            self._bytes += more
        whole, self._bytes = self._bytes[:self._length()], self._bytes[self._length():]
        return whole[18], whole[HEADER_SIZE:]

    def _length(self):
        return struct.unpack_from("!H", self._bytes, 16)[0]

    def receive_until(self, kind):
        """The body of the next message of a type; others are dropped."""
        while True:
            got = self.receive()
            assert got is not None, f"the connection ended before a message of type {kind}"
            if got[0] == kind:
                return got[1]

    def establish(self, as_, router_id, **options):
        """Opens a proper session; returns the body of bgplbd's OPEN."""
        theirs = self.receive_until(OPEN)
        self.send(message(OPEN, open_body(as_, router_id, **options)), message(KEEPALIVE))
        self.receive_until(KEEPALIVE)
        return theirs

    def notification(self):
        """The (code, subcode) of the NOTIFICATION that bgplbd ends the session with."""
        body = self.receive_until(NOTIFICATION)
        assert self.receive() is None, "bgplbd kept a connection that it gave up"
        return body[0], body[1]
