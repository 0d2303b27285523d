"""Which containers a docker frontend that somebody has taken over reaches."""

import pytest

from lab import attacker, daemon, topology, waiting

pytestmark = pytest.mark.skipif(
    daemon.is_sanitized(), reason="the runtimes of sanitizers may do more")

SHOWS = ["list_containers", "list_stopped", "inspect_container", "inspect_stopped",
         "inspect_connected"]
KILLS = ["kill_process", "kill_container"]


def attacked(lab, container):
    """The outcomes of all attacks on a container, by name, and the daemon."""
    shown = container.inspect()
    attack = attacker.Attack("docker frontend", SHOWS + KILLS, shown["State"]["Pid"])
    bgplbd = lab.run_bgplbd(
        environment=dict(attack.environment, ATTACK_CONTAINER=shown["Id"]),
        conf=topology.configuration(topology.neighbor()))
    waiting.until(lambda: "containers in them" in bgplbd.log(), "Docker's lists are read")
    attack.begin()
    for name in SHOWS + KILLS:
        attack.wait(name, 20)
    return attack.outcomes(), bgplbd


@pytest.mark.engine
def test_container_of_others_is_not_shown_and_gets_no_signal(lab):
    lab.create_gateway()
    stranger = lab.engine.run_container("stranger", [topology.GATEWAY_NETWORK], health=False)
    outcomes, bgplbd = attacked(lab, stranger)
    assert outcomes == {
        "list_containers": "not listed", "list_stopped": "not listed",
        "inspect_container": "EACCES", "inspect_stopped": "EACCES",
        "inspect_connected": "EACCES",
        "kill_process": "EACCES", "kill_container": "EACCES"}
    state = stranger.inspect()
    assert state["State"]["Running"]
    short = state["Id"][:12]
    assert f"container {short}: not shown to the docker frontend" in bgplbd.log()
    assert f"container {short}: the docker frontend may not send it signal 9" in bgplbd.log()


@pytest.mark.engine
def test_container_of_ours_is_shown_and_gets_signals(lab):
    lab.run_bgplbd()
    served, _ = lab.serve("web1")
    lab.stop_bgplbd()
    outcomes, bgplbd = attacked(lab, served)
    assert outcomes == {
        "list_containers": "listed", "list_stopped": "not listed",
        "inspect_container": "HTTP/1.0 200", "inspect_stopped": "HTTP/1.0 200",
        "inspect_connected": "HTTP/1.0 200",
        "kill_process": "done", "kill_container": outcomes["kill_container"]}
    assert outcomes["kill_container"].startswith("HTTP/1.1 200")
    waiting.until(lambda: not served.inspect()["State"]["Running"], "it has ended")
