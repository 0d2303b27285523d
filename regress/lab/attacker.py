"""Attacks from inside the daemon's processes: the code is in attack/, see attack.h.

    outcome = attacker.Attack("session engine", ["kill_parent"]).on_node(node)

starts a daemon of its own on a node; the daemon of a lab is attacked with

    attack = attacker.Attack("docker frontend", ["flood_rde"])
    bgplbd = lab.run_bgplbd(environment=attack.environment, conf=topology.configuration())
    attack.begin()
    attack.wait("flood_rde")

An attack's outcome is "done", the name of an errno, or a text of its own.
"""

import mmap
import os
import pathlib
import struct
import subprocess

from lab import daemon, sandbox, waiting

# As in attack.c.
_SIZE, _TEXT = 65536, 256
_FOLDER = pathlib.Path(__file__).parent / "attack"
CONFIGURATION = "AS 64512\nrouter-id 192.0.2.10\n"
KILLED = None


def _library():
    """Built once in each run of the lab."""
    built = sandbox.directory() / "attack.so"
    if not built.exists():
        unfinished = built.with_suffix(f".{os.getpid()}")
        subprocess.run(
            ["gcc", "-std=c11", "-D_GNU_SOURCE", "-DLIBBSD_OVERLAY", "-O1", "-g", "-Wall",
             "-Wextra", "-fPIC", "-shared", "-I", daemon.TOP, "-isystem", "/usr/include/bsd",
             "-o", unfinished, *sorted(_FOLDER.glob("*.c"))], check=True)
        unfinished.rename(built)
    return built


class Attack:
    """Attacks by their names that run in one process, such as "session engine"."""

    _count = 0

    def __init__(self, process, names, argument=0):
        assert process in (daemon.PARENT, *daemon.CHILDREN)
        Attack._count += 1
        self.process, self.names = process, names
        page = sandbox.directory() / f"attack-{os.getpid()}-{Attack._count}"
        with open(page, "wb") as file:
            file.truncate(_SIZE)
        with open(page, "r+b") as file:
            self._page = mmap.mmap(file.fileno(), _SIZE)
        self.environment = {
            "LD_PRELOAD": str(_library()), "ATTACK_PAGE": str(page), "ATTACK_PROCESS": process,
            "ATTACK_NAMES": " ".join(names), "ATTACK_ARGUMENT": str(argument)}

    def begin(self):
        """They run now, or as soon as the process's loop begins."""
        self._page[0:4] = struct.pack("=I", 1)

    def outcomes(self):
        """Text by name, of those that have ended."""
        length, = struct.unpack("=I", self._page[4:8])
        lines = self._page[_TEXT:_TEXT + length].decode(errors="replace").splitlines()
        return dict(line.split(": ", 1) for line in lines)

    def wait(self, name, seconds=10):
        """The outcome of one."""
        return waiting.until(lambda: self.outcomes().get(name), lambda:
                             f"{name} has an outcome, there are {self.outcomes()}", seconds)

    def on_node(self, node, configuration=CONFIGURATION):
        """Starts a daemon, lets all run, ends it; outcomes by name and the daemon.

        KILLED is the outcome of one in which the process died, and of those after it.
        """
        bgplbd = daemon.Bgplbd(node, configuration, self.environment)
        try:
            bgplbd.start()
            self.begin()
            waiting.until(lambda: bgplbd.status() is not None
                          or len(self.outcomes()) == len(self.names),
                          lambda: f"all attacks end, there are {self.outcomes()}\n{bgplbd.log()}")
            if bgplbd.status() is None:
                bgplbd.stop()
        finally:
            bgplbd.discard()
        found = self.outcomes()
        return {name: found.get(name, KILLED) for name in self.names}, bgplbd
