"""When routes and nexthop objects of a node come and go, by ip monitor's time stamps.

A stamp is taken when ip reads the kernel's message, so it is late by the time that
this takes, and never early; so ip goes before all others that want the processor.
"""

import datetime
import re
import subprocess

from lab import sandbox, waiting

_LINE = re.compile(r"\[(?P<stamp>[^\]]+)\] *(?P<gone>Deleted )?(?P<prefix>[0-9a-f.:/]+) (?:dev|proto|nhid) ")
_NEXTHOP = re.compile(r"\[[^\]]+\] *(?:Deleted )?id [0-9]+ ")
_PROBE = "198.18.255.255/32"


class RouteMonitor:
    """Watches until the end of its context."""

    _count = 0

    def __init__(self, node):
        RouteMonitor._count += 1
        self._node = node
        self._path = sandbox.directory() / f"routes-{RouteMonitor._count}"
        with open(self._path, "wb") as out:
            self._process = subprocess.Popen(
                node.in_node("nice", "-n", "-20", "ip", "-ts", "-o", "monitor", "route",
                             "nexthop"),
                stdout=out, stdin=subprocess.DEVNULL, start_new_session=True)
        waiting.until(self._sees_a_change, "ip monitor watches")

    def _sees_a_change(self):
        for action in ("add", "del"):
            self._node.run("ip", "route", action, _PROBE, "dev", "lo")
        return any(prefix == _PROBE for _, _, prefix in self.changes())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()

    def changes(self):
        """(seconds since 1970, whether it was added, prefix), oldest first."""
        found = []
        for line in self._path.read_text().splitlines():
            match = _LINE.match(line)
            if match is None:
                continue
            prefix = match["prefix"]
            if "/" not in prefix:
                prefix += "/128" if ":" in prefix else "/32"
            when = datetime.datetime.fromisoformat(match["stamp"]).timestamp()
            found.append((when, match["gone"] is None, prefix))
        return found

    def nexthop_changes(self):
        """What ip says of each, oldest first."""
        return [line for line in self._path.read_text().splitlines() if _NEXTHOP.match(line)]

    def last_addition(self, prefix):
        return self._last(True, prefix)

    def last_removal(self, prefix):
        return self._last(False, prefix)

    def _last(self, added, prefix):
        times = [when for when, what, which in self.changes()
                 if what == added and which == prefix]
        assert times, f"no such change of {prefix}: {self.changes()}"
        return times[-1]
