"""How soon a router learns of a container's health, and what bgplbd costs when idle.

Latency: from the time stamp that Docker gives its event to the kernel's time stamp
of the UPDATE at the router's end of the wire, for the later of the two families.
Memory: PSS of all processes of bgplbd together, idle, with one session and one
announced service.
"""

import statistics
import time

from lab import capture, waiting

RUNS = 20
MEDIAN_BOUND_MS = 10
PSS_BOUND = 8 << 20
SETTLE_SECONDS = 2


class Latencies:
    """Milliseconds, one a run."""

    def __init__(self):
        self.healthy = []
        self.unhealthy = []


def measure(lab, runs=RUNS):
    """Switches one container's health there and back; its network is the caller's to remove."""
    container, prefixes = lab.serve("latency")
    lab.wait_served(*prefixes)
    events, began = [], time.time()
    with capture.Capture(lab.router_node, "eth0", incoming_only=True) as seen:
        for _ in range(runs):
            container.be_unhealthy()
            lab.wait_not_served(*prefixes)
            container.be_healthy()
            lab.wait_served(*prefixes)
            # Docker remembers 256, and three of a health check's each second.
            ended = time.time()
            events += lab.engine.events(began, ended, "container")
            began = ended
        updates = waiting.until(
            lambda: _complete(seen.of_type(capture.UPDATE), prefixes, runs), "all UPDATEs", 5)
    return _match(events, updates, prefixes)


def _complete(updates, prefixes, runs):
    enough = all(sum(p in m.announced() for m in updates) >= runs for p in prefixes)
    return updates if enough else None


def _match(events, updates, prefixes):
    found = Latencies()
    for event in events:
        action = event["Action"].partition("health_status: ")[2]
        if action == "healthy":
            found.healthy.append(_latency(event, updates, prefixes, "announced"))
        elif action == "unhealthy":
            found.unhealthy.append(_latency(event, updates, prefixes, "withdrawn"))
    return found


def _latency(event, updates, prefixes, what):
    """Milliseconds until the event's change of all prefixes was on the wire."""
    changed = []
    for prefix in prefixes:
        times = [m.nanoseconds for m in updates
                 if prefix in getattr(m, what)() and m.nanoseconds > event["timeNano"]]
        assert times, f"{prefix} was not {what} after {event['Action']}"
        changed.append(min(times))
    return (max(changed) - event["timeNano"]) / 1e6


def idle_pss(lab):
    """Bytes; waits until the daemon has been idle for a moment."""
    time.sleep(SETTLE_SECONDS)
    return lab.bgplbd.pss()


def report(latencies, pss):
    """Prints both."""
    for what, values in (("healthy -> UPDATE", latencies.healthy),
                         ("unhealthy -> withdraw", latencies.unhealthy)):
        print(f"{what:22} {len(values):3} runs   min {min(values):6.2f} ms   "
              f"median {statistics.median(values):6.2f} ms   max {max(values):6.2f} ms")
    print(f"{'idle PSS':22} {pss / (1 << 20):.2f} MB of all processes together")
