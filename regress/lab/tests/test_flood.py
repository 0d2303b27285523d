"""No process of the daemon grows beyond its limit, whatever another one sends to it."""

import contextlib
import re
import socket

import pytest

from lab import attacker, control, daemon, namespaces, speaker, waiting

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


# As many neighbors as there can be (man/bgplbd.8), most of them strangers, and more
# prefixes than the rde can have.
_STATIC, _OF_PREFIX, _ANNOUNCED = 255, 512, 150_000
_OWN = "10.9.0.1"
_CONFIGURATION = f"""{attacker.CONFIGURATION}
listen port 179
nexthop {_OWN}
nexthop 2001:db8::1
neighbor 10.9.128.0/17 {{
	remote-as 64513
	max {_OF_PREFIX}
}}
""" + "".join(f"neighbor 10.9.1.{n} {{\n\tremote-as 64513\n\tpassive\n}}\n"
              for n in range(_STATIC))
_EXTENDED_MESSAGES = 6  # RFC 8654


def _part_of_update(size):
    return (speaker.MARKER + size.to_bytes(2, "big") + bytes([speaker.UPDATE])).ljust(
        size - 1, b"\0")


def _connect(source, stack):
    """A session whose neighbor neither reads nor ends its message."""
    neighbor = stack.enter_context(socket.socket())
    neighbor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    neighbor.bind((source, 0))
    neighbor.connect((_OWN, 179))
    neighbor.settimeout(10)
    capabilities = speaker.usual_capabilities(64513) + speaker.capability(_EXTENDED_MESSAGES)
    size = 65535 if source.startswith("10.9.1.") else 4096
    neighbor.sendall(
        speaker.message(speaker.OPEN, speaker.open_body(64513, source, 0, 4, capabilities))
        + speaker.message(speaker.KEEPALIVE) + _part_of_update(size))


def test_neighbors_that_neither_read_nor_end_a_message_make_no_process_large(node, capsys):
    node.run("ip", "link", "set", "lo", "up")
    node.run("ip", "route", "add", "local", "10.9.0.0/16", "dev", "lo")
    node.run("ip", "address", "add", f"{_OWN}/32", "dev", "lo")
    name = "fill_session_with_prefixes"
    attack = attacker.Attack(_RDE, [name], _ANNOUNCED)
    bgplbd = daemon.Bgplbd(node, _CONFIGURATION, attack.environment, arguments=())
    sources = [f"10.9.1.{n}" for n in range(_STATIC)] + [
        f"10.9.{128 + n // 200}.{n % 200 + 1}" for n in range(_OF_PREFIX)]
    with contextlib.ExitStack() as stack:
        stack.callback(bgplbd.discard)
        bgplbd.start()
        node.inside(lambda: [_connect(source, stack) for source in sources])
        attack.begin()
        attack.wait(name, 40)

        def told():
            return sum(n["state"] == "Established" and n["prefixes_sent"] > 0
                       for n in control.Control(node).neighbors().values())
        waiting.until(lambda: told() == len(sources),
                      lambda: f"all are told, {told()} are\n{bgplbd.log()}", 40)
        peaks = {}
        _look(bgplbd.pids(), peaks)
        with capsys.disabled():
            print("\n", name, " ".join(f"{t}: {peak >> 10} KB" for t, peak in peaks.items()))
        assert peaks[_SESSION] < _LIMIT
        bgplbd.stop()
