"""What all measured speakers have in common.

A subclass says how its program announces static prefixes to neighbors: with its
own defaults for all timers, accepting what neighbors send, and without putting
anything into the kernel's routing table.
"""

import dataclasses
import subprocess
import time

from lab import processes, sandbox

from bench.bgp import measure, world


class CommandFailed(Exception):
    def __init__(self, argv, done):
        super().__init__(f"{' '.join(map(str, argv))}: status {done.returncode}: "
                         f"{done.stdout}{done.stderr}")
        self.status = done.returncode


@dataclasses.dataclass(frozen=True)
class Workload:
    prefixes: int
    neighbors: int = 1
    accept: bool = True    # what neighbors send; else refused by a filter, where there is one


class Speaker:
    name = ""              # in tables and files
    program = ""           # whose presence decides whether it is measured
    can_filter = False     # has an import filter
    _count = 0

    def __init__(self, place, tools, workload):
        Speaker._count += 1
        self.world = place
        self.node = place.speaker
        self.tools = tools
        self.workload = workload
        self.stem = sandbox.directory() / f"{self.name}-{Speaker._count}"
        self.started = []

    def start(self):
        """Starts it; sessions and prefixes come later, by themselves."""
        raise NotImplementedError

    def finish_start(self):
        """Does what is left to do until all prefixes are there to be announced."""
        measure.wait_for_rest(self.pids, 120)

    def announce_one(self):
        """Announces world.ONE_MORE; returns the time at which the command began."""
        raise NotImplementedError

    def withdraw_one(self):
        raise NotImplementedError

    def stop(self):
        for process in reversed(self.started):
            try:
                process.stop(5)
            except AssertionError:
                pass   # it was killed

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    # For subclasses.

    def file(self, suffix, text):
        """A file for the program to read."""
        path = self.stem.with_suffix(suffix)
        path.write_text(text)
        return path

    def launch(self, *argv, env=None):
        """Starts a program on the node; the first one's exec is the speaker's start."""
        number = len(self.started)
        process = processes.Process(
            f"{self.name}: {argv[0]}",
            self.node.in_node(self.tools / "launch", f"{self.stem}-{number}.exec", *argv),
            f"{self.stem}-{number}.log", env)
        self.started.append(process)
        return process

    def command(self, *argv):
        """Runs a program's own tool on the node; returns the time of its exec."""
        stamp = f"{self.stem}-command.exec"
        done = subprocess.run(self.node.in_node(self.tools / "launch", stamp, *argv),
                              capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise CommandFailed(argv, done)
        return int(open(stamp).read())

    # For those who measure.

    def started_at(self):
        """When it was executed."""
        deadline = time.monotonic() + 5
        while True:
            try:
                return int(open(f"{self.stem}-0.exec").read())
            except (FileNotFoundError, ValueError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def pids(self):
        return measure.family_of(p.pid for p in self.started if p.status() is None)

    def pss(self):
        return measure.pss(self.pids())

    def log(self):
        return "".join(p.log() for p in self.started)

    def neighbors(self):
        return [world.router(i) for i in range(self.workload.neighbors)]
