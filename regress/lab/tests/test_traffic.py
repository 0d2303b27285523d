"""A client behind the router uses the announced addresses; nothing is translated."""

import pytest

from lab import topology, waiting
from lab.topology import CLIENT, CLIENT6, GATEWAY_NETWORK, LABEL

V4, V6 = topology.address_of(1)
ADDRESS4, ADDRESS6 = V4.split("/")[0], V6.split("/")[0]


@pytest.fixture
def served(lab, bgplbd):
    lab.create_gateway(LABEL)
    container, _ = lab.serve("web1", networks=[GATEWAY_NETWORK])
    lab.wait_served(V4, V6)
    lab.router.wait_has(topology.GATEWAY_SUBNET, topology.GATEWAY_SUBNET6)
    lab.router.use_routes()
    yield container
    lab.router.forget_routes()


@pytest.mark.essential
@pytest.mark.parametrize("address,client", [(ADDRESS4, CLIENT), (ADDRESS6, CLIENT6)])
def test_client_gets_the_page_and_the_service_sees_the_clients_address(
        lab, served, address, client):
    page = waiting.until(lambda: lab.fetch(address), f"a page from {address}", 5)
    assert page.startswith("hello from web1 to "), page
    assert client in page


@pytest.mark.parametrize("address", [ADDRESS4, ADDRESS6])
def test_address_answers_again_after_unhealthy_and_healthy(lab, served, address):
    waiting.until(lambda: lab.fetch(address), f"a page from {address}", 5)
    served.be_unhealthy()
    lab.wait_not_served(V4, V6)
    assert lab.fetch(address) is None
    served.be_healthy()
    lab.wait_served(V4, V6)
    waiting.until(lambda: lab.fetch(address), f"a page from {address}", 2)


@pytest.mark.parametrize("address", [ADDRESS4, ADDRESS6])
def test_only_the_eligible_twin_answers(lab, served, address):
    lab.engine.run_container("second", [GATEWAY_NETWORK, "web1"])
    waiting.until(lambda: lab.control.prefixes()[V4]["eligible"] == 2, "both serve")
    served.be_unhealthy()
    waiting.until(lambda: lab.control.prefixes()[V4]["eligible"] == 1, "one serves")
    waiting.until(lambda: lab.fetch(address), f"a page from {address}", 5)
    pages = {lab.fetch(address) for _ in range(10)}
    assert len(pages) == 1 and "hello from second" in str(pages.pop())


def test_host_itself_reaches_the_service(lab, served):
    for address in (ADDRESS4, ADDRESS6):
        waiting.until(lambda: "hello from web1" in (lab.fetch(address, lab.host) or ""),
                      f"the host gets a page from {address}", 5)


def test_container_without_a_gateway_network_still_gets_what_is_sent_to_it(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    done = lab.host.run("ip", "neigh", "show", ADDRESS4)
    assert "PERMANENT" in done.stdout
