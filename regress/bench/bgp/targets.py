"""What bgplbd promises of these figures, and whether it keeps it."""

from bench.bgp import metrics
from bench.bgp.metrics import load_key
from bench.bgp.table import BASE, FLOOR, human

_MB = 1_000_000


def judge(figures):
    """[(promise, what was found, kept)]; promises of what was not measured are left out."""
    found = []

    def at_most(promise, value, limit, unit):
        if value is not None and limit is not None:
            found.append((promise, f"{human(value, unit)} (limit {human(limit, unit)})",
                          value <= limit))

    def ahead(promise, metric, unit):
        mine = figures.get(BASE, metric)
        peers = {s: figures.get(s, metric) for s in peers_of(figures)}
        peers = {s: v for s, v in peers.items() if v is not None}
        if mine is None or not peers:
            return
        best = min(peers, key=peers.get)
        found.append((promise, f"{human(mine, unit)}; best peer {best}: "
                      f"{human(peers[best], unit)}", mine < peers[best]))

    def floor(key, factor):
        value = figures.get(FLOOR, key)
        return None if value is None else value * factor

    full = metrics.SIZES[-1]
    neighbors, each = metrics.MANY_NEIGHBORS
    time = load_key(full, "time")
    at_most("100 000 prefixes in at most 10 times the floor", figures.get(BASE, time),
            floor(time, 10), "s")
    ahead("100 000 prefixes ahead of every peer", time, "s")
    at_most("100 000 prefixes in at most 130 messages",
            figures.get(BASE, load_key(full, "messages")), 130, "")
    at_most("100 000 prefixes in at most 14 MB", figures.get(BASE, load_key(full, "pss")),
            14 * _MB, "B")
    for m in metrics.METRICS:
        if m.key.endswith(": pss"):
            ahead(f"less memory than every peer: {m.title}", m, "B")
    at_most("cold start in at most 0.2 s", figures.get(BASE, metrics.COLD), 0.2, "s")
    at_most("a router that comes back is connected within 2 s",
            figures.get(BASE, metrics.RETURN), 2, "s")
    at_most("500 000 received routes cost less than 1 MB",
            figures.get(BASE, metrics.ROUTES_GROWTH), _MB, "B")
    # Of 30 s each, at the hold time of 90 s, ours and the router's.
    at_most("idle wake-ups only for the 4 keepalives a minute",
            figures.get(BASE, metrics.WAKEUPS), 4.5, "")
    for m in (metrics.ANNOUNCED, metrics.WITHDRAWN, metrics.ANNOUNCED_BESIDE,
              metrics.WITHDRAWN_BESIDE):
        at_most(f"{m.title} within 2 ms", figures.get(BASE, m), 2e-3, "s")
    at_most("64 neighbors x 1 000 within 2 times the floor's cost of one x 64",
            figures.get(BASE, load_key(each, "time", neighbors)),
            floor(load_key(each, "time"), 2 * neighbors), "s")
    at_most("64 neighbors x 1 000 in at most 10 MB",
            figures.get(BASE, load_key(each, "pss", neighbors)), 10 * _MB, "B")
    return found


def peers_of(figures):
    return [s for s in figures.speakers if s not in (BASE, FLOOR, "engine")]
