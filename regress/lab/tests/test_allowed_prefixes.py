"""What may be announced: "allow prefix", and ALLOWED_PREFIXES of the environment."""

import pytest

from lab import topology, waiting
from lab.topology import GATEWAY_SUBNET, GATEWAY_SUBNET6, LABEL

pytestmark = pytest.mark.essential

V4, V6 = topology.address_of(1)
ALL = ("allow prefix 10.0.0.0/16 le 32\n", "allow prefix 2001:db8:0:1000::/64 le 128\n")


def settings(*allowed):
    return topology.configuration(*allowed, topology.neighbor())


def create(*options):
    return ("network", "create", "--driver", "bgplb", "--ipam-driver", "bgplb", *options, "other")


def test_network_outside_is_refused_and_labelled_one_is_shown_so(lab):
    lab.run_bgplbd(settings(*ALL))
    for option, outside in (("--subnet", "10.1.0.101/32"), ("--subnet", "10.1.0.0/24"),
                            ("--subnet", "127.0.0.5/32")):
        said = lab.engine.refusal(*create(option, outside))
        assert f"{outside} may not be announced: " in said and "allow prefix" in said
    said = lab.engine.refusal(*create("--subnet", "10.0.0.102/32", "--ipv6", "--ipam-opt",
                                      "v6subnet=2001:db8:0:2000::1/128"))
    assert "2001:db8:0:2000::1/128 may not be announced: " in said
    assert not lab.bridges()
    lab.create_gateway(LABEL)
    _, prefixes = lab.serve("web1")
    lab.wait_served(*prefixes)
    shown = lab.control.prefixes()
    for subnet in (GATEWAY_SUBNET, GATEWAY_SUBNET6):
        assert shown[subnet]["state"] == "refused"
        assert shown[subnet]["reason"] == 'no "allow prefix" covers it'
    assert set(lab.router.received()) == set(prefixes)
    assert lab.bgplbd.log().count(f"{GATEWAY_SUBNET} may not be announced: ") == 1
    assert "refused: no " in lab.control.text("show", "prefixes", GATEWAY_SUBNET)


def test_restart_with_less_keeps_the_network_without_announcing_it(lab):
    lab.run_bgplbd(settings(*ALL))
    container, prefixes = lab.serve("web1")
    lab.wait_served(*prefixes)
    lab.run_bgplbd(environment={
        "ROUTER_ID": topology.HOST, "PEER_ADDRESS": topology.ROUTER,
        "LOCAL_AS": str(topology.HOST_AS), "PEER_AS": str(topology.ROUTER_AS),
        "ALLOWED_PREFIXES": "2001:db8:0:1000::/64 le 128, 10.0.0.102/32"})
    lab.wait_served(V6)
    lab.wait_not_served(V4)
    shown = lab.control.prefixes()[V4]
    assert (shown["state"], shown["network_name"]) == ("refused", "web1")
    found = lab.control.run("check").stdout
    assert f'allow prefix {V4}' in found
    # Its containers come and go.
    container.be_unhealthy()
    lab.wait_not_served(V6)
    lab.engine.docker("restart", "-t", "0", "web1")
    container.be_healthy()
    lab.wait_served(V6)
    lab.run_bgplbd(settings(*ALL))
    lab.wait_served(*prefixes)
    waiting.until(lambda: lab.control.prefixes()[V4]["state"] == "announced", "it is allowed")
