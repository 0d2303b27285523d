"""The measurements.  Each starts what it measures afresh and ends it.

A result is {metric: value}: seconds, bytes, counts.
"""

import statistics
import time

from bench.bgp import measure
from bench.bgp.sink import SECOND, Late, Sink
from bench.bgp.speaker import Workload
from bench.bgp.world import World

ROUTES = 500_000
COLD_LIMIT = 60           # seconds until a start counts as failed
LOAD_LIMIT = 180
AWAY = 3                  # seconds for which a router is gone
RETURN_LIMIT = 30
ONE_TIMES = 10            # announcements at run time, for their median
SETTLED = 13              # seconds after a start, in which bgplbd reads a second list from Docker


def cold_start(speaker_class, tools):
    """From the speaker's exec to Established and to its first prefix; the router waits."""
    with World() as world, Sink(world, tools) as sink:
        with speaker_class(world, tools, Workload(1)) as speaker:
            report = sink.wait("established", 1, COLD_LIMIT)
            begin = speaker.started_at()
            return {"established": (report.first("established") - begin) / SECOND}


def load(speaker_class, tools, prefixes, neighbors=1):
    """From Established to all prefixes received, and what that and the start cost.

    The neighbors answer the speaker's OPENs once it has all its prefixes.
    """
    with World() as world, Sink(world, tools, hold=True) as sink:
        with speaker_class(world, tools, Workload(prefixes, neighbors)) as speaker:
            speaker.finish_start()
            sink.wait("waiting", neighbors, COLD_LIMIT)
            before = measure.cpu(speaker.pids())
            sink.tell("go")
            sink.wait("fresh", prefixes * neighbors, LOAD_LIMIT)
            measure.wait_for_rest(speaker.pids, 60)
            report = sink.report()
            if report.total("fresh") != prefixes * neighbors:
                raise RuntimeError(f"{speaker.name} announced too much: {report.raw}")
            after = measure.cpu(speaker.pids())
            end = report.last("last_fresh")
            return {
                "time": (end - report.first("open_sent")) / SECOND,
                "time from KEEPALIVE": (end - report.first("established")) / SECOND,
                "time from UPDATE": (end - report.first("first_update")) / SECOND,
                "messages": report.total("updates"),
                "bytes": report.total("update_bytes"),
                "cpu": after - before,
                "cpu from start": after,
                "pss": speaker.pss(),
            }


def one_prefix(speaker_class, tools, beside=1):
    """From an operator's command to the UPDATE at the neighbor, both ways.

    beside: as many prefixes are announced already.
    """
    with World() as world, Sink(world, tools) as sink:
        with speaker_class(world, tools, Workload(beside)) as speaker:
            speaker.finish_start()
            sink.wait("established", 1, COLD_LIMIT)
            measure.wait_for_rest(speaker.pids, 20)
            taken = {"announced": [], "withdrawn": []}
            for _ in range(ONE_TIMES):
                for what, act in (("announced", speaker.announce_one),
                                  ("withdrawn", speaker.withdraw_one)):
                    sink.tell("reset")
                    sink.report()
                    begin = act()
                    report = sink.wait(what, 1, 30)
                    taken[what].append((report.last("last_prefix") - begin) / SECOND)
                    time.sleep(0.05)
            return {what: statistics.median(times) for what, times in taken.items()}


def received_routes(speaker_class, tools, accept):
    """Memory after a neighbor has sent many routes."""
    with World() as world, Sink(world, tools) as sink:
        with speaker_class(world, tools, Workload(1, accept=accept)) as speaker:
            speaker.finish_start()
            sink.wait("established", 1, COLD_LIMIT)
            measure.wait_for_rest(speaker.pids, 20)
            before = speaker.pss()
            sink.tell("announce", ROUTES)
            sink.wait("sent", 1, LOAD_LIMIT)
            measure.wait_for_rest(speaker.pids, 120)
            after = speaker.pss()
            return {"pss": after, "growth": after - before}


class _Running:
    """A speaker with an established session, in a world of its own."""

    def __init__(self, speaker_class, tools):
        self.world = World()
        self.sink = Sink(self.world, tools)
        self.speaker = speaker_class(self.world, tools, Workload(1))
        self.speaker.__enter__()

    def close(self):
        self.speaker.stop()
        self.sink.close()
        self.world.close()


def at_rest(speaker_classes, tools, seconds):
    """Of all speakers side by side: {name: result}.

    Wake-ups a minute while nothing happens, and memory; then how soon each is
    connected again when its router was away.
    """
    running = {}
    try:
        for speaker_class in speaker_classes:
            running[speaker_class.name] = _Running(speaker_class, tools)
        for r in running.values():
            r.speaker.finish_start()
            r.sink.wait("established", 1, COLD_LIMIT)
        time.sleep(SETTLED)
        found = {name: {"wakeups": w} for name, w in _wakeups(running, seconds).items()}
        for name, r in running.items():
            found[name]["pss"] = r.speaker.pss()
        for name, taken in _returns(running).items():
            found[name]["return"] = taken
        return found
    finally:
        for r in running.values():
            r.close()


def _wakeups(running, seconds):
    pids = {name: r.speaker.pids() for name, r in running.items()}
    before = {name: measure.switches(p) for name, p in pids.items()}
    time.sleep(seconds)
    after = {name: measure.switches(p) for name, p in pids.items()}
    return {name: measure.wakeups_between(before[name], after[name]) * 60 / seconds
            for name in running}


def _returns(running):
    """Seconds from the router's return to Established; None for too late."""
    for r in running.values():
        r.sink.tell("unlisten")
    time.sleep(AWAY)
    for r in running.values():
        r.sink.tell("listen")
        r.sink.report()
    deadline = time.monotonic() + RETURN_LIMIT
    found = {}
    for name, r in running.items():
        try:
            report = r.sink.wait("established", 1, max(0.1, deadline - time.monotonic()))
            found[name] = (report.last("established") - report.listening) / SECOND
        except Late:
            found[name] = None
    return found
