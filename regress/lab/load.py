"""Clients: so many requests a second, and what became of each.

Each request is a connection of its own, to the addresses in turn, begun on time
whether or not others have ended.  A request is lost unless its whole answer came.
The worker is a process on the client's node; it stamps with the machine's clock, as
Docker does.
"""

import collections
import errno
import heapq
import json
import os
import pathlib
import select
import signal
import socket
import statistics
import struct
import sys
import time

PATIENCE = 10  # seconds until a request without an answer is lost
_TCP_INFO, _TOTAL_RETRANSMITS = 11, 100  # linux/tcp.h: the option, the offset of the field
_REQUEST = b"GET /name HTTP/1.0\r\n\r\n"

# Times are seconds since 1970; outcome is "" if the answer came, else what went wrong;
# connected tells whether the connection was made; name is the answer.
Request = collections.namedtuple(
    "Request", "start end address outcome connected retransmits name")


class Load:
    """Runs until the end of its context; then requests() has all of them."""

    _count = 0

    def __init__(self, node, addresses, rate=300):
        from lab import processes, sandbox
        Load._count += 1
        self._path = sandbox.directory() / f"load-{Load._count}.json"
        self._process = processes.Process(
            "clients", node.in_node(sys.executable, os.path.abspath(__file__), self._path, rate,
                                    *addresses), self._path.with_suffix(".log"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        assert self._process.stop(PATIENCE + 5) == 0, self._process.log()

    def requests(self):
        """All that have ended, in the order of their start."""
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        return sorted(Request(*json.loads(line)) for line in lines)


def lost(requests):
    return [r for r in requests if r.outcome]


def summary(requests):
    """A line about requests: for a person who reads the test's output."""
    times = [r.end - r.start for r in requests if not r.outcome]
    return (f"{len(requests)} requests, {len(lost(requests))} lost, "
            f"{sum(r.retransmits > 0 for r in requests)} with retransmissions, "
            f"median {statistics.median(times) * 1000:.2f} ms, max {max(times) * 1000:.1f} ms, "
            f"answers: {dict(collections.Counter(r.name for r in requests))}")


class _Pending:
    """A request on its way."""

    def __init__(self, address):
        self.address = address
        self.start = time.time()
        self.connected = False
        self.answer = b""
        self.socket = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET,
                                    socket.SOCK_STREAM)
        self.socket.setblocking(False)

    def connect(self):
        """An error's number, 0 if it is on its way."""
        result = self.socket.connect_ex((self.address, 80))
        return 0 if result == errno.EINPROGRESS else result

    def advance(self):
        """Once the socket is ready: None while it goes on, else its outcome."""
        try:
            if not self.connected:
                error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if error != 0:
                    return errno.errorcode[error]
                self.connected = True
                self.socket.send(_REQUEST)
                return None
            more = self.socket.recv(4096)
        except BlockingIOError:
            return None
        except OSError as error:
            return errno.errorcode[error.errno]
        self.answer += more
        if self._is_complete():
            return ""
        return None if more else "end before the whole answer"

    def _is_complete(self):
        head, _, body = self.answer.partition(b"\r\n\r\n")
        length = next((line for line in head.split(b"\r\n")
                       if line.lower().startswith(b"content-length:")), None)
        return length is not None and len(body) >= int(length.split(b":")[1])

    def result(self, outcome):
        info = self.socket.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, 256)
        return Request(self.start, time.time(), self.address, outcome, self.connected,
                       struct.unpack_from("=I", info, _TOTAL_RETRANSMITS)[0],
                       self.answer.partition(b"\r\n\r\n")[2].decode().strip())


class _Worker:
    def __init__(self, path, rate, addresses):
        self.out = open(path, "w", buffering=1)
        self.interval = 1 / rate
        self.addresses = addresses
        self.poll = select.epoll()
        self.pending = {}
        self.deadlines = []
        self.ending = False
        signal.signal(signal.SIGTERM, self.end)

    def end(self, *_):
        self.ending = True

    def run(self):
        """Begins requests until told to end; then waits for those on their way."""
        due, number = time.monotonic(), 0
        while not self.ending or self.pending:
            now = time.monotonic()
            if not self.ending and now >= due:
                self.begin(self.addresses[number % len(self.addresses)], now)
                number += 1
                due += self.interval
                continue
            wait = 0.05 if self.ending else min(0.05, max(0, due - now))
            for fd, _ in self.poll.poll(wait):
                self.advance(fd)
            self.expire(time.monotonic())

    def begin(self, address, now):
        request = _Pending(address)
        error = request.connect()
        if error:
            self.finish(request, errno.errorcode[error])
            return
        fd = request.socket.fileno()
        self.pending[fd] = request
        self.poll.register(fd, select.EPOLLOUT)
        heapq.heappush(self.deadlines, (now + PATIENCE, id(request), request))

    def advance(self, fd):
        request = self.pending[fd]
        was_connected = request.connected
        outcome = request.advance()
        if outcome is not None:
            del self.pending[fd]
            self.finish(request, outcome)
        elif request.connected and not was_connected:
            self.poll.modify(fd, select.EPOLLIN)

    def expire(self, now):
        while self.deadlines and self.deadlines[0][0] <= now:
            request = heapq.heappop(self.deadlines)[2]
            fd = request.socket.fileno()
            if fd != -1 and self.pending.get(fd) is request:
                del self.pending[fd]
                self.finish(request, "no answer")

    def finish(self, request, outcome):
        self.out.write(json.dumps(request.result(outcome)) + "\n")
        request.socket.close()


if __name__ == "__main__":
    _Worker(pathlib.Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]).run()
