"""The figures as one SVG picture: two panels of lines, two of dots, log scales."""

import math
from xml.sax.saxutils import escape

from bench.bgp import metrics
from bench.bgp.metrics import SIZES, load_key
from bench.bgp.table import human

_COLOURS = {"floor": "#777777", "bgplbd": "#d55e00", "BIRD": "#0072b2", "FRR": "#009e73",
            "OpenBGPD": "#b8860b", "ExaBGP": "#cc79a7", "gobgpd": "#56b4e9"}
_WIDTH, _HEIGHT = 1250, 990
_PANEL_WIDTH, _PANEL_HEIGHT = 400, 300
_DOTS_HEIGHT = 360
_LEFT, _TOP = 90, 130
_COLUMN, _ROW = 590, 400
_LABEL_GAP = 14       # between two direct labels


class _Scale:
    """A logarithmic axis: from values to picture coordinates."""

    def __init__(self, values, start, length):
        low, high = min(values), max(values)
        self.low = math.floor(math.log10(low))
        self.high = max(math.ceil(math.log10(high)), self.low + 1)
        self.start, self.length = start, length

    def __call__(self, value):
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + part * self.length

    def decades(self):
        return [10.0 ** e for e in range(self.low, self.high + 1)]


def _tick(value, unit):
    """A decade as an axis shows it: "10 ms", not "10.0 ms"."""
    number, _, rest = human(value, unit).partition(" ")
    return f"{float(number):g} {rest}"


def _text(x, y, text, size=12, anchor="start", colour="#222222", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="{colour}" font-weight="{weight}">{escape(text)}</text>')


def _line(x1, y1, x2, y2, colour="#dddddd"):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{colour}"/>')


def _spread(wanted):
    """Positions as near to the wanted ones as leaves _LABEL_GAP between any two."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [0.0] * len(wanted)
    last = -math.inf
    for i in order:
        last = placed[i] = max(wanted[i], last + _LABEL_GAP)
    return placed


def _lines_panel(figures, speakers, x, y, title, what, unit):
    """A line a speaker: a figure by the number of prefixes."""
    series = {s: [(n, figures.get(s, load_key(n, what))) for n in SIZES] for s in speakers}
    series = {s: [(n, v) for n, v in points if v] for s, points in series.items()}
    series = {s: points for s, points in series.items() if points}
    if not series:
        return []
    across = _Scale(SIZES, x, _PANEL_WIDTH)
    up = _Scale([v for points in series.values() for _, v in points],
                y + _PANEL_HEIGHT, -_PANEL_HEIGHT)
    out = [_text(x, y - 16, title, 14, weight="bold")]
    for value in up.decades():
        out += [_line(x, up(value), x + _PANEL_WIDTH, up(value)),
                _text(x - 8, up(value) + 4, _tick(value, unit), 11, "end")]
    for size in SIZES:
        out += [_line(across(size), y, across(size), y + _PANEL_HEIGHT),
                _text(across(size), y + _PANEL_HEIGHT + 18, f"{size:,}".replace(",", " "), 11,
                      "middle")]
    out.append(_text(x + _PANEL_WIDTH / 2, y + _PANEL_HEIGHT + 36, "prefixes", 11, "middle"))
    names = list(series)
    ends = _spread([up(series[s][-1][1]) for s in names])
    for name, label_y in zip(names, ends):
        colour = _COLOURS[name]
        points = [(across(n), up(v)) for n, v in series[name]]
        width = 3 if name == "bgplbd" else 1.6
        dash = ' stroke-dasharray="5 4"' if name == "floor" else ""
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" '
                   f'stroke-width="{width}"{dash}/>')
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points]
        out.append(_text(x + _PANEL_WIDTH + 10, label_y + 4,
                         f"{name}  {human(series[name][-1][1], unit)}", 11, colour=colour,
                         weight="bold" if name == "bgplbd" else "normal"))
    return out


def _dots_panel(figures, speakers, x, y, title, rows, unit):
    """A row a metric, a dot a speaker."""
    found = {m: {s: figures.get(s, m) for s in speakers} for m in rows}
    found = {m: {s: v for s, v in values.items() if v} for m, values in found.items()}
    found = {m: values for m, values in found.items() if values}
    if not found:
        return []
    across = _Scale([v for values in found.values() for v in values.values()], x, _PANEL_WIDTH)
    out = [_text(x, y - 16, title, 14, weight="bold")]
    for value in across.decades():
        out += [_line(across(value), y, across(value), y + _DOTS_HEIGHT),
                _text(across(value), y + _DOTS_HEIGHT + 18, _tick(value, unit), 11, "middle")]
    step = _DOTS_HEIGHT / len(found)
    for number, (metric, values) in enumerate(found.items()):
        row = y + step * number + 34
        out += [_text(x, row - 22, metric.title, 11, colour="#555555"),
                _line(x, row, x + _PANEL_WIDTH, row)]
        for name, value in sorted(values.items(), key=lambda item: item[0] == "bgplbd"):
            radius = 6 if name == "bgplbd" else 4.5
            out.append(f'<circle cx="{across(value):.1f}" cy="{row:.1f}" r="{radius}" '
                       f'fill="{_COLOURS[name]}"><title>{escape(name)} '
                       f"{human(value, unit)}</title></circle>")
        out += _dot_labels(values, across, row, unit)
    return out


def _dot_labels(values, across, row, unit):
    """The least and the greatest are named."""
    out = []
    for name in {min(values, key=values.get), max(values, key=values.get), "bgplbd"}:
        if name in values:
            below = 17 if name == "bgplbd" else -9
            out.append(_text(across(values[name]), row + below,
                             f"{name} {human(values[name], unit)}", 10, "middle",
                             _COLOURS[name], "bold" if name == "bgplbd" else "normal"))
    return out


def _legend(speakers):
    out, x = [], _LEFT
    for name in speakers:
        out += [f'<rect x="{x}" y="66" width="14" height="14" fill="{_COLOURS[name]}"/>',
                _text(x + 20, 78, name, 12, weight="bold" if name == "bgplbd" else "normal")]
        x += 50 + 9 * len(name)
    return out


def write(figures, path, subtitle):
    speakers = [s for s in figures.speakers if s in _COLOURS]
    neighbors, each = metrics.MANY_NEIGHBORS
    many = {m.key: m for m in metrics.METRICS}
    parts = [
        _text(_LEFT, 34, "Announcers of BGP prefixes, measured on one link", 18, weight="bold"),
        _text(_LEFT, 54, subtitle, 12, colour="#555555"),
        *_legend(speakers),
        *_lines_panel(figures, speakers, _LEFT, _TOP, "Established to all received", "time", "s"),
        *_lines_panel(figures, speakers, _LEFT + _COLUMN, _TOP, "Memory (PSS of all processes)",
                      "pss", "B"),
        *_dots_panel(figures, speakers, _LEFT, _TOP + _ROW, "How long it takes", [
            metrics.COLD, metrics.RETURN, many[load_key(each, "time", neighbors)],
            metrics.ANNOUNCED, metrics.ANNOUNCED_BESIDE], "s"),
        *_dots_panel(figures, speakers, _LEFT + _COLUMN, _TOP + _ROW, "Memory, further", [
            metrics.IDLE_PSS, many[load_key(each, "pss", neighbors)], metrics.ROUTES_PSS,
            metrics.REFUSED_PSS], "B"),
    ]
    with open(path, "w") as out:
        out.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
                  f'font-family="sans-serif">\n'
                  f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>\n')
        out.write("\n".join(parts))
        out.write("\n</svg>\n")
