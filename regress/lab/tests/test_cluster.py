"""Three hosts that announce the same address to a router that spreads over them, and
300 requests a second: what is taken out of service on purpose loses none.

The router keeps established connections where they are, as routers do that hash
resiliently or have a flow table; of what one loses that does not, the last test
shows that the router's own change of next hops is the cause.
"""

import contextlib
import os
import signal
import statistics
import time

import pytest

from lab import load, route_monitor, steady_service, topology, waiting
from lab.topology import LABEL

V4, V6 = topology.address_of(1)
ADDRESSES = tuple(prefix.split("/")[0] for prefix in (V4, V6))
MODEST = 0.5  # seconds of load before and after the change
ELSEWHERE = 0.05  # seconds from Docker's event to the router's change
APART = 0.4  # seconds between two changes
LATENESS = 0.1  # of the time stamp of a change, which is never early


@pytest.fixture(scope="module")
def served(cluster):
    """web1 on each host, announced by all."""
    def serve(host):
        host.run_bgplbd("graceful-restart yes\n", "drain delay 2s\n")
        host.create_gateway(LABEL)
        host.engine.create_network("web1", V4, V6)
        run_container(host, host.name)

    cluster.each(serve)
    cluster.router.keep_flows()
    cluster.wait_established()
    cluster.wait_spread(V4, V6)
    return cluster


def run_container(host, hostname):
    """web1, until it is healthy, which includes that it finds the way back over IPv6.

    It takes a second or two until the kernel lets a new interface use IPv6 (RFC 4862
    section 5.4), which Docker does not wait for.
    """
    host.engine.run_container("web1", ["gateway", "web1"], command=steady_service.COMMAND, options=[
        *steady_service.OPTIONS, "--hostname", hostname,
        "--stop-signal", "SIGUSR2", "--stop-timeout", "30",
        "--health-cmd", f"wget -q -O /dev/null http://127.0.0.1/ && "
                        f"ping -6 -c 1 -W 1 {host.gateway6}"])


def others(cluster, host):
    return [h for h in cluster.hosts if h is not host]


class Watched:
    """The clients, and when the router changed its routes."""

    def __init__(self, cluster):
        self.clients = load.Load(cluster.client, ADDRESSES)
        self.routes = route_monitor.RouteMonitor(cluster.router_node)

    def lost(self):
        return load.lost(self.clients.requests())

    def changes(self):
        """Times at which the router changed next hops of the service."""
        return [when for when, _, prefix in self.routes.changes() if prefix in (V4, V6)]

    def report(self, title):
        began = self.clients.requests()[0].start
        print(f"\n{title}: {load.summary(self.clients.requests())}")
        for r in self.lost():
            print(f"  {r.start - began:.3f} to {r.end - began:.3f} {r.address} {r.outcome} "
                  f"connected={r.connected} retransmits={r.retransmits}")
        print(f"  routes changed at {[round(t - began, 3) for t in self.changes()]}")


@contextlib.contextmanager
def load_on(cluster, title):
    """Load during the context, all hosts in service at both ends."""
    cluster.wait_spread(V4, V6)
    watched = Watched(cluster)
    with watched.routes:
        with watched.clients:
            time.sleep(MODEST)
            yield watched
            cluster.wait_spread(V4, V6)
            time.sleep(MODEST)
    watched.report(title)


def test_router_spreads_connections_over_all_hosts(served):
    everyone = {host.name for host in served.hosts}
    for address in ADDRESSES:
        served.wait_answers_from(everyone, address)


def test_drained_container_loses_nothing(served):
    host = served.hosts[0]
    with load_on(served, "container drain") as watched:
        stop = host.engine.docker_process("stop", "web1")
        served.wait_spread(V4, V6, hosts=others(served, host))
        assert stop.wait(20) == 0
        host.engine.docker("start", "web1")
    assert not watched.lost()


def test_drained_host_loses_nothing(served):
    with load_on(served, "host drain") as watched:
        for host in served.hosts:
            host.control.text("drain")
            served.wait_spread(V4, V6, hosts=others(served, host))
            host.control.text("undrain")
            served.wait_spread(V4, V6)
    assert not watched.lost()


def test_rolling_update_loses_nothing(served):
    with load_on(served, "rolling update") as watched:
        for host in served.hosts:
            host.control.text("drain")
            served.wait_spread(V4, V6, hosts=others(served, host))
            host.engine.docker("stop", "web1")
            host.engine.docker("rm", "web1")
            run_container(host, f"{host.name}-new")
            host.control.text("undrain")
            served.wait_spread(V4, V6)
    assert not watched.lost()
    assert {r.name for r in watched.clients.requests()[-100:]} \
        == {f"{host.name}-new" for host in served.hosts}


def test_restarted_bgplbd_loses_nothing_and_moves_nothing(served):
    with load_on(served, "bgplbd restart") as watched:
        for host in served.hosts:
            host.restart_bgplbd()
            waiting.until(lambda: host.control.prefixes().get(V4, {}).get("state") == "announced",
                          "announced again")
            served.router.wait_established(host.name)
    assert not watched.lost()
    assert not watched.changes()


def end_of_service(host, since):
    """When Docker said that the container is gone, or that its health check failed first."""
    return next((e["timeNano"] / 1e9
                 for e in host.engine.events(since, time.time(), "container")
                 if e["Action"] in ("die", "health_status: unhealthy")), None)


def test_killed_container_loses_only_what_was_on_its_way_to_it(served):
    delays = []
    for host in served.hosts:
        with load_on(served, "kill -9") as watched:
            since = time.time()
            os.kill(host.engine.inspect("web1")["State"]["Pid"], signal.SIGKILL)
            served.wait_spread(V4, V6, hosts=others(served, host))
            died = waiting.until(lambda: end_of_service(host, since), "Docker's event")
            host.engine.docker("start", "web1")
        delays.append(max(t for t in watched.changes()[:2]) - died)
        print(f"  killed at {since:.3f}, Docker's event after {died - since:.3f} s, "
              f"the router's change {delays[-1] * 1000:.1f} ms after that")
        late = [r for r in watched.lost() if r.start > died + ELSEWHERE]
        assert not late
        assert not [r for r in watched.lost() if r.end < since]
    assert statistics.median(delays) < ELSEWHERE


def test_without_flows_kept_only_those_on_their_way_when_routes_change_are_lost(served):
    served.router.keep_flows(False)
    try:
        with load_on(served, "host drain, plain ECMP") as watched:
            for host in served.hosts:
                host.control.text("drain")
                served.wait_spread(V4, V6, hosts=others(served, host))
                time.sleep(APART)
                host.control.text("undrain")
                served.wait_spread(V4, V6)
                time.sleep(APART)
    finally:
        served.router.keep_flows()
    unexplained = [r for r in watched.lost() if r.outcome != "ECONNRESET" or not any(
        r.start < when < r.end + LATENESS for when in watched.changes())]
    assert not unexplained
