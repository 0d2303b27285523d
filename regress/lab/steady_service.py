"""A service that is not what limits the load: for a container, as its first process.

Says the host's name in answer to any request, with a long queue of connections and
no process for each.  At SIGTERM it takes no new connection, and ends when those that
it has are served; SIGUSR2 it does not mind.

The lab's image has nothing but busybox, whose server forks and lets 9 connections
wait; so this one runs in it with the machine's Python, mounted: OPTIONS, COMMAND.
"""

import os
import select
import signal
import socket
import sys

_INSIDE = "/steady_service.py"
_MOUNTS = ("/usr", "/lib", "/lib64")
OPTIONS = [word for place in (*_MOUNTS, f"{os.path.abspath(__file__)}:{_INSIDE}")
           for word in ("-v", f"{place if ':' in place else f'{place}:{place}'}:ro")]
COMMAND = [os.path.realpath(sys.executable), "-I", "-S", _INSIDE]

_REQUEST_MAX = 4096


class _Service:
    def __init__(self):
        body = socket.gethostname()
        self.answer = (f"HTTP/1.0 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()
        self.listener = socket.create_server(("::", 80), family=socket.AF_INET6, backlog=1024,
                                             dualstack_ipv6=True)
        self.listener.setblocking(False)
        self.poll = select.epoll()
        self.poll.register(self.listener, select.EPOLLIN)
        self.open = {}
        self.ending = False
        signal.signal(signal.SIGTERM, self.end)
        signal.signal(signal.SIGUSR2, signal.SIG_IGN)

    def end(self, *_):
        self.ending = True

    def run(self):
        while not self.ending or self.open:
            for fd, _ in self.poll.poll(0.2):
                if fd == self.listener.fileno():
                    self.accept()
                else:
                    self.serve(fd)
            if self.ending and self.listener.fileno() != -1:
                self.accept()
                self.listener.close()

    def accept(self):
        """All that wait."""
        try:
            while True:
                made, _ = self.listener.accept()
                made.setblocking(False)
                self.open[made.fileno()] = made
                self.poll.register(made, select.EPOLLIN)
        except BlockingIOError:
            pass

    def serve(self, fd):
        try:
            if self.open[fd].recv(_REQUEST_MAX):
                self.open[fd].sendall(self.answer)
        except OSError:
            pass
        self.open.pop(fd).close()


if __name__ == "__main__":
    _Service().run()
