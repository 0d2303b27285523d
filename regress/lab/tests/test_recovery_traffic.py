"""Clients go on asking while a part goes away, or somebody takes something from the kernel."""

import time

import pytest

from lab import capture, daemon, engine, load, relay, route_monitor, topology, waiting
from lab.topology import GATEWAY_NETWORK, HOST, LABEL

V4, V6 = topology.address_of(1)
ADDRESSES = tuple(prefix.split("/")[0] for prefix in (V4, V6))
EVERYTHING = {V4, V6, topology.GATEWAY_SUBNET, topology.GATEWAY_SUBNET6}
RATE = 50  # requests in a second
RELAY = "/run/docker-relay.sock"
# Routers that support it keep the routes over a restart; the lab's gobgpd forgets them
# without a word on the wire.
CONFIGURATION = topology.configuration("graceful-restart yes\n", topology.neighbor(),
                                       f'docker socket "{RELAY}"\n')


class Scene:
    """A container that is served and asked; who interrupts what calls the methods."""

    def __init__(self, lab, cut):
        self.lab = lab
        self.cut = cut
        self.bgplbd = lab.bgplbd
        self.container = lab.engine.container("web1")
        self.load = load.Load(lab.client, ADDRESSES, RATE)

    def wait_answers(self, number=RATE):
        """So many requests that began from now on are answered, in a row."""
        since = time.time()

        def are_answered():
            last = [r for r in self.load.requests() if r.start > since][-number:]
            return len(last) == number and not load.lost(last)
        waiting.until(are_answered, lambda: load.summary(self.load.requests()), 20, step=0.2)

    def wait_right(self):
        """Exactly what should be is announced and stands."""
        lab = self.lab
        lab.router.wait_established()
        waiting.until(lambda: set(lab.router.received()) == EVERYTHING,
                      lambda: f"announced: {list(lab.router.received())}", 20)
        waiting.until(lambda: set(lab.routes()) == {V4, V6} and len(lab.bridges()) == 1
                      and len(lab.veths()) == 1,
                      lambda: f"{lab.routes()} {list(lab.bridges())} {list(lab.veths())}", 20)


@pytest.fixture
def scene(lab, request):
    steady = engine.STEADY_HEALTH if "live_restore" in request.fixturenames else ()
    with relay.Relay(lab.host.path(RELAY), lab.engine.socket) as proxy:
        lab.run_bgplbd(CONFIGURATION)
        lab.create_gateway(LABEL)
        lab.serve("web1", networks=[GATEWAY_NETWORK], options=[*steady, "--restart", "always"])
        lab.wait_served(V4, V6)
        lab.router.wait_has(*EVERYTHING)
        lab.router.use_routes()
        for address in ADDRESSES:
            waiting.until(lambda: lab.fetch(address), f"a page from {address}")
        made = Scene(lab, proxy.cut)
        try:
            with made.load:
                made.wait_answers()
                yield made
        finally:
            lab.router.forget_routes()
            lab.engine.remove_all()
            lab.stop_bgplbd()


def restart_gracefully(scene):
    scene.lab.host.run("kill", "-USR1", scene.bgplbd.pid)
    scene.bgplbd.wait()
    scene.lab.run_bgplbd(CONFIGURATION)


def kill(scene):
    scene.bgplbd.kill()
    scene.lab.run_bgplbd(CONFIGURATION)


def cut_event_stream(scene):
    before = scene.bgplbd.log().count("it is there again")
    scene.cut()
    waiting.until(lambda: scene.bgplbd.log().count("it is there again") > before,
                  "Docker is listed anew")


def restart_router(scene):
    """Its kernel goes on forwarding, as a router's hardware does."""
    scene.lab.router.kill()
    scene.lab.router.start()


@pytest.mark.parametrize("interrupt", [
    pytest.param(restart_gracefully, marks=pytest.mark.essential),
    pytest.param(kill, marks=pytest.mark.essential), cut_event_stream, restart_router])
def test_nothing_is_lost_nor_withdrawn(scene, interrupt):
    lab = scene.lab
    with capture.Capture(lab.router_node, "eth0") as seen, \
            route_monitor.RouteMonitor(lab.host) as watched:
        interrupt(scene)
        scene.wait_right()
        scene.wait_answers()
        assert [c for c in watched.changes() if c[2] in (V4, V6)] == []
        assert not any(m.withdrawn() for m in seen.of_type(capture.UPDATE, HOST))
    assert load.lost(scene.load.requests()) == [], load.summary(scene.load.requests())


@pytest.mark.engine
def test_live_restore_loses_nothing(lab, live_restore, scene):
    test_nothing_is_lost_nor_withdrawn(scene, lambda _: (lab.engine.stop(), lab.engine.start()))


BRIDGE, PORT = "BRIDGE", "PORT"
BY_HAND = {
    "route": (["ip", "route", "del", V4], f"prefix {V4}: its local route"),
    "route6": (["ip", "-6", "route", "del", V6], f"prefix {V6}: its local route"),
    "neighbor entry": (["ip", "neigh", "del", ADDRESSES[0], "dev", BRIDGE],
                       f"prefix {V4}: its neighbor entry"),
    "bridge port": (["ip", "link", "set", PORT, "nomaster"], "is not at its bridge"),
    "port down": (["ip", "link", "set", PORT, "down"], "is down"),
    "bridge down": (["ip", "link", "set", BRIDGE, "down"], "its bridge is down"),
    "bridge": (["ip", "link", "del", BRIDGE], "its bridge was deleted"),
}


@pytest.mark.essential
def test_what_is_deleted_by_hand_is_put_back_and_logged(scene):
    """Requests on their way may be lost, but nothing is withdrawn."""
    lab = scene.lab
    bridge, = lab.bridges()
    port, = lab.veths()
    with capture.Capture(lab.router_node, "eth0") as seen:
        for command, text in BY_HAND.values():
            before = len(scene.bgplbd.log())
            lab.host.run(*(bridge if w == BRIDGE else port if w == PORT else w for w in command))
            waiting.until(lambda: text in scene.bgplbd.log()[before:],
                          lambda: f"{text!r} is logged: {scene.bgplbd.log()[before:]}")
            scene.wait_answers(RATE // 2)
        scene.wait_right()
        assert not any(m.withdrawn() for m in seen.of_type(capture.UPDATE, HOST))


def test_own_and_dockers_changes_are_not_taken_for_somebody_elses(scene):
    """A container comes and goes beside the other; another network, too."""
    lab = scene.lab
    container, prefixes = lab.serve("web2", 2)
    lab.wait_served(*prefixes)
    container.be_unhealthy()
    lab.wait_not_served(*prefixes)
    container.be_healthy()
    lab.wait_served(*prefixes)
    lab.engine.docker("restart", "-t", "1", "web2")
    lab.wait_served(*prefixes)
    lab.host.run("kill", "-9", container.inspect()["State"]["Pid"])
    lab.engine.docker("rm", "-f", "web2")
    lab.engine.docker("network", "rm", "web2")
    scene.wait_right()
    log = scene.bgplbd.log()
    assert not [line for line in log.splitlines() if "put back" in line or "put in order" in line
                or "was deleted" in line]
    assert load.lost(scene.load.requests()) == []


def test_engine_that_restarts_without_live_restore_serves_again(scene):
    scene.lab.engine.stop()
    waiting.until(lambda: not scene.lab.router.has(V4, V6), "withdrawn with its container")
    scene.lab.engine.start()
    scene.wait_right()
    scene.wait_answers()


def test_reboot_of_the_host(scene):
    """All links, routes and namespaces are gone; Docker's own database is kept."""
    lab = scene.lab
    scene.bgplbd.kill()
    lab.engine.stop()
    for name in [*lab.bridges(), *lab.veths(), topology.GATEWAY_BRIDGE]:
        lab.host.run("ip", "link", "del", name, check=False)
    lab.host.run("sh", "-c", "umount /run/docker/netns/* 2>/dev/null; rm -rf /run/docker/netns/*")
    assert lab.routes() == {} and lab.veths() == {}
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.run_bgplbd(CONFIGURATION)
        lab.engine.start()
        scene.wait_right()
        scene.wait_answers()
        assert not any(m.withdrawn() for m in seen.of_type(capture.UPDATE, HOST))
    assert daemon.ROUTE_PROTOCOL in lab.host.run("ip", "route", "show", V4).stdout
