#!/usr/bin/env python3
"""Holds an engine's socket, as systemd does with docker.socket.

    socket_activator.py SOCKET COMMAND...

The program makes the listening socket, and runs COMMAND with it, as systemd passes it
(LISTEN_FDS), when something connects while COMMAND does not run.  What is queued in the
socket outlives the engine, as there.  SIGUSR1 is "systemctl stop docker", SIGUSR2
"systemctl start docker"; SIGTERM ends both.  It prints each start and end.
"""

import select
import signal
import socket
import subprocess
import sys


class Activator:
    def __init__(self, path, command):
        self.command = command
        self.engine = None
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(64)
        self.orders, self.wake = socket.socketpair()
        self.orders.setblocking(False)
        self.wake.setblocking(False)
        signal.set_wakeup_fd(self.wake.fileno())
        for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)

    def start(self, why):
        print("start", why, flush=True)
        # Its shell's pid becomes its own, which is known only after the fork.
        held = self.listener.fileno()
        self.engine = subprocess.Popen(
            ["sh", "-c", f'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@" 3<&{held}', "sh", *self.command],
            pass_fds=[held])

    def end(self):
        if self.engine is not None:
            self.engine.send_signal(signal.SIGTERM)

    def serve(self):
        while True:
            watched = [self.orders] + ([self.listener] if self.engine is None else [])
            ready, _, _ = select.select(watched, [], [])
            numbers = self.orders.recv(64) if self.orders in ready else b""
            if self.engine is not None and self.engine.poll() is not None:
                print("ended", self.engine.returncode, flush=True)
                self.engine = None
            if signal.SIGTERM in numbers:
                self.end()
                if self.engine is not None:
                    self.engine.wait()
                return
            if signal.SIGUSR1 in numbers:
                self.end()
            elif signal.SIGUSR2 in numbers and self.engine is None:
                self.start("by order")
            elif self.listener in ready and self.engine is None:
                self.start("by a connection")


if __name__ == "__main__":
    Activator(sys.argv[1], sys.argv[2:]).serve()
