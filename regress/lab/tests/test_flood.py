"""No process of the daemon grows beyond its limit, whatever another one sends to it."""

import re

import pytest

from lab import attacker, daemon, namespaces, waiting

pytestmark = pytest.mark.skipif(
    daemon.is_sanitized(), reason="a build with sanitizers is not small")

_LIMIT = 64 << 20  # of each process; man/bgplbd.8
_RDE, _SESSION, _FRONTEND = "route decision engine", "session engine", "docker frontend"

# (process, attack): what the log says of the end, or None if the daemon goes on.
_PREFIXES = r"prefixes: 13\d{4} subnets of labelled networks"  # 8 191 networks, 16 of each
_FLOODS = {
    (_FRONTEND, "flood_parent_with_requests"):
        "the docker frontend asks and does not read the answers",
    (_FRONTEND, "flood_session_with_lists"): None,
    (_FRONTEND, "flood_rde_with_calls"): None,
    (_FRONTEND, "fill_tables_of_rde"): None,
    (_SESSION, "flood_rde_with_queries"): "asked about more sessions than there can be",
    (_SESSION, "flood_rde_with_barriers"): "barrier 1000000 was never sent",
    (_SESSION, "flood_frontend_with_rows"): None,
    (_RDE, "flood_session_with_barriers"): "barrier 1 was never sent",  # that came back
    (_RDE, "flood_session_with_prefixes"): "rde announced more than 262144 prefixes",
    (_RDE, "flood_frontend_with_orders"): "orders more than 8192 containers to be stopped",
    (_RDE, "flood_frontend_with_networks"): None,
    (_RDE, "flood_parent_with_saves"): "comes before the answer to the last one was read",
}


@pytest.fixture(scope="module")
def node():
    """A machine with nothing on it: the daemon runs without an engine and a router."""
    made = namespaces.Node("flooded")
    yield made
    made.close()


def _peak(pid):
    """Bytes that the process had resident at most; 0 if it is gone."""
    try:
        with open(f"/proc/{pid}/status") as status:
            found = re.search(r"VmHWM:\s*(\d+) kB", status.read())
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found.group(1)) * 1024 if found else 0


def _look(pids, peaks):
    for title, pid in pids.items():
        peaks[title] = max(peaks.get(title, 0), _peak(pid))


@pytest.mark.parametrize("process,name", _FLOODS)
def test_flood_makes_no_process_large(node, process, name, capsys):
    ends = _FLOODS[process, name]
    attack = attacker.Attack(process, [name])
    bgplbd = daemon.Bgplbd(node, attacker.CONFIGURATION, attack.environment, arguments=())
    peaks = {}
    try:
        bgplbd.start()
        pids = bgplbd.pids()
        attack.begin()

        def over():
            _look(pids, peaks)
            if ends:
                return bgplbd.status() is not None
            return name in attack.outcomes() and (
                name != "fill_tables_of_rde" or re.search(_PREFIXES, bgplbd.log()))
        waiting.until(over, lambda: f"the flood is over\n{bgplbd.log()}", 40)
        if ends:
            assert bgplbd.status() == 1
            assert ends in bgplbd.log()
        else:
            _look(pids, peaks)
            bgplbd.stop()
    finally:
        bgplbd.discard()
    with capsys.disabled():
        print("\n", name, attack.outcomes().get(name), " ".join(
            f"{title}: {peak >> 10} KB" for title, peak in peaks.items()))
    assert all(peak < _LIMIT for peak in peaks.values())
