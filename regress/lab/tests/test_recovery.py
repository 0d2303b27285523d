"""bgplbd, the engine or the router goes away for a while; the rest stays right."""

import os

import pytest

from lab import capture, daemon, engine, route_monitor, topology, waiting

pytestmark = pytest.mark.essential

V4, V6 = topology.address_of(1)
SECOND_LIST = 10  # seconds after the first, as bgplbd asks for it


def test_restart_with_containers_up_announces_the_same_again(lab, bgplbd):
    lab.create_gateway(topology.LABEL)
    lab.serve("web1")
    lab.serve("web2", 2)
    two = topology.address_of(2)
    everything = {V4, V6, *two, topology.GATEWAY_SUBNET, topology.GATEWAY_SUBNET6}
    lab.wait_served(V4, V6, *two)
    lab.router.wait_has(*everything)
    routes = lab.routes()
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.restart_bgplbd()
        lab.router.wait_has(*everything)
        assert set(lab.router.received()) == everything
        assert not any(m.withdrawn() for m in seen.of_type(capture.UPDATE, topology.HOST))
    assert lab.routes() == routes


def test_local_routes_stand_while_bgplbd_is_away_and_are_not_touched(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    with route_monitor.RouteMonitor(lab.host) as watched:
        bgplbd.kill()
        assert set(lab.routes()) == {V4, V6}
        lab.run_bgplbd()
        lab.router.wait_has(V4, V6)
        assert [c for c in watched.changes() if c[2] in (V4, V6)] == []


def test_killed_bgplbd_starts_again_over_its_old_sockets(lab, bgplbd):
    lab.serve("web1")
    bgplbd.kill()
    lab.run_bgplbd()
    lab.wait_served(V4, V6)
    lab.serve("web2", 2)
    lab.wait_served(*topology.address_of(2))


def test_container_that_turned_unhealthy_while_away_is_not_announced(lab, bgplbd):
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.stop_bgplbd()
    container.be_unhealthy()
    container.wait_health("unhealthy")
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.run_bgplbd()
        lab.wait_no_route(V4, V6)
        waiting.stays(lambda: not lab.router.received(), "not announced", 1, step=0.1)
        assert seen.announcements(V4) == []
    container.be_healthy()
    lab.wait_served(V4, V6)


def test_container_that_ended_while_away_is_not_announced(lab, bgplbd):
    """Docker goes on asking for the endpoint's removal until bgplbd is back."""
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.stop_bgplbd()
    lab.host.run("kill", "-9", container.inspect()["State"]["Pid"])
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.run_bgplbd()
        lab.wait_no_route(V4, V6)
        waiting.until(lambda: lab.veths() == {}, lambda: f"no veth: {list(lab.veths())}", 40)
        assert seen.announcements(V4) == []


class Remains:
    """What bgplbd might have made for a network: bridge, port, route; made by hand."""

    def __init__(self, lab, network, digit, address, away=None):
        self.bridge, self.veth = f"bgplb-{network[:9]}", f"bgpve-{9 * digit}"
        self.route = f"{address}/32"
        peer = f"bgpvc-{9 * digit}"
        host = lab.host.run
        host("ip", "link", "add", self.bridge, "type", "bridge")
        host("ip", "link", "set", self.bridge, "alias", network, "up")
        host("ip", "link", "add", self.veth, "type", "veth", "peer", "name", peer)
        host("ip", "link", "set", self.veth, "alias", 64 * digit, "master", self.bridge, "up")
        if away is not None:
            host("ip", "link", "set", peer, "netns", away.pid)
        host("ip", "route", "add", address, "dev", self.bridge, "proto", daemon.ROUTE_PROTOCOL)

    def parts(self, lab):
        """Which of the three stand."""
        return (self.bridge in lab.bridges(), self.veth in lab.veths(),
                self.route in lab.routes())


def test_leftovers_of_what_docker_does_not_know_are_removed(lab, bgplbd):
    """What stands in the kernel after Docker removed things while bgplbd was away.

    What another bgplbd would have made stays: for a network that Docker has under
    another driver, or for a container of another engine.
    """
    lab.serve("web1")
    lab.wait_served(V4, V6)
    plain = lab.engine.docker("network", "create", "plain")
    lab.stop_bgplbd()
    leftover = Remains(lab, "e" * 64, "1", "10.0.0.77")
    of_other_driver = Remains(lab, plain, "2", "10.0.0.78")
    of_other_engine = Remains(lab, "f" * 64, "3", "10.0.0.79", away=lab.client)
    stays = {V4, V6, of_other_driver.route, of_other_engine.route}
    lab.host.run("ip", "link", "add", "bgplb-mine", "type", "bridge")
    try:
        lab.run_bgplbd()
        waiting.until(lambda: set(lab.routes()) == stays, lambda: (
            f"the first list ends the stray route: {lab.routes()}"))
        # Links might be those of a start under way: they go with the second list.
        waiting.until(lambda: not any(leftover.parts(lab)),
                      lambda: f"leftovers are gone: {list(lab.bridges())}, {list(lab.veths())}",
                      seconds=SECOND_LIST + 10)
        lab.wait_served(V4, V6)
        assert "bgplb-mine" in lab.bridges(), "a link without our alias is not ours"
        for others in (of_other_driver, of_other_engine):
            assert all(others.parts(lab)), others.parts(lab)
        assert set(lab.router.received()) == {V4, V6}
        assert "2 bridges" in lab.bgplbd.log() and "left alone" in lab.bgplbd.log()
    finally:
        for link in ("bgplb-mine", *(link for others in (of_other_driver, of_other_engine)
                                     for link in (others.veth, others.bridge))):
            lab.host.run("ip", "link", "del", link, check=False)


def test_engine_that_restarts_is_found_again(lab, bgplbd):
    lab.serve("web1", options=["--restart", "always"])
    lab.wait_served(V4, V6)
    lab.engine.stop()
    waiting.until(lambda: not lab.router.has(V4), "withdrawn with its container")
    lab.engine.start()
    lab.wait_served(V4, V6)
    assert bgplbd.status() is None


@pytest.mark.engine
def test_live_restore_withdraws_nothing_if_bgplbd_restarts_too(lab, bgplbd, live_restore):
    """Newer engines say then of each container that it is starting, until its next check."""
    container, _ = lab.serve("web1", options=engine.STEADY_HEALTH)
    lab.wait_served(V4, V6)
    with capture.Capture(lab.router_node, "eth0") as seen, \
            route_monitor.RouteMonitor(lab.host) as watched:
        lab.engine.stop()
        bgplbd.kill()
        bgplbd = lab.run_bgplbd()
        lab.engine.start()
        waiting.until(lambda: "Docker: 1 networks to look after, 1 containers" in bgplbd.log()
                      .split("event stream ended")[-1], "it asked Docker")
        lab.wait_served(V4, V6)
        assert [c for c in watched.changes() if c[2] in (V4, V6)] == []
        assert not any(m.withdrawn() for m in seen.of_type(capture.UPDATE, topology.HOST))
    lab.engine.docker("pause", "web1")
    lab.wait_not_served(V4, V6)
    lab.engine.docker("unpause", "web1")
    lab.wait_served(V4, V6)


@pytest.mark.engine
@pytest.mark.newest
def test_live_restore_keeps_ipv6_only_networks_apart(lab, bgplbd, live_restore):
    """The engine finds interfaces again by their IPv4 address, so each has to have one."""
    lab.create_gateway()
    v6 = {n: topology.address_of(n)[1] for n in (1, 2)}
    for n, prefix in v6.items():
        lab.engine.create_network(f"six{n}", None, prefix)
    lab.engine.create_network("later", *topology.address_of(3))
    lab.engine.run_container("web", [topology.GATEWAY_NETWORK, "six1", "six2"],
                             options=engine.STEADY_HEALTH)
    lab.wait_served(*v6.values())
    lab.engine.stop()
    lab.engine.start()
    lab.engine.docker("network", "connect", "later", "web")
    lab.wait_served(*v6.values(), *topology.address_of(3))
    lab.engine.docker("network", "disconnect", "six2", "web")
    lab.wait_not_served(v6[2])
    links = lab.engine.docker("exec", "web", "ip", "-o", "address")
    assert v6[1] in links and v6[2] not in links, links
    assert set(lab.routes()) == {v6[1], *topology.address_of(3)}


def test_engine_that_was_killed_is_found_again(lab, bgplbd):
    container, _ = lab.serve("web1", options=["--restart", "always"])
    lab.wait_served(V4, V6)
    lab.engine.kill()
    lab.engine.start()
    container.wait_health("healthy")
    lab.wait_served(V4, V6)
    assert bgplbd.status() is None
    assert len(lab.veths()) == 1


def test_bgplbd_starts_before_the_engine(lab):
    lab.stop_bgplbd()
    lab.engine.stop()
    try:
        lab.run_bgplbd()
        assert lab.router.is_established()
    finally:
        lab.engine.start()
    lab.serve("web1")
    lab.wait_served(V4, V6)


def test_events_after_a_restart_are_followed(lab, bgplbd):
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.restart_bgplbd()
    container.be_unhealthy()
    lab.wait_not_served(V4, V6)
    container.be_healthy()
    lab.wait_served(V4, V6)
    lab.engine.docker("rm", "-f", "web1")
    lab.wait_not_served(V4, V6)


def test_removed_socket_files_are_put_back(lab, bgplbd):
    """As by somebody who cleans /run: Docker and bgplbctl find it again."""
    for path in (daemon.PLUGIN_SOCKET, daemon.CONTROL_SOCKET):
        lab.host.run("rm", path)
        waiting.until(lambda: os.path.exists(lab.host.path(path)), f"{path} is there again")
        assert f"{path} was removed, and is put back" in bgplbd.log()
    lab.serve("web1")
    lab.wait_served(V4, V6)
    assert set(lab.control.prefixes()) == {V4, V6}
    lab.stop_bgplbd()
    for path in (daemon.PLUGIN_SOCKET, daemon.CONTROL_SOCKET):
        assert not os.path.exists(lab.host.path(path))
