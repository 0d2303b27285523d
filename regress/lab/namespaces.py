"""Nodes of the lab: each a network namespace and a mount namespace of its own.

A node stands for a machine, with a /run and a /var/lib/bgplbd of its own.  Its
namespaces live as long as a process that holds them, so nothing has a name outside
and nothing needs to be removed: when the node is closed, or the sandbox ends, its
links, routes and mounts are gone.
"""

import ctypes
import json
import os
import subprocess
import threading

from lab import sandbox, waiting

CLONE_NEWNET = 0x40000000
_HOLD = """
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib/bgplbd
mkdir /var/lib/bgplbd/empty
ip link set lo up
echo ready
exec sleep infinity
"""


class Node:
    """A machine: run() and in_node() start things on it."""

    def __init__(self, name):
        self.name = name
        self._holder = subprocess.Popen(
            ["unshare", "--net", "--mount", "--propagation", "private", "sh", "-ec", _HOLD],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            start_new_session=True, preexec_fn=sandbox.die_with_parent)
        if self._holder.stdout.readline() != "ready\n":
            raise RuntimeError(f"node {name} did not start")
        self.pid = self._holder.pid

    def close(self):
        self._holder.kill()
        self._holder.wait()
        self._holder.stdout.close()

    def in_node(self, *argv):
        """argv that runs on this node."""
        return ["nsenter", f"--target={self.pid}", "--net", "--mount", "--", *map(str, argv)]

    def run(self, *argv, check=True, **options):
        """Runs a command to its end; returns subprocess.CompletedProcess with text."""
        done = subprocess.run(self.in_node(*argv), capture_output=True, text=True, **options)
        if check and done.returncode != 0:
            raise AssertionError(
                f"{self.name}: {' '.join(map(str, argv))}: status {done.returncode}\n"
                f"{done.stdout}{done.stderr}")
        return done

    def ip(self, *argv):
        """ip -j: the parsed answer of a command that shows something."""
        return json.loads(self.run("ip", "-j", *argv).stdout or "[]")

    def inside(self, function):
        """function(), called in this node's network namespace, and what it returns."""
        return inside(self.pid, function)

    def path(self, inside):
        """Where a path of this node, such as /run/bgplbd.sock, is seen from outside."""
        return f"/proc/{self.pid}/root{inside}"

    def add_address(self, interface, address):
        """As on a real host: an IPv6 one is tentative for a second or two (RFC 4862)."""
        self.run("ip", "address", "add", address, "dev", interface)

    def wait_addresses(self):
        """Duplicate address detection has ended for all addresses."""
        waiting.until(lambda: self.ip("-6", "address", "show", "tentative") in ([], [{}]),
                      lambda: f"addresses of {self.name} are usable; tentative are "
                      f"{self.ip('-6', 'address', 'show', 'tentative')}")

    def sysctl(self, key, value):
        self.run("sysctl", "-qw", f"{key}={value}")


def inside(pid, function):
    """function(), called in a process's network namespace, and what it returns.

    For making sockets: one stays in the namespace that it was made in.
    """
    outcome = {}

    def work():
        libc = ctypes.CDLL(None, use_errno=True)
        try:
            fd = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            try:
                if libc.setns(fd, CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            finally:
                os.close(fd)
            outcome["value"] = function()
        except BaseException as error:
            outcome["error"] = error

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


def connect(left, left_interface, right, right_interface):
    """A veth pair between two nodes, up on both sides."""
    subprocess.run(
        ["ip", "link", "add", left_interface, "netns", str(left.pid), "type", "veth",
         "peer", "name", right_interface, "netns", str(right.pid)], check=True)
    left.run("ip", "link", "set", left_interface, "up")
    right.run("ip", "link", "set", right_interface, "up")
