"""Each event that Docker tells of: who is served after it."""

import os
import signal
import time

import pytest

from lab import capture, route_monitor, topology, waiting

pytestmark = pytest.mark.essential

V4, V6 = topology.address_of(1)


def state(lab, prefix=V4):
    return lab.control.prefixes()[prefix]["state"]


def test_starting_container_is_not_served_before_it_is_healthy(lab, bgplbd):
    lab.engine.create_network("web1", V4, V6)
    container = lab.engine.create_container(
        "web1", ["web1"], health=False,
        options=["--health-cmd", "test -f /tmp/good", "--health-interval", "200ms",
                 "--health-start-period", "60s"])
    lab.engine.docker("start", "web1")
    waiting.stays(lambda: not lab.router.received() and not lab.routes(),
                  "not served", 1.5, step=0.1)
    assert state(lab) == "unhealthy"
    lab.engine.docker("exec", "web1", "touch", "/tmp/good")
    container.wait_health("healthy")
    lab.wait_served(V4, V6)


def test_healthy_unhealthy_healthy_again(lab, bgplbd):
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    for _ in range(2):
        container.be_unhealthy()
        lab.wait_not_served(V4, V6)
        assert state(lab) == "unhealthy"
        container.be_healthy()
        lab.wait_served(V4, V6)
    assert state(lab) == "announced"


def test_container_without_a_health_check_is_served_when_it_runs(lab, bgplbd):
    lab.serve("web1", health=False)
    lab.wait_served(V4, V6)


def test_stop_withdraws(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.engine.docker("stop", "-t", "5", "web1")
    lab.wait_not_served(V4, V6)
    lab.engine.docker("start", "web1")
    lab.wait_served(V4, V6)


def test_container_that_ends_by_itself_is_withdrawn(lab, bgplbd):
    container, _ = lab.serve("web1", health=False)
    lab.wait_served(V4, V6)
    lab.host.run("kill", "-TERM", container.inspect()["State"]["Pid"])
    lab.wait_not_served(V4, V6)
    assert container.inspect()["State"]["Running"] is False


def test_docker_kill_withdraws(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.engine.docker("kill", "web1")
    lab.wait_not_served(V4, V6)


def test_kill_9_of_the_process_withdraws(lab, bgplbd):
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.host.run("kill", "-9", container.inspect()["State"]["Pid"])
    lab.wait_not_served(V4, V6)


def test_signal_that_does_not_end_the_container_changes_nothing(lab, bgplbd):
    lab.serve("web1", health=False)
    lab.wait_served(V4, V6)
    lab.engine.docker("kill", "-s", "HUP", "web1")
    waiting.stays(lambda: lab.router.has(V4, V6), "served", 0.5, step=0.1)


def test_pause_withdraws_and_unpause_announces(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.engine.docker("pause", "web1")
    lab.wait_not_served(V4, V6)
    lab.engine.docker("unpause", "web1")
    lab.wait_served(V4, V6)


def test_container_that_comes_and_goes_each_50_ms_makes_few_updates(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    sent = lambda: lab.control.neighbors()[topology.ROUTER]["updates_sent"]
    before, began, flips, states = sent(), time.monotonic(), 0, set()
    while flips < 60:
        lab.engine.docker("pause" if flips % 2 == 0 else "unpause", "web1")
        flips += 1
        if flips % 10 == 0:
            states.add(state(lab))
    lab.wait_served(V4, V6)
    count, took = sent() - before, time.monotonic() - began
    # Four at once and one a second, as many withdrawals, an UPDATE for each family.
    most = 2 * 2 * (4 + int(took) + 2)
    assert count <= most, f"{count} UPDATEs of {flips} flips in {took:.1f} s"
    assert "rising" in states, states
    assert "changes often" in bgplbd.log()


def test_disconnect_withdraws_and_connect_announces(lab, bgplbd):
    lab.create_gateway()
    lab.serve("web1", networks=[topology.GATEWAY_NETWORK])
    lab.wait_served(V4, V6)
    lab.engine.docker("network", "disconnect", "web1", "web1")
    lab.wait_not_served(V4, V6)
    assert lab.veths() == {}
    lab.engine.docker("network", "connect", "web1", "web1")
    lab.wait_served(V4, V6)


def test_container_in_two_networks_is_served_in_both(lab, bgplbd):
    one, two = topology.address_of(1), topology.address_of(2)
    lab.engine.create_network("web1", *one)
    lab.engine.create_network("web2", *two)
    container = lab.engine.run_container("both", ["web1", "web2"])
    lab.wait_served(*one, *two)
    container.be_unhealthy()
    lab.wait_not_served(*one, *two)
    container.be_healthy()
    lab.wait_served(*one, *two)
    lab.engine.docker("network", "disconnect", "web2", "both")
    lab.wait_not_served(*two)
    assert lab.router.has(*one)


@pytest.mark.parametrize("leave", ["unhealthy", "stop", "kill", "pause", "disconnect"])
def test_shared_prefix_goes_only_with_the_last_container(lab, bgplbd, leave):
    lab.create_gateway()
    networks = [topology.GATEWAY_NETWORK, "web1"]
    lab.engine.create_network("web1", V4, V6)
    first = lab.engine.run_container("first", networks)
    second = lab.engine.run_container("second", networks)
    lab.wait_served(V4, V6)
    assert lab.control.prefixes()[V4]["eligible"] == 2

    def depart(container):
        name = container.name
        {"unhealthy": container.be_unhealthy,
         "stop": lambda: lab.engine.docker("stop", "-t", "5", name),
         "kill": lambda: lab.engine.docker("kill", name),
         "pause": lambda: lab.engine.docker("pause", name),
         "disconnect": lambda: lab.engine.docker("network", "disconnect", "web1", name),
         }[leave]()

    with capture.Capture(lab.router_node, "eth0") as seen:
        depart(first)
        waiting.until(lambda: lab.control.prefixes()[V4]["eligible"] == 1, "one is left")
        time.sleep(0.3)
        assert seen.withdrawals(V4) == [] and seen.withdrawals(V6) == []
    assert set(lab.routes()) == {V4, V6}
    mac = second.inspect()["NetworkSettings"]["Networks"]["web1"]["MacAddress"]
    bridge = lab.routes()[V4]
    entries = lab.host.ip("neigh", "show", "dev", bridge, "nud", "permanent")
    assert {n["lladdr"] for n in entries if n["dst"] == V4.split("/")[0]} == {mac}
    depart(second)
    lab.wait_not_served(V4, V6)


def test_containers_of_other_networks_do_not_matter(lab, bgplbd):
    lab.create_gateway()
    lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.engine.run_container("other", [topology.GATEWAY_NETWORK])
    lab.engine.docker("rm", "-f", "other")
    assert lab.router.has(V4, V6) and set(lab.routes()) == {V4, V6}


def test_withdrawal_comes_before_the_local_route_goes(lab, bgplbd):
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    with capture.Capture(lab.router_node, "eth0") as seen, \
            route_monitor.RouteMonitor(lab.host) as routes:
        container.be_unhealthy()
        lab.wait_not_served(V4, V6)
        for prefix in (V4, V6):
            withdrawn = waiting.until(lambda: seen.withdrawals(prefix), "the UPDATE")
            assert withdrawn[0].time < routes.last_removal(prefix)


def test_local_route_stands_before_the_announcement(lab, bgplbd):
    """The monitor's stamps may be late, so the order shows in some of several rounds;
    the wrong order would show in none."""
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    in_order = 0
    with capture.Capture(lab.router_node, "eth0") as seen, \
            route_monitor.RouteMonitor(lab.host) as routes:
        for _ in range(4):
            container.be_unhealthy()
            lab.wait_not_served(V4, V6)
            container.be_healthy()
            lab.wait_served(V4, V6)
            announced = waiting.until(lambda: seen.announcements(V4), "the UPDATE")
            in_order += routes.last_addition(V4) < announced[-1].time
    assert in_order > 0


ENGINE_KEEPS = 1024  # events, for a reader that does not keep up
ENGINE_TRIES = 0.1   # seconds, to hand it one more; then that is dropped


def fill_with_events(lab, container):
    """Until the engine drops what happens: each event then takes it a while in vain."""
    slow = 0
    for count in range(3 * ENGINE_KEEPS):
        begun = time.monotonic()
        lab.engine.ask("POST", f"/containers/{container}/kill?signal=WINCH")
        slow = slow + 1 if time.monotonic() - begun >= ENGINE_TRIES else 0
        if count > ENGINE_KEEPS and slow == 3:
            return
    raise AssertionError("the engine kept all events")


@pytest.mark.timeout(180)
def test_health_and_pause_are_right_again_after_events_were_lost(lab, bgplbd):
    """The engine drops events without a sign when the daemon stands still for long."""
    service, prefixes = lab.serve("web1")
    paused, others = lab.serve("web2", 2)
    lab.engine.create_network("noise", *topology.address_of(3))
    lab.engine.run_container("noise", ["noise"], health=False,
                             options=["--label", f"padding={'x' * 8192}"])
    lab.wait_served(*prefixes, *others)
    os.kill(bgplbd.pid, signal.SIGSTOP)  # it relays what the engine tells
    try:
        fill_with_events(lab, "noise")
        service.be_unhealthy()
        service.wait_health("unhealthy")
        lab.engine.docker("pause", paused.name)
    finally:
        os.kill(bgplbd.pid, signal.SIGCONT)
    # An inspection that the engine does not answer meanwhile is given up after 10 s.
    lab.router.wait_lacks(*prefixes, *others, seconds=40)
    lab.wait_not_served(*prefixes, *others)
    assert "events come late" in bgplbd.log()
    lab.engine.docker("unpause", paused.name)
    service.be_healthy()
    # The engine may drop these events too; the lists are looked at once a minute.
    lab.router.wait_has(*prefixes, *others, seconds=70)
    lab.wait_served(*prefixes, *others)
