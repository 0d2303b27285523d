"""What the bench finds out, by name, in the order of its tables.

A figure is the median of all runs; None stands for what did not work or does not
apply.
"""

import dataclasses
import statistics

SIZES = (1, 1_000, 10_000, 100_000)
MANY_NEIGHBORS = (64, 1_000)      # neighbors, prefixes to each


@dataclasses.dataclass(frozen=True)
class Metric:
    key: str
    title: str
    unit: str              # "s", "B" or "": a count


def load_key(size, what, neighbors=1):
    return f"{neighbors} x {size}: {what}" if neighbors > 1 else f"{size}: {what}"


def _load(size, neighbors, title):
    return [Metric(load_key(size, what, neighbors), f"{title}: {text}", unit)
            for what, text, unit in (
                ("time", "time to all received", "s"), ("messages", "UPDATEs", ""),
                ("bytes", "bytes of UPDATEs", "B"), ("cpu", "CPU", "s"),
                ("cpu from start", "CPU since start", "s"), ("pss", "PSS", "B"))]


COLD = Metric("cold start", "cold start to Established", "s")
RETURN = Metric("return", "router comes back, to Established", "s")
ANNOUNCED = Metric("announced", "1 more prefix, command to wire", "s")
WITHDRAWN = Metric("withdrawn", "its withdrawal, command to wire", "s")
ANNOUNCED_BESIDE = Metric("announced beside", "1 more beside 100 000, command to wire", "s")
WITHDRAWN_BESIDE = Metric("withdrawn beside", "its withdrawal beside 100 000", "s")
IDLE_PSS = Metric("idle: pss", "idle, 1 prefix: PSS", "B")
WAKEUPS = Metric("idle: wakeups", "idle: wake-ups a minute", "")
ROUTES_PSS = Metric("routes: pss", "500 000 routes received: PSS", "B")
ROUTES_GROWTH = Metric("routes: growth", "500 000 routes received: growth", "B")
REFUSED_PSS = Metric("refused: pss", "the same, refused by a filter: PSS", "B")

METRICS = [
    COLD, RETURN,
    *[m for size in SIZES for m in _load(size, 1, f"{size:,}".replace(",", " ")
                                         + (" prefixes" if size > 1 else " prefix"))],
    *_load(MANY_NEIGHBORS[1], MANY_NEIGHBORS[0], "64 neighbors x 1 000"),
    ANNOUNCED, WITHDRAWN, ANNOUNCED_BESIDE, WITHDRAWN_BESIDE,
    ROUTES_PSS, ROUTES_GROWTH, REFUSED_PSS, IDLE_PSS, WAKEUPS,
]


class Figures:
    """All that was measured: of each speaker, by metric, one value a run."""

    def __init__(self, speakers):
        self.speakers = speakers          # names, in the order of the tables
        self._values = {}

    def add(self, speaker, key, value):
        if value is not None:
            self._values.setdefault((speaker, key), []).append(value)

    def runs(self, speaker, key):
        return self._values.get((speaker, key), [])

    def get(self, speaker, metric):
        """The median, or None."""
        key = metric if isinstance(metric, str) else metric.key
        found = self.runs(speaker, key)
        return statistics.median(found) if found else None
