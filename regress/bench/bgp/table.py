"""Figures as text: a table of absolute ones, one of ratios; and as CSV."""

import csv

from bench.bgp.metrics import METRICS

BASE, FLOOR = "bgplbd", "floor"


def human(value, unit):
    """Three digits and a unit that suits them."""
    if value is None:
        return "-"
    if unit == "s":
        for scale, name in ((1e-6, "us"), (1e-3, "ms"), (1, "s")):
            if value < 999.5 * scale:
                break
    elif unit == "B":
        for scale, name in ((1, "B"), (1e3, "kB"), (1e6, "MB"), (1e9, "GB")):
            if value < 999.5 * scale:
                break
    else:
        return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
    return f"{_digits(value / scale)} {name}"


def _digits(value):
    return f"{value:.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 \
        else f"{value:.2f}"


def _ratio(value, base):
    if value is None or not base:
        return "-"
    return f"{_digits(value / base)}x"


def _render(header, rows):
    widths = [max(len(r[i]) for r in [header, *rows]) for i in range(len(header))]
    lines = []
    for row in [header, *rows]:
        lines.append("  ".join(cell.ljust(widths[i]) if i == 0 else cell.rjust(widths[i])
                               for i, cell in enumerate(row)).rstrip())
    return "\n".join(lines) + "\n"


def _measured(figures):
    return [m for m in METRICS if any(figures.get(s, m) is not None for s in figures.speakers)]


def absolute(figures):
    return _render(["", *figures.speakers], [
        [m.title, *[human(figures.get(s, m), m.unit) for s in figures.speakers]]
        for m in _measured(figures)])


def ratios(figures):
    """How much more than bgplbd each takes; first, how much more bgplbd takes than the floor."""
    others = [s for s in figures.speakers if s not in (BASE, FLOOR)]
    return _render(["", f"{BASE}/{FLOOR}", *[f"{s}/{BASE}" for s in others]], [
        [m.title, _ratio(figures.get(BASE, m), figures.get(FLOOR, m)),
         *[_ratio(figures.get(s, m), figures.get(BASE, m)) for s in others]]
        for m in _measured(figures)])


def write_csv(figures, path):
    with open(path, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["metric", "unit", "speaker", "median", "runs"])
        for m in _measured(figures):
            for s in figures.speakers:
                found = figures.runs(s, m.key)
                if found:
                    writer.writerow([m.key, m.unit or "count", s, figures.get(s, m),
                                     " ".join(map(str, found))])
