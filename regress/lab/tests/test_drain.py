"""SIGUSR2: the container is taken out of service first and told to end later."""

import pathlib
import time

import pytest

from lab import capture, route_monitor, topology, waiting

pytestmark = pytest.mark.essential

V4, V6 = topology.address_of(1)
STOP_WITH_DRAIN = ("--stop-signal", "SIGUSR2", "--stop-timeout", "30")
SIGUSR2 = "12"
DRAIN_SETTINGS = "drain delay 1s\n"
IGNORES_SIGTERM = ("sh", "-c", "trap : TERM; trap : USR2; while :; do sleep 1 & wait; done")
KILLED = 128 + 9


def test_stop_with_sigusr2_withdraws_then_unroutes_then_sends_sigterm_after_5_s(lab, bgplbd):
    container, _ = lab.serve("web1", options=STOP_WITH_DRAIN)
    lab.wait_served(V4, V6)
    with capture.Capture(lab.router_node, "eth0") as seen, \
            route_monitor.RouteMonitor(lab.host) as routes:
        stop = lab.engine.docker_process("stop", "web1")
        lab.wait_not_served(V4, V6)
        assert lab.control.prefixes()[V4]["state"] == "draining"
        began = container.signalled(SIGUSR2)
        withdrawn = waiting.until(lambda: seen.withdrawals(V4), "the UPDATE")[0].time
        assert withdrawn - began < 0.05
        assert withdrawn < routes.last_removal(V4)
        assert routes.last_removal(V4) - began < 2.5
        assert stop.wait(15) == 0
    printed = dict((text, when) for when, text in container.output())
    assert printed["got TERM"] - began == pytest.approx(5, abs=0.5)
    assert container.inspect()["State"]["ExitCode"] == 0


def test_drain_while_a_twin_serves_withdraws_nothing(lab, bgplbd):
    first, _ = lab.serve("web1", options=STOP_WITH_DRAIN)
    second = lab.engine.run_container("second", ["web1"])
    lab.wait_served(V4, V6)
    waiting.until(lambda: lab.control.prefixes()[V4]["eligible"] == 2, "both serve")
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.engine.docker("kill", "-s", "USR2", first.name)
        waiting.until(lambda: lab.control.prefixes()[V4]["eligible"] == 1, "one drains")
        time.sleep(0.5)
        assert seen.withdrawals(V4) == []
    mac = second.inspect()["NetworkSettings"]["Networks"]["web1"]["MacAddress"]
    entries = lab.host.ip("neigh", "show", "dev", lab.routes()[V4], "nud", "permanent")
    assert {n["lladdr"] for n in entries if n["dst"] == V4.split("/")[0]} == {mac}


def test_drain_goes_on_over_a_restart_of_bgplbd(lab, bgplbd):
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    lab.wait_not_served(V4, V6)
    with capture.Capture(lab.router_node, "eth0") as seen:
        bgplbd.kill()
        lab.run_bgplbd()
        waiting.until(lambda: lab.control.prefixes().get(V4, {}).get("state") == "draining",
                      "it drains still")
        waiting.until(lambda: container.time_of("got TERM"), "it got SIGTERM")
        assert seen.announcements(V4) == [] and seen.announcements(V6) == []
    began = container.signalled(SIGUSR2)
    assert container.time_of("got TERM") - began == pytest.approx(5, abs=1)


def test_delay_can_be_configured(lab):
    lab.run_bgplbd(topology.configuration(DRAIN_SETTINGS, topology.neighbor()))
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    waiting.until(lambda: container.time_of("got TERM"), "it got SIGTERM")
    began = container.signalled(SIGUSR2)
    assert container.time_of("got TERM") - began == pytest.approx(1, abs=0.4)


def test_action_none_sends_no_sigterm(lab):
    lab.run_bgplbd(topology.configuration(
        DRAIN_SETTINGS, "drain action none\n", topology.neighbor()))
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    lab.wait_not_served(V4, V6)
    time.sleep(2)
    assert container.time_of("got USR2") and not container.time_of("got TERM")
    assert container.inspect()["State"]["Running"] is True
    assert not lab.router.has(V4)


@pytest.mark.engine
def test_container_that_docker_would_start_again_is_ended_by_docker(lab):
    """Its restart policy does not count after an order to Docker with its stop signal."""
    bgplbd = lab.run_bgplbd(topology.configuration(DRAIN_SETTINGS, topology.neighbor()))
    container, _ = lab.serve("web1", options=["--restart", "always", "--stop-signal", "SIGTERM"])
    lab.wait_served(V4, V6)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    waiting.until(lambda: container.time_of("got TERM"), "it got SIGTERM")
    assert container.signalled("15") is not None
    assert "cannot send signal" not in bgplbd.log()
    waiting.until(lambda: container.inspect()["State"]["Status"] == "exited", "it ended")
    assert container.inspect()["RestartCount"] == 0


def end_of_one_that_ignores_sigterm(container):
    """How long after SIGUSR2 it ended; it was killed."""
    waiting.until(lambda: not container.inspect()["State"]["Running"], "it ended", 12)
    assert container.inspect()["State"]["ExitCode"] == KILLED
    return container.time_ended() - container.signalled(SIGUSR2)


def test_container_that_ignores_sigterm_is_killed_after_its_stop_timeout(lab):
    bgplbd = lab.run_bgplbd(topology.configuration(DRAIN_SETTINGS, topology.neighbor()))
    container, _ = lab.serve("web1", options=["--stop-timeout", "3"], command=IGNORES_SIGTERM)
    lab.wait_served(V4, V6)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    assert end_of_one_that_ignores_sigterm(container) == pytest.approx(4, abs=0.6)
    assert "is forgotten" not in bgplbd.log()


def test_stop_timeout_goes_on_over_a_restart_of_bgplbd(lab):
    bgplbd = lab.run_bgplbd(topology.configuration(DRAIN_SETTINGS, topology.neighbor()))
    container, _ = lab.serve("web1", options=["--stop-timeout", "4"], command=IGNORES_SIGTERM)
    lab.wait_served(V4, V6)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    waiting.until(lambda: "its drain is over, it gets SIGTERM" in bgplbd.log(), "its drain ends")
    lab.restart_bgplbd()
    assert end_of_one_that_ignores_sigterm(container) == pytest.approx(5, abs=1)


def test_sigterm_comes_on_time_while_the_engine_is_away(lab, live_restore):
    lab.run_bgplbd(topology.configuration("drain delay 3s\n", topology.neighbor()))
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    process = pathlib.Path("/proc", str(container.inspect()["State"]["Pid"]))
    lab.engine.docker("kill", "-s", "USR2", "web1")
    began = time.monotonic()
    lab.engine.stop()
    waiting.until(lambda: not process.exists(), "it ended", 5)
    assert time.monotonic() - began == pytest.approx(3, abs=1)
    lab.engine.start()


def test_without_the_handler_sigusr2_is_the_containers_own_affair(lab):
    lab.run_bgplbd(topology.configuration(
        DRAIN_SETTINGS, "drain on sigusr2 no\n", topology.neighbor()))
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    waiting.until(lambda: container.time_of("got USR2"), "it got SIGUSR2")
    waiting.stays(lambda: lab.router.has(V4, V6), "served", 1.5, step=0.1)
    assert container.time_of("got TERM") is None


def test_drained_container_that_starts_anew_is_served_again(lab):
    lab.run_bgplbd(topology.configuration(DRAIN_SETTINGS, topology.neighbor()))
    container, _ = lab.serve("web1", options=STOP_WITH_DRAIN)
    lab.wait_served(V4, V6)
    lab.engine.docker("stop", "web1")
    lab.wait_not_served(V4, V6)
    lab.engine.docker("start", container.name)
    lab.wait_served(V4, V6)


def test_second_sigusr2_does_not_put_off_the_end(lab):
    lab.run_bgplbd(topology.configuration("drain delay 2s\n", topology.neighbor()))
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    time.sleep(1)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    waiting.until(lambda: container.time_of("got TERM"), "it got SIGTERM")
    assert container.time_of("got TERM") - container.signalled(SIGUSR2) < 2.6


def test_health_changes_while_draining_announce_nothing(lab):
    lab.run_bgplbd(topology.configuration("drain delay 3s\n", topology.neighbor()))
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.engine.docker("kill", "-s", "USR2", "web1")
        lab.wait_not_served(V4, V6)
        container.be_unhealthy()
        container.wait_health("unhealthy")
        container.be_healthy()
        container.wait_health("healthy")
        time.sleep(0.3)
        assert seen.announcements(V4) == []
