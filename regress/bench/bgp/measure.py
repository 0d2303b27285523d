"""What processes cost: CPU time, memory, wake-ups; and when they have come to rest."""

import os
import pathlib
import time

_TICKS = os.sysconf("SC_CLK_TCK")
_REST = 0.3           # seconds without work that count as rest
_REST_CPU = 0.005     # of CPU time in them that still do


def family_of(roots):
    """roots and all their descendants that live."""
    found, todo = [], list(roots)
    while todo:
        pid = todo.pop()
        found.append(pid)
        for task in _tasks(pid):
            todo += [int(p) for p in _read(task / "children").split()]
    return found


def _tasks(pid):
    try:
        return list(pathlib.Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def _read(path):
    try:
        return path.read_text()
    except OSError:
        return ""


def cpu(pids):
    """Seconds of CPU time that the processes have used, user and system."""
    return sum(_cpu_of(pid) for pid in pids)


def _cpu_of(pid):
    """The scheduler's own account, to the nanosecond; without it, that of ticks."""
    times = [_read(task / "schedstat").split() for task in _tasks(pid)]
    if any(len(t) == 3 and t[0] != "0" for t in times):
        return sum(int(t[0]) for t in times if t) / 1e9
    stat = _read(pathlib.Path(f"/proc/{pid}/stat")).rsplit(")", 1)[-1].split()
    return (int(stat[11]) + int(stat[12])) / _TICKS if stat else 0.0


def pss(pids):
    """Bytes of memory, pages that are shared shared out."""
    return sum(_pss_of(pid) for pid in pids)


def _pss_of(pid):
    for line in _read(pathlib.Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def switches(pids):
    """{thread: context switches}, voluntary or not: each is a wake-up that ended."""
    found = {}
    for pid in pids:
        for task in _tasks(pid):
            for line in _read(task / "status").splitlines():
                if "ctxt_switches:" in line:
                    found[task.name] = found.get(task.name, 0) + int(line.split()[1])
    return found


def wakeups_between(before, after):
    """From two answers of switches(); threads that are new count from their start."""
    return sum(count - before.get(thread, 0) for thread, count in after.items())


def wait_for_rest(pids, seconds):
    """Waits until the processes of pids() do nothing; False if they never do."""
    deadline = time.monotonic() + seconds
    before = cpu(pids())
    while time.monotonic() < deadline:
        time.sleep(_REST)
        now = cpu(pids())
        if now - before < _REST_CPU:
            return True
        before = now
    return False
