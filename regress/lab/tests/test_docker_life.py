"""Docker's own life: its stop and start, and drains meanwhile.

The engine's socket is held by another, as by systemd's docker.socket: a connection
starts the engine, and what is written while there is none is kept for the next.
"""

import time

import pytest

from lab import activated_engine, daemon, managed_plugin, topology, waiting

V4, V6 = topology.address_of(1)
STOP_WITH_DRAIN = ("--stop-signal", "SIGUSR2", "--stop-timeout", "12")
PLUGIN = "org/bgplb:v1"
DRAIN_SETTINGS = "drain delay 1s\n"
USED_AGAIN = "Docker: it is there again"


@pytest.fixture(scope="module")
def activated(parts):
    """The lab's engine runs, by its activator."""
    parts.engine.stop()
    plain, parts.engine = parts.engine, activated_engine.ActivatedEngine(parts.engine)
    parts.engine.start()
    yield parts.engine
    parts.engine.close()
    parts.engine = plain
    parts.engine.start()


@pytest.fixture
def starts(activated):
    """Why the engine was started since the test began."""
    before = len(activated.starts())
    return lambda: activated.starts()[before:]


@pytest.mark.engine
def test_engine_that_is_stopped_stays_so_and_a_drained_container_gets_its_sigterm_on_time(
        lab, activated, starts):
    """An engine that ends answers nothing, and any connection would start it again."""
    lab.run_bgplbd(topology.configuration(DRAIN_SETTINGS, topology.neighbor()))
    container, _ = lab.serve("web1", options=[*STOP_WITH_DRAIN, "--restart", "always"])
    lab.wait_served(V4, V6)
    activated.begin_stop()
    began = time.monotonic()
    lab.wait_not_served(V4, V6)
    activated.wait_stopped()
    assert time.monotonic() - began < 10
    bgplbd = lab.restart_bgplbd()
    time.sleep(2.5)
    assert starts() == []
    assert "Docker: no engine runs; trying again" in bgplbd.log()
    activated.start()
    waiting.until(lambda: USED_AGAIN in bgplbd.log(), "bgplbd found the engine", 5)
    lab.wait_served(V4, V6)
    said = container.output()
    assert [text for _, text in said][:3] == ["serving", "got USR2", "got TERM"]
    assert said[2][0] - said[1][0] == pytest.approx(1, abs=0.5)


@pytest.fixture
def plugin(lab, activated):
    """bgplbd as a managed plugin; its drains take five seconds."""
    lab.stop_bgplbd()
    made = managed_plugin.ManagedPlugin(lab.engine, PLUGIN)
    made.create()
    made.set(ROUTER_ID=topology.HOST, PEER_ADDRESS=topology.ROUTER,
             PEER_AS=topology.ROUTER_AS, SIGUSR2_HANDLER="true", args="-v")
    made.enable()
    lab.router.wait_established()
    yield made
    lab.engine.remove_all()
    made.remove()


@pytest.mark.skipif(daemon.is_sanitized(), reason="Docker gives the sanitizers no options")
def test_managed_plugin_sends_sigterm_on_time_while_the_engine_ends(
        lab, activated, starts, plugin):
    """The plugin shares the host's process numbers for this; the engine ends it last."""
    lab.engine.create_network("web1", V4, V6, driver=PLUGIN)
    container = lab.engine.run_container("web1", ["web1"], options=STOP_WITH_DRAIN)
    lab.wait_served(V4, V6)
    activated.stop()
    time.sleep(1)
    assert starts() == []
    activated.start()
    said = container.output()
    assert [text for _, text in said] == ["serving", "got USR2", "got TERM"]
    assert said[2][0] - said[1][0] == pytest.approx(5, abs=0.5)


def test_sigterm_of_a_drain_does_not_reach_the_next_run(lab, activated, starts):
    lab.run_bgplbd(topology.configuration("drain delay 2s\n", topology.neighbor()))
    container, _ = lab.serve("web1", options=["--restart", "always", "--stop-signal", "SIGTERM"])
    lab.wait_served(V4, V6)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    lab.wait_not_served(V4, V6)
    activated.stop()
    time.sleep(2)
    assert starts() == []
    activated.start()
    lab.wait_served(V4, V6)
    time.sleep(1)
    assert [text for _, text in container.output()] == [
        "serving", "got USR2", "got TERM", "serving"]
    assert lab.router.has(V4, V6)
