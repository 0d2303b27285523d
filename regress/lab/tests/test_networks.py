"""Docker networks and their containers: what stands in the kernel, and what is refused."""

import os
import signal

import pytest

from lab import image, topology, waiting

pytestmark = pytest.mark.essential

V4, V6 = topology.address_of(1)
ADDRESS4, ADDRESS6 = V4.split("/")[0], V6.split("/")[0]


def addresses(container, network):
    found = container.inspect()["NetworkSettings"]["Networks"][network]
    return found["IPAddress"], found["GlobalIPv6Address"]


@pytest.mark.parametrize("v4,v6", [(V4, V6), (V4, None), (None, V6)],
                         ids=["both", "IPv4", "IPv6 only"])
def test_container_gets_the_networks_addresses_and_is_served(lab, bgplbd, v4, v6):
    lab.engine.create_network("web1", v4, v6)
    container = lab.engine.run_container("web1", ["web1"])
    prefixes = [p for p in (v4, v6) if p is not None]
    lab.wait_served(*prefixes)
    assert set(lab.routes()) == set(prefixes)
    assert set(lab.router.received()) == set(prefixes)
    assert set(lab.control.prefixes()) == set(prefixes)
    got4, got6 = addresses(container, "web1")
    assert got4 == ADDRESS4 if v4 else got4.startswith("0.")
    assert got6 == (ADDRESS6 if v6 else "")


def test_ipv6_only_network_of_docker_bgp_lb_is_served(lab, bgplbd):
    lab.engine.create_network("web1", "0.0.0.0/32", V6)
    lab.engine.run_container("web1", ["web1"])
    lab.wait_served(V6)
    assert set(lab.routes()) == set(lab.router.received()) == {V6}
    assert set(lab.control.prefixes()) == {V6}


def test_bridge_is_named_after_the_network_and_carries_its_id(lab, bgplbd):
    network = lab.engine.create_network("web1", V4, V6)
    bridges = lab.bridges()
    assert list(bridges) == [f"bgplb-{network[:9]}"]
    bridge = bridges[f"bgplb-{network[:9]}"]
    assert bridge["ifalias"] == network
    assert bridge["linkinfo"]["info_kind"] == "bridge"
    assert "UP" in bridge["flags"]


def test_veth_is_named_after_the_endpoint_and_carries_its_id(lab, bgplbd):
    network = lab.engine.create_network("web1", V4, V6)
    container = lab.engine.run_container("web1", ["web1"])
    endpoint = container.endpoint_id("web1")
    veths = lab.veths()
    assert list(veths) == [f"bgpve-{endpoint[:9]}"]
    veth = veths[f"bgpve-{endpoint[:9]}"]
    assert veth["ifalias"] == endpoint
    assert veth["master"] == f"bgplb-{network[:9]}"
    assert "UP" in veth["flags"]


def test_local_route_leads_to_the_bridge_with_a_permanent_neighbor_entry(lab, bgplbd):
    network = lab.engine.create_network("web1", V4, V6)
    container = lab.engine.run_container("web1", ["web1"])
    lab.wait_served(V4, V6)
    bridge = f"bgplb-{network[:9]}"
    assert lab.routes() == {V4: bridge, V6: bridge}
    mac = container.inspect()["NetworkSettings"]["Networks"]["web1"]["MacAddress"]
    entries = {n["dst"]: n for n in lab.host.ip("neigh", "show", "dev", bridge, "nud", "permanent")}
    for address in (ADDRESS4, ADDRESS6):
        assert entries[address]["lladdr"] == mac


def test_stopped_container_leaves_no_veth_and_no_route(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.engine.docker("rm", "-f", "web1")
    lab.wait_not_served(V4, V6)
    assert lab.veths() == {}
    assert len(lab.bridges()) == 1


def test_removed_network_leaves_nothing(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.engine.docker("rm", "-f", "web1")
    lab.engine.docker("network", "rm", "web1")
    assert lab.bridges() == {} and lab.veths() == {}
    assert lab.control.prefixes() == {}


def test_network_can_be_made_again_under_the_same_prefix(lab, bgplbd):
    for _ in range(2):
        lab.serve("web1")
        lab.wait_served(V4, V6)
        lab.engine.docker("rm", "-f", "web1")
        lab.engine.docker("network", "rm", "web1")
        lab.router.wait_lacks(V4, V6)


def test_restarted_container_is_served_again(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.engine.docker("restart", "-t", "2", "web1")
    lab.wait_served(V4, V6)
    assert len(lab.veths()) == 1


def test_network_without_a_container_is_not_served(lab, bgplbd):
    lab.engine.create_network("web1", V4, V6)
    assert lab.routes() == {}
    assert lab.router.received() == {}
    assert lab.control.prefixes()[V4]["state"] == "no endpoint"


@pytest.mark.parametrize("v4,v6,hint", [
    ("8.0.0.0/6", None, "/32"), (None, "2001:db8:0:1000::101/64", "/128"),
    (V4, "2001:db8::/31", "/128")])
def test_mask_that_looks_like_a_typing_error_is_refused_with_what_to_write(
        lab, bgplbd, v4, v6, hint):
    command = ["network", "create", "--driver", "bgplb", "--ipam-driver", "bgplb"]
    command += ["--subnet", v4] if v4 else []
    command += ["--ipv6", "--ipam-opt", f"v6subnet={v6}"] if v6 else []
    error = lab.engine.refusal(*command, "wide")
    assert hint in error and (v6 or v4) in error, error
    assert lab.engine.docker("network", "ls", "-q", "--filter", "name=wide") == ""
    assert lab.bridges() == {}


def test_several_networks_are_kept_apart(lab, bgplbd):
    first, one = lab.serve("web1", 1)
    _, two = lab.serve("web2", 2)
    lab.wait_served(*one, *two)
    assert len(lab.bridges()) == 2
    first.be_unhealthy()
    lab.wait_not_served(*one)
    assert set(lab.routes()) == set(two)
    assert lab.router.has(*two)


def test_networks_and_containers_that_come_and_go_leak_no_descriptor(lab, bgplbd):
    lab.serve("web1")
    lab.engine.docker("rm", "-f", "web1")
    lab.engine.docker("network", "rm", "web1")
    before = lab.steady_descriptors()
    for _ in range(4):
        container, _ = lab.serve("web1")
        lab.wait_served(V4, V6)
        container.be_unhealthy()
        lab.wait_not_served(V4, V6)
        lab.engine.docker("rm", "-f", "web1")
        lab.engine.docker("network", "rm", "web1")
    waiting.until(lambda: bgplbd.descriptors() == before,
                  lambda: f"descriptors as before, {before}: {bgplbd.descriptors()}")


def test_network_of_a_call_that_was_answered_too_late_is_undone(lab, bgplbd):
    """Docker had an error, so nobody would ever remove it, and its address was taken."""
    stopped = [bgplbd.pid, bgplbd.pids()["route decision engine"]]
    for pid in stopped:  # the parent too, which would end a daemon that hangs
        os.kill(pid, signal.SIGSTOP)
    try:
        error = lab.engine.refusal("network", "create", "--driver", "bgplb", "--ipam-driver",
                                   "bgplb", "--subnet", V4, "web1")
        assert "did not answer in time" in error, error
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    waiting.until(lambda: "what it made is undone" in bgplbd.log(), bgplbd.log)
    waiting.until(lambda: lab.bridges() == {}, lambda: f"no bridge: {lab.bridges()}")
    assert "/NetworkDriver.CreateNetwork" in bgplbd.log()
    assert "it had no processor, or was stopped" in bgplbd.log()
    lab.serve("web1")
    lab.wait_served(V4, V6)


@pytest.mark.parametrize("subnet,has", [
    (f"{topology.ROUTER}/32", f"{topology.ROUTER}, the address of a BGP neighbor"),
    (f"{topology.HOST}/32", f"{topology.HOST}, an address of this host"),
    ("192.0.2.0/24", f"{topology.HOST}, an address of this host")])
def test_network_with_an_address_that_the_host_needs_is_refused(lab, bgplbd, subnet, has):
    error = lab.engine.refusal("network", "create", "--driver", "bgplb", "--ipam-driver", "bgplb",
                               "--subnet", subnet, "web1")
    assert f"{subnet} holds {has}" in error, error
    assert lab.bridges() == {}
    assert lab.router.is_established()


def test_address_that_the_host_gets_later_is_withdrawn_until_it_goes(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.host.run("ip", "address", "add", ADDRESS4, "dev", "eth1")
    try:
        lab.wait_not_served(V4)
        assert lab.control.prefixes()[V4]["state"] == "conflict"
        assert "has an address of this host" in bgplbd.log()
        lab.wait_served(V6)
    finally:
        lab.host.run("ip", "address", "del", ADDRESS4, "dev", "eth1")
    lab.wait_served(V4, V6)


def create_with_mac(lab, name, mac):
    """By an API that newer engines know too; docker's own option differs between versions."""
    lab.engine.ask("POST", f"/v1.41/containers/create?name={name}", {
        "Image": image.NAME, "MacAddress": mac, "HostConfig": {"NetworkMode": "web1"}})


def test_second_container_with_the_same_mac_address_is_refused_by_name(lab, bgplbd):
    """A bridge has one port for an address, so one container would get the traffic of both."""
    mac = "02:42:0a:00:00:65"
    lab.engine.create_network("web1", V4, V6)
    for name in ("web1", "twin"):
        create_with_mac(lab, name, mac)
    lab.engine.docker("start", "web1")
    lab.wait_served(V4, V6)
    error = lab.engine.refusal("start", "twin")
    assert f"{mac} is the MAC address of container web1 (" in error, error
    assert "in network web1 (" in error, error
    assert len(lab.veths()) == 1
    lab.engine.docker("rm", "-f", "web1")
    lab.engine.docker("start", "twin")
    lab.wait_served(V4, V6)


@pytest.mark.engine
@pytest.mark.newest
def test_what_a_network_cannot_have_is_refused_at_once(lab, bgplbd):
    ours = ("network", "create", "--driver", "bgplb", "--ipam-driver", "bgplb")
    for command, said in (
            # Docker 20.10 and 26.1 say by themselves that their own pool of one is no pool.
            ((*ours[:4], "--subnet", V4), ("write --ipam-driver with the name that --driver has",
                                           "No available addresses")),
            ((*ours, "--subnet", V4, "--ipam-opt", f"v6subnet={V6}"),
             "--ipam-opt v6subnet has no effect without --ipv6"),
            ((*ours, "--subnet", V4, "--ipam-opt", "v6_subnet=2001:db8::1"),
             "--ipam-opt v6_subnet is not known: write v6subnet="),
            ((*ours, "--subnet", V4, "--opt", "parent=eth0"),
             "--opt parent is not known: write com.docker.network.driver.mtu="),
            ((*ours, "--subnet", V4, "--opt", "com.docker.network.driver.mtu=67"),
             "is not an MTU: write a number from 68 to 65535"),
            ((*ours, "--subnet", V4, "--ipv6"), "or --subnet ADDRESS/128 (in a compose file")):
        error = lab.engine.refusal(*command, "web1")
        assert any(one in error for one in (said if isinstance(said, tuple) else (said,))), (
            command, error)
    lab.serve("web1")
    lab.wait_served(V4, V6)


def mtus(lab, container):
    """Of bridge and host's end; of the container's end."""
    inside = lab.engine.docker("exec", container.name, "cat", "/sys/class/net/eth0/mtu")
    return {link["mtu"] for link in (lab.bridges() | lab.veths()).values()}, int(inside)


@pytest.mark.engine
@pytest.mark.newest
def test_mtu_of_a_network_holds_on_both_ends(lab, bgplbd):
    lab.engine.docker("network", "create", "--driver", "bgplb", "--ipam-driver", "bgplb",
                      "--subnet", V4, "--ipv6", "--ipam-opt", f"v6subnet={V6}",
                      "-o", "com.docker.network.driver.mtu=1400", "web1")
    container = lab.engine.run_container("web1", ["web1"], options=["--restart", "always"])
    lab.wait_served(V4, V6)
    assert mtus(lab, container) == ({1400}, 1400)
    # As after a reboot: Docker starts the container, and only then tells of its network.
    lab.engine.stop()
    lab.stop_bgplbd()
    for name in [*lab.bridges(), *lab.veths()]:
        lab.host.run("ip", "link", "del", name, check=False)
    lab.run_bgplbd(established=False)
    lab.engine.start()
    lab.wait_served(V4, V6)
    waiting.until(lambda: mtus(lab, container)[0] == {1400}, lambda: mtus(lab, container))
    lab.engine.docker("restart", "-t", "0", "web1")
    lab.wait_served(V4, V6)
    assert mtus(lab, container) == ({1400}, 1400)
