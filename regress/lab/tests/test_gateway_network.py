"""The gateway network, made as README says, behind Docker's own firewall rules."""

import json
import pathlib

import pytest

from lab import image, processes, topology, waiting
from lab.topology import CLIENT, CLIENT6, GATEWAY_BRIDGE, GATEWAY_NETWORK, LABEL

pytestmark = [pytest.mark.engine, pytest.mark.newest]

V4, V6 = topology.address_of(1)
ADDRESSES = [p.split("/")[0] for p in (V4, V6)]
# What README says for engines that leave IPv6's rules alone.
OWN_IPV6_RULES = (
    ("-o", "bgplb-+"),
    ("-i", GATEWAY_BRIDGE),
    ("-o", GATEWAY_BRIDGE, "-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED"))


@pytest.fixture
def served(lab, bgplbd):
    """A container at an announced address and in the gateway network."""
    lab.create_gateway(LABEL)
    container, _ = lab.serve("web1", networks=[GATEWAY_NETWORK])
    lab.wait_served(V4, V6)
    lab.router.wait_has(topology.GATEWAY_SUBNET, topology.GATEWAY_SUBNET6)
    lab.router.use_routes()
    yield container
    lab.router.forget_routes()


@pytest.fixture
def service_elsewhere(lab):
    """What a container may ask: the client's node serves the lab's page too."""
    server = processes.Process(
        "httpd on client", lab.client.in_node(
            image.BUSYBOX, "httpd", "-f", "-p", "80", "-h", lab.engine.files / "root/www"),
        lab.engine.files / "httpd.log")
    yield
    server.stop()


def gateway_addresses(container):
    network = container.inspect()["NetworkSettings"]["Networks"][GATEWAY_NETWORK]
    return network["IPAddress"], network["GlobalIPv6Address"]


def fetch_from(container, address):
    """The client's page as the container gets it; None if it gets none."""
    shown = f"[{address}]" if ":" in address else address
    done = container.engine.node.run(
        "nsenter", f"--net=/proc/{container.inspect()['State']['Pid']}/ns/net",
        "curl", "-s", "-f", "--max-time", 2, f"http://{shown}/cgi-bin/who", check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def assert_serves_and_asks(lab, container):
    """Both ways and families, and nobody sees another address than the container's."""
    for address in ADDRESSES:
        waiting.until(lambda: lab.fetch(address), f"a page from {address}")
    for address, own in zip((CLIENT, CLIENT6), gateway_addresses(container)):
        page = waiting.until(lambda: fetch_from(container, address),
                             f"the container gets a page from {address}")
        assert page.endswith((f" to [::ffff:{own}]", f" to [{own}]")), page


def test_container_serves_and_reaches_others_without_nat(lab, served, service_elsewhere):
    assert_serves_and_asks(lab, served)


def test_gateway_addresses_are_closed_until_they_are_opened(lab, served):
    v4, v6 = gateway_addresses(served)
    rule = ("DOCKER-USER", "-o", GATEWAY_BRIDGE, "-j", "ACCEPT")
    programs = [p for p in ("iptables", "ip6tables") if lab.engine.has_user_chain(p)]
    assert lab.fetch(v4) is None
    if "ip6tables" in programs:
        assert lab.fetch(v6) is None
    for program in programs:
        lab.host.run(program, "-I", *rule)
    try:
        for address in (v4, v6):
            waiting.until(lambda: lab.fetch(address), f"a page from {address}")
    finally:
        for program in programs:
            lab.host.run(program, "-D", *rule)


def test_rules_for_a_policy_that_drops_ipv6(lab, served, service_elsewhere):
    own = () if lab.engine.has_user_chain("ip6tables") else OWN_IPV6_RULES
    lab.host.run("ip6tables", "-P", "FORWARD", "DROP")
    try:
        if own:
            assert lab.fetch(ADDRESSES[1]) is None
        for rule in own:
            lab.host.run("ip6tables", "-A", "FORWARD", *rule, "-j", "ACCEPT")
        assert_serves_and_asks(lab, served)
    finally:
        for rule in own:
            lab.host.run("ip6tables", "-D", "FORWARD", *rule, "-j", "ACCEPT",
                         check=False)
        lab.host.run("ip6tables", "-P", "FORWARD", "ACCEPT")


@pytest.fixture
def engine_without_rules(lab):
    """An engine that is told to leave the firewall of both families alone."""
    configuration = pathlib.Path("/etc/docker/daemon.json")
    lab.engine.stop()
    rules = {program: lab.host.run(f"{program}-save").stdout
             for program in ("iptables", "ip6tables")}
    for program in rules:
        lab.host.run(f"{program}-restore", input="*filter\nCOMMIT\n*raw\nCOMMIT\n*nat\nCOMMIT\n")
    configuration.parent.mkdir(exist_ok=True)
    configuration.write_text(json.dumps({"iptables": False, "ip6tables": False}))
    lab.engine.start()
    yield
    configuration.unlink()
    lab.engine.remove_all()
    lab.engine.stop()
    for program, text in rules.items():
        lab.host.run(f"{program}-restore", input=text)
    lab.engine.start()


def test_engine_without_rules_needs_none(lab, engine_without_rules, served, service_elsewhere):
    assert_serves_and_asks(lab, served)
    for program in ("iptables", "ip6tables"):
        rules = lab.host.run(program, "-S").stdout + lab.host.run(program, "-t", "raw", "-S").stdout
        assert "DROP" not in rules and "DOCKER" not in rules, rules
