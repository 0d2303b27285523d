"""Networks with the label: their subnets are announced while they exist."""

import pytest

from lab import capture, topology, waiting
from lab.topology import GATEWAY_NETWORK, GATEWAY_SUBNET, GATEWAY_SUBNET6, LABEL

pytestmark = pytest.mark.essential


def test_labelled_network_is_announced_from_creation_to_removal(lab, bgplbd):
    lab.create_gateway(LABEL)
    lab.router.wait_has(GATEWAY_SUBNET, GATEWAY_SUBNET6)
    shown = lab.control.prefixes()[GATEWAY_SUBNET]
    assert (shown["kind"], shown["state"], shown["network_name"]) == (
        "subnet", "announced", GATEWAY_NETWORK)
    lab.engine.docker("network", "rm", GATEWAY_NETWORK)
    lab.router.wait_lacks(GATEWAY_SUBNET, GATEWAY_SUBNET6)


def test_subnet_gets_no_local_route_of_ours(lab, bgplbd):
    lab.create_gateway(LABEL)
    lab.router.wait_has(GATEWAY_SUBNET, GATEWAY_SUBNET6)
    assert lab.routes() == {}


def test_network_that_existed_before_the_start_is_announced(lab):
    lab.stop_bgplbd()
    lab.create_gateway(LABEL)
    lab.run_bgplbd()
    lab.router.wait_has(GATEWAY_SUBNET, GATEWAY_SUBNET6)


def test_network_that_was_removed_while_away_is_not_announced(lab, bgplbd):
    lab.create_gateway(LABEL)
    lab.router.wait_has(GATEWAY_SUBNET)
    lab.stop_bgplbd()
    lab.engine.docker("network", "rm", GATEWAY_NETWORK)
    lab.run_bgplbd()
    waiting.stays(lambda: not lab.router.received(), "not announced", 1, step=0.1)


@pytest.mark.parametrize("labels", [(), ("bgplb_advertise=false",), ("other=true",)])
def test_other_networks_are_not_announced(lab, bgplbd, labels):
    lab.create_gateway(*labels)
    waiting.stays(lambda: not lab.router.received(), "not announced", 1, step=0.1)


def test_containers_in_a_labelled_network_do_not_matter(lab, bgplbd):
    lab.create_gateway(LABEL)
    container = lab.engine.run_container("web1", [GATEWAY_NETWORK])
    container.be_unhealthy()
    container.wait_health("unhealthy")
    lab.engine.docker("rm", "-f", "web1")
    assert lab.router.has(GATEWAY_SUBNET, GATEWAY_SUBNET6)


def test_label_can_be_configured(lab):
    lab.run_bgplbd(topology.configuration(
        'advertise label "org.example.announce"\n', topology.neighbor()))
    lab.engine.create_gateway("wanted", "172.23.2.0/24", labels=["org.example.announce=yes"])
    lab.engine.create_gateway("other", "172.23.3.0/24", labels=[LABEL])
    lab.router.wait_has("172.23.2.0/24")
    assert set(lab.router.received()) == {"172.23.2.0/24"}


def test_host_with_labelled_networks_alone_forwards_during_its_restart(lab):
    """RFC 4724: the bit that tells routers to keep what they have."""
    settings = topology.configuration("graceful-restart yes\n", topology.neighbor())
    lab.run_bgplbd(settings)
    lab.create_gateway(LABEL)
    lab.router.wait_has(GATEWAY_SUBNET, GATEWAY_SUBNET6)
    waiting.until(lambda: GATEWAY_SUBNET in lab.bgplbd.saved_state(), "it is remembered")
    for stands in (True, False):
        lab.stop_bgplbd()
        if not stands:  # as after a restart of the host, but for what Docker makes anew
            lab.engine.docker("network", "rm", GATEWAY_NETWORK)
        with capture.Capture(lab.router_node, "eth0") as seen:
            lab.run_bgplbd(settings)
            opened = seen.first(capture.OPEN, topology.HOST)
        assert set(opened.values("bgp.cap.gr.flag.pfs")) == {"1" if stands else "0"}
