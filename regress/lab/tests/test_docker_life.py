"""Docker's own life: its stop and start, and drains meanwhile.

The engine's socket is held by another, as by systemd's docker.socket: a connection
starts the engine, and what is written while there is none is kept for the next.
"""

import time

import pytest

from lab import activated_engine, topology, waiting

V4, V6 = topology.address_of(1)
STOP_WITH_DRAIN = ("--stop-signal", "SIGUSR2", "--stop-timeout", "12")
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
def test_engine_that_was_stopped_is_not_woken_and_found_when_it_starts(
        lab, activated, starts, bgplbd):
    lab.serve("web1", options=["--restart", "always"])
    lab.wait_served(V4, V6)
    activated.stop()
    lab.wait_not_served(V4, V6)
    time.sleep(3)
    assert starts() == []
    bgplbd = lab.restart_bgplbd()
    time.sleep(3)
    assert starts() == []
    before = bgplbd.log().count(USED_AGAIN)
    activated.start()
    waiting.until(lambda: bgplbd.log().count(USED_AGAIN) > before, "bgplbd found the engine", 5)
    lab.wait_served(V4, V6)


@pytest.mark.engine
def test_engine_that_ends_leaves_a_drained_container_its_sigterm_on_time(lab, activated, starts):
    """The engine answers nothing then, and must not be started again by the order."""
    lab.run_bgplbd(topology.configuration(DRAIN_SETTINGS, topology.neighbor()))
    container, _ = lab.serve("web1", options=[*STOP_WITH_DRAIN, "--restart", "always"])
    lab.wait_served(V4, V6)
    activated.begin_stop()
    began = time.monotonic()
    lab.wait_not_served(V4, V6)
    activated.wait_stopped()
    assert time.monotonic() - began < 10
    time.sleep(1)
    assert starts() == []
    activated.start()
    said = container.output()
    assert [text for _, text in said][:3] == ["serving", "got USR2", "got TERM"]
    assert said[2][0] - said[1][0] == pytest.approx(1, abs=0.5)
    lab.wait_served(V4, V6)


@pytest.mark.engine
def test_sigterm_of_a_drain_does_not_reach_the_next_run(lab, activated, starts):
    lab.run_bgplbd(topology.configuration("drain delay 4s\n", topology.neighbor()))
    container, _ = lab.serve("web1", options=["--restart", "always", "--stop-signal", "SIGTERM"])
    lab.wait_served(V4, V6)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    lab.wait_not_served(V4, V6)
    activated.stop()
    time.sleep(4)
    assert starts() == []
    activated.start()
    lab.wait_served(V4, V6)
    time.sleep(3)
    assert [text for _, text in container.output()] == [
        "serving", "got USR2", "got TERM", "serving"]
    assert lab.router.has(V4, V6)
