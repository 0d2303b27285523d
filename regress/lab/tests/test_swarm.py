"""A swarm's global service: one task a node, each announced by the plugin of its node."""

import time

import pytest

from lab import capture, daemon, load, topology, waiting
from lab import swarm as swarms

pytestmark = pytest.mark.skipif(
    daemon.is_sanitized(), reason="Docker gives the sanitizers no options")

V4, V6 = topology.address_of(1)
ADDRESSES = tuple(prefix.split("/")[0] for prefix in (V4, V6))
DRAIN_SECONDS = 5
REQUESTS_A_SECOND = 50  # the service starts a process for each


@pytest.fixture(scope="module")
def swarm():
    made = swarms.Swarm()
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def served(swarm):
    """The service runs on every node and is announced by all."""
    swarm.create_network("web", *topology.address_of(1))
    swarm.create_service("web")
    swarm.wait_spread(V4, V6)
    return swarm


def wait_back(swarm):
    """Every node serves again; Swarm looks every 20 s which plugins it has."""
    swarm.wait_spread(V4, V6, seconds=50)


@pytest.mark.engine
def test_labelled_gateways_are_announced_though_made_after_the_plugin_started(swarm):
    for host in swarm.hosts:
        swarm.router.wait_next_hops([host.name], *host.gateway_subnets)


@pytest.mark.engine
def test_client_is_served_by_every_node(served):
    """The answers leave by docker_gwbridge, which Docker connects by itself."""
    everyone = {member.node_id for member in served.members}
    for address in ADDRESSES:
        served.wait_answers_from(everyone, address)


@pytest.mark.engine
def test_service_with_an_ipv6_address_alone(served):
    """Docker's nodes refuse 0.0.0.0, which elsewhere stands for no IPv4 address."""
    v6 = topology.address_of(3)[1]
    served.create_network("six", None, v6)
    served.create_service("six", service="six")
    try:
        served.wait_spread(v6)
        for member in served.members:
            assert set(member.plugin.control.prefixes()) \
                == {V4, V6, v6, *member.host.gateway_subnets}
    finally:
        served.remove_service("six")
    served.docker("network", "rm", "six")


@pytest.mark.engine
def test_network_that_no_task_uses_is_on_no_node(served):
    """The manager lists it all the same."""
    before = [member.links() for member in served.members]
    id_ = served.create_network("unused", *topology.address_of(2))
    try:
        assert id_ in {n["Id"] for n in served.manager.host.engine.get("/networks")}
        time.sleep(0.5)
        assert [member.links() for member in served.members] == before
        for member in served.members:
            assert set(member.plugin.control.prefixes()) \
                == {V4, V6, *member.host.gateway_subnets}
    finally:
        served.docker("network", "rm", "unused")


def test_plugin_that_starts_anew_finds_the_swarms_network_in_the_kernel(served):
    """Nothing else tells a manager which of the networks that Docker lists are here."""
    manager, others = served.manager, served.workers
    links = manager.links()
    manager.docker("plugin", "disable", "-f", swarms.DRIVER)
    served.wait_spread(V4, V6, hosts=others)
    manager.plugin.enable()
    served.wait_spread(V4, V6)
    assert manager.links() == links


def test_unhealthy_task_is_withdrawn_before_swarm_replaces_it(served):
    worker = served.workers[0]
    task = worker.task()
    with capture.Capture(served.router_node, worker.name) as seen:
        task.be_unhealthy()
        served.wait_spread(V4, V6, hosts=[m for m in served.members if m is not worker])
        wait_back(served)
        withdrawn = seen.withdrawals(V4)[0].time
    assert withdrawn < task.time_ended()
    assert worker.task().name != task.name


def test_rolling_update_withdraws_each_node_before_its_task_ends(served):
    """And no request is lost, of 50 a second."""
    old = {member: member.task() for member in served.members}
    next_image = served.next_image()
    seen = {m: capture.Capture(served.router_node, m.name) for m in served.members}
    clients = load.Load(served.client, ADDRESSES[:1], rate=REQUESTS_A_SECOND)
    served.router.keep_flows()
    try:
        with clients:
            served.roll_to(next_image)
            waiting.until(served.is_rolled, "every node has its new task", 75)
            wait_back(served)
    finally:
        for one in seen.values():
            one.stop()
        served.router.keep_flows(False)
    print(load.summary(clients.requests()))
    assert load.lost(clients.requests()) == []
    for member, task in old.items():
        assert member.task().inspect()["Image"] == next_image
        for prefix in (V4, V6):
            withdrawn = seen[member].withdrawals(prefix)[0].time
            assert task.time_ended() - withdrawn == pytest.approx(DRAIN_SECONDS, abs=1)


@pytest.mark.engine
def test_drained_nodes_are_withdrawn_first_and_the_others_stay(served):
    """The manager goes on listing the network, which is on it no more.

    The plugin of a drained node can be replaced, as for an upgrade.
    """
    drained, stays = served.members[:2], served.members[2:]
    tasks = {member: member.task() for member in drained}
    seen = {m: capture.Capture(served.router_node, m.name) for m in drained}
    try:
        for member in drained:
            served.set_availability(member, "drain")
        served.wait_spread(V4, V6, hosts=stays)
        assert all(member.tasks() for member in drained), "they still drain"
        for member, task in tasks.items():
            waiting.until(lambda: not member.links(), f"no links on {member.name}", 20)
            assert set(member.plugin.control.prefixes()) == {*member.host.gateway_subnets}
            withdrawn = seen[member].withdrawals(V4)[0].time
            assert task.time_ended() - withdrawn == pytest.approx(DRAIN_SECONDS, abs=1)
        for member in drained:
            member.replace_plugin()
        assert served.router.next_hops(V4) == {m.name for m in stays}
    finally:
        for member in drained:
            seen[member].stop()
            served.set_availability(member, "active")
    wait_back(served)


@pytest.mark.engine
def test_nothing_is_left_when_service_and_network_are_removed(served):
    served.remove_service()
    served.docker("network", "rm", "web")
    served.router.wait_next_hops([], V4, V6)
    for member in served.members:
        waiting.until(lambda: not member.links(), f"no links on {member.name}")
        assert set(member.plugin.control.prefixes()) == {*member.host.gateway_subnets}
