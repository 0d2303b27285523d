"""What many networks on one host cost, with a real Docker engine.

Made and removed: so many load-balanced networks of both families, and containers that
do nothing, without health check, one to a network until they are used up.  Between
that: memory, a restart, and plugin calls made as Docker makes them, while all is up.

Of a plugin call the rde logs (-v) how long it waited for the kernel; what is judged
is the rest of the time from the call's first byte to the answer's last.  For these
calls bgplbd and the caller are scheduled before all else on the machine, so that the
others' work does not count.
"""

import collections
import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import re
import secrets
import statistics
import time

from lab import capture, daemon, image, waiting

CALL_BOUND_MS = 5
RESTART_BOUND = 1
MEMORY_BOUND = 2048  # bytes a network
MEMORY_NOISE = 96 << 10  # bytes by which one run differs from the next, of any size
CALL_ROUNDS = 300
AT_ONCE = 4  # requests to Docker
LOOK_SECONDS = 60  # from one look at Docker's lists to the next, as in bgplbd
LOOKS = 1
LISTS = 5
LOOK_BOUND_MS = 200  # CPU of bgplbd a minute
PATIENCE = 600
SETTLE = 2.5  # seconds until memory is measured: bgplbd gives back what a burst took

_DRIVER = "bgplb"
ADDRESS_SPACE = "bgplb-local"  # that it gives Docker
_WAITED = re.compile(r"rde: (\w+) waited (\d+) us for the kernel")


def prefixes(number):
    """Of the network of a number, counted from 0."""
    return (f"10.{64 + number // 65536}.{number // 256 % 256}.{number % 256}/32",
            f"2001:db8:1::{number + 1:x}/128")


class Costs:
    """Seconds of wall clock, and of CPU of bgplbd's processes and of dockerd."""

    def __init__(self, wall, bgplbd, dockerd, kernel):
        self.wall, self.bgplbd, self.dockerd, self.kernel = wall, bgplbd, dockerd, kernel


class Scale:
    def __init__(self, lab, networks, containers):
        self.lab = lab
        self.networks = networks
        self.containers = containers
        self.engine = lab.engine

    def start(self):
        """bgplbd, with nothing in Docker; its memory."""
        self.lab.run_bgplbd()
        return self.memory()

    def memory(self):
        time.sleep(SETTLE)
        return self.lab.bgplbd.pss()

    def create(self):
        return self._cost(lambda: self._all(self._create_network, self.networks))

    def start_containers(self):
        cost = self._cost(lambda: self._all(self._start_container, self.containers))
        self._wait_announced()
        return cost

    def delete(self):
        def work():
            self._all(self._remove_container, self.containers)
            self._all(lambda n: self.engine.ask("DELETE", f"/networks/scale{n}"), self.networks)
        return self._cost(work)

    def restart(self):
        """Seconds from the start of bgplbd to the last of its announcements on the wire,
        and of CPU of its processes until a moment after that.
        """
        self.lab.stop_bgplbd()
        self.lab.router.wait_down()
        with capture.Capture(self.lab.router_node, "eth0", incoming_only=True) as seen:
            began = time.time()
            self.lab.run_bgplbd()
            self._wait_announced()
            expected = {p for n in range(self.containers) for p in prefixes(n)}
            updates = waiting.until(lambda: _covering(seen, expected), "all UPDATEs", 30)
        return max(m.time for m in updates) - began, _cpu(self.lab.bgplbd.pids().values())

    def looks(self):
        """What the look at Docker's lists costs that comes each minute, with all up.

        Seconds of CPU a minute of bgplbd's processes when nothing happens, a look among
        it; and a pair of lists: seconds of dockerd's CPU, and until it has answered.
        """
        pids = list(self.lab.bgplbd.pids().values())
        before = _run_time(pids)
        time.sleep(LOOKS * LOOK_SECONDS)
        own = (_run_time(pids) - before) / LOOKS
        began, before = time.monotonic(), _run_time([self.engine.pid])
        for _ in range(LISTS):
            self.engine.ask("GET", "/networks")
            self.engine.ask("GET", "/containers/json")
        return (own, (_run_time([self.engine.pid]) - before) / LISTS,
                (time.monotonic() - began) / LISTS)

    def calls(self, rounds):
        """Milliseconds of each call, by name: (whole, of it waiting for the kernel) pairs."""
        log_start = len(self.lab.bgplbd.log())
        times = collections.defaultdict(list)
        with _first_in_line(self.lab.bgplbd.pids().values()), \
                self.lab.plugin_socket() as caller:
            for number in range(self.networks, self.networks + rounds):
                for name, body in _calls_of(number):
                    times[name.rpartition(".")[2]].append(_timed_call(caller, name, body))
        waited = collections.defaultdict(list)
        for name, us in _WAITED.findall(self.lab.bgplbd.log()[log_start:]):
            waited[name].append(int(us) / 1000)
        return {name: list(zip(each, waited.get(name) or [0.0] * len(each), strict=True))
                for name, each in times.items()}

    # Docker

    def _all(self, function, count):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(function, range(count)))

    def _create_network(self, number):
        v4, v6 = prefixes(number)
        self.engine.ask("POST", "/networks/create", {
            "Name": f"scale{number}", "Driver": _DRIVER, "EnableIPv6": True,
            "IPAM": {"Driver": _DRIVER, "Config": [{"Subnet": v4}],
                     "Options": {"v6subnet": v6}}})

    def _start_container(self, number):
        name = f"scale{number}"
        self.engine.ask("POST", f"/containers/create?name={name}", {
            "Image": image.NAME, "Cmd": ["sleep", "1000000"],
            "HostConfig": {"NetworkMode": name}})
        self.engine.ask("POST", f"/containers/{name}/start")

    def _remove_container(self, number):
        self.engine.ask("DELETE", f"/containers/scale{number}?force=1")

    def _wait_announced(self):
        waiting.until(lambda: sum(p["state"] == "announced" for p in
                                  self.lab.control.prefixes().values()) == 2 * self.containers,
                      "all announced", PATIENCE, step=0.2)

    def _cost(self, work):
        dockerd = self.engine.pid
        log_start = len(self.lab.bgplbd.log())
        before = [_cpu(self.lab.bgplbd.pids().values()), _cpu([dockerd])]
        began = time.monotonic()
        work()
        wall = time.monotonic() - began
        spent = [_cpu(self.lab.bgplbd.pids().values()), _cpu([dockerd])]
        waited = _WAITED.findall(self.lab.bgplbd.log()[log_start:])
        return Costs(wall, spent[0] - before[0], spent[1] - before[1],
                     sum(int(us) for _, us in waited) / 1e6)


@contextlib.contextmanager
def _first_in_line(pids):
    """These processes and this one run when they can."""
    everyone = [0, *pids]
    for pid in everyone:
        os.sched_setscheduler(pid, os.SCHED_RR, os.sched_param(1))
    try:
        yield
    finally:
        for pid in everyone:
            os.sched_setscheduler(pid, os.SCHED_OTHER, os.sched_param(0))


def _covering(seen, expected):
    updates = seen.of_type(capture.UPDATE)
    announced = {p for m in updates for p in m.announced()}
    return updates if expected <= announced else None


def _cpu(pids):
    """Seconds of user and system time."""
    ticks = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _run_time(pids):
    """Seconds that they have run, to the nanosecond, of all their threads."""
    tasks = [t for pid in pids for t in pathlib.Path(f"/proc/{pid}/task").iterdir()]
    return sum(int((t / "schedstat").read_text().split()[0]) for t in tasks) / 1e9


def _calls_of(number):
    """What Docker calls for a network of a number and a container in it, and their end."""
    v4, v6 = prefixes(number)
    network, endpoint = secrets.token_hex(32), secrets.token_hex(32)
    pool4, pool6 = {"PoolID": v4}, {"PoolID": v6}
    address4, address6 = ({"Address": p.split("/")[0]} for p in (v4, v6))
    both = {"NetworkID": network, "EndpointID": endpoint}
    yield "IpamDriver.RequestPool", {
        "AddressSpace": ADDRESS_SPACE, "Pool": v4, "SubPool": "",
        "Options": {"v6subnet": v6}, "V6": False}
    yield "IpamDriver.RequestPool", {
        "AddressSpace": ADDRESS_SPACE, "Pool": "", "SubPool": "",
        "Options": {"v6subnet": v6}, "V6": True}
    for pool in (pool4, pool6):
        yield "IpamDriver.RequestAddress", {
            **pool, "Address": "",
            "Options": {"RequestAddressType": "com.docker.network.gateway"}}
    yield "NetworkDriver.CreateNetwork", {
        "NetworkID": network,
        "Options": {"com.docker.network.enable_ipv6": True, "com.docker.network.generic": {}},
        "IPv4Data": [{"AddressSpace": ADDRESS_SPACE, "Gateway": v4, "Pool": v4}],
        "IPv6Data": [{"AddressSpace": ADDRESS_SPACE, "Gateway": v6, "Pool": v6}]}
    mac = "02:42:" + ":".join(re.findall("..", endpoint[:8]))
    for pool in (pool4, pool6):
        yield "IpamDriver.RequestAddress", {
            **pool, "Address": "", "Options": {"com.docker.network.endpoint.macaddress": mac}}
    yield "NetworkDriver.CreateEndpoint", {
        **both, "Options": {}, "Interface": {"Address": v4, "AddressIPv6": v6, "MacAddress": mac}}
    yield "NetworkDriver.Join", {**both, "SandboxKey": "/var/run/docker/netns/x", "Options": {}}
    yield "NetworkDriver.Leave", both
    yield "NetworkDriver.DeleteEndpoint", both
    for pool, address in ((pool4, address4), (pool6, address6)):
        yield "IpamDriver.ReleaseAddress", {**pool, **address}
    yield "NetworkDriver.DeleteNetwork", {"NetworkID": network}
    for pool in (pool4, pool6):
        yield "IpamDriver.ReleasePool", pool


def _timed_call(caller, name, body):
    text = json.dumps(body).encode()
    request = (f"POST /{name} HTTP/1.1\r\nHost:\r\nContent-Type: application/json\r\n"
               f"Content-Length: {len(text)}\r\n\r\n").encode() + text
    began = time.monotonic()
    caller.sendall(request)
    answer = http.client.HTTPResponse(caller)
    answer.begin()
    said = answer.read()
    took = time.monotonic() - began
    assert answer.status == 200, f"{name}: {said}"
    return took * 1000


def _percentile(values, part):
    """The smallest of values that at least this part of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * part // 100) - 1)]


def _own_p99(calls):
    """The 99th percentile of a call's time apart from the kernel's, in ms; the worst call's."""
    return max(_percentile([whole - kernel for whole, kernel in each], 99)
               for each in calls.values())


def _call_table(calls):
    """Lines: each call's median and 99th percentile, whole, kernel's part, and the rest."""
    lines = [f"{'plugin call, ms':18} {'calls':>6} {'median':>8} {'p99':>8} "
             f"{'p99 kernel':>11} {'p99 rest':>9}"]
    for name, each in calls.items():
        whole, kernel = zip(*each)
        rest = [w - k for w, k in each]
        lines.append(f"{name:18} {len(each):6} {statistics.median(whole):8.2f} "
                     f"{_percentile(whole, 99):8.2f} {_percentile(kernel, 99):11.2f} "
                     f"{_percentile(rest, 99):9.2f}")
    return lines


def _cost_row(what, count, cost):
    return (f"{what:18} {count:6} {cost.wall:8.1f} {cost.wall / count * 1000:8.1f} "
            f"{cost.dockerd:9.1f} {cost.bgplbd:8.1f} {cost.kernel:8.1f}")


def _memory_bound(networks):
    """Bytes for that many; noise is left out of account where it is most of them."""
    return MEMORY_BOUND * networks + (MEMORY_NOISE if networks < 500 else 0)


def report(lab, networks, containers, rounds=CALL_ROUNDS, looks=True):
    """Measures and prints; whether all promises are kept.  Leaves nothing in Docker.

    looks: also what a minute costs in which nothing happens, which takes more than one.
    """
    scale = Scale(lab, networks, containers)
    idle = scale.start()
    print(f"{'':18} {'count':>6} {'s':>8} {'ms each':>8} {'s dockerd':>9} {'s bgplbd':>8} "
          f"{'s kernel':>8}")
    print(_cost_row("create networks", networks, scale.create()))
    full = scale.memory()
    print(_cost_row("start containers", containers, scale.start_containers()))
    restart, restart_cpu = scale.restart()
    look, list_dockerd, list_wall = scale.looks() if looks else (0, 0, 0)
    calls = scale.calls(rounds)
    print(_cost_row("remove all", networks + containers, scale.delete()))
    print("(s dockerd, s bgplbd: CPU time; s kernel: what bgplbd waited for netlink)\n")
    print("\n".join(_call_table(calls)) + "\n")
    if looks:
        print(f"Docker's lists, once a minute: {list_dockerd * 1000:.1f} ms of CPU of dockerd, "
              f"{list_wall * 1000:.1f} ms until it has answered\n")
    each = (full - idle) / networks
    promises = [
        (f"restart to the last announcement on the wire {restart:.3f} s "
         f"(CPU {restart_cpu:.2f} s)",
         restart < RESTART_BOUND, f"{RESTART_BOUND} s"),
        (f"plugin calls apart from the kernel, p99 of the worst {_own_p99(calls):.2f} ms",
         _own_p99(calls) < CALL_BOUND_MS, f"{CALL_BOUND_MS} ms"),
        (f"memory {each:.0f} bytes a network ({idle / 1024:.0f} KB without, "
         f"{full / 1024:.0f} KB with)", full - idle < _memory_bound(networks),
         f"{_memory_bound(networks) / networks:.0f} bytes")]
    if looks:
        promises.append((
            f"a minute without any event, with a look at Docker's lists, {look * 1000:.1f} ms "
            "of CPU", look * 1000 < LOOK_BOUND_MS, f"{LOOK_BOUND_MS} ms"))
    for what, kept, bound in promises:
        print(f"{'kept  ' if kept else 'MISSED'}  {what}, promised below {bound}")
    return all(kept for _, kept, _ in promises)
