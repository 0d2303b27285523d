"""What must be so on every engine: make check runs it on a second one.

The engine is the one that BGPLBD_DOCKERD names (debian_engine.py has another).
"""

import subprocess
import time

import pytest

from lab import capture, engine, image, topology, waiting
from lab.topology import HOST, LABEL, ROUTER, ROUTER_AS

pytestmark = pytest.mark.engine

V4, V6 = topology.address_of(1)
TWO_NETWORKS_API = (1, 44)  # docker run with --network twice
GATEWAY = "bgplb_gwbridge"
GATEWAY_SUBNET, GATEWAY_SUBNET6 = "172.23.1.0/24", "2001:db8:0:1001::/64"
CREATE_GATEWAY = (
    "network create --driver bridge --subnet 172.23.1.0/24 --gateway 172.23.1.1 "
    "--ipv6 --subnet 2001:0db8:0000:1001::/64 --gateway 2001:0db8:0000:1001::1 "
    f"-o com.docker.network.bridge.name={GATEWAY} "
    "-o com.docker.network.bridge.enable_icc=false "
    "-o com.docker.network.bridge.enable_ip_masquerade=false "
    f"--label {LABEL} {GATEWAY}")
CREATE_NETWORK = (
    "network create --driver bgplb --ipam-driver bgplb --subnet 10.0.0.10{n}/32 "
    "--ipv6 --ipam-opt v6subnet=2001:0db8:0000:1000::10{n}/128 web{n}")
CONTAINER = (
    "--name=web{n} --network=bgplb_gwbridge {second} --ip 172.23.1.2{n} "
    "--ip6 2001:0db8:0000:1001::2{n} --add-host web9=2001:0db8:0000:1000::109 "
    "--health-start-period 15s --health-interval 1s --stop-timeout 30 --stop-signal SIGUSR2")


def prefixes_of(n):
    return f"10.0.0.10{n}/32", f"2001:db8:0:1000::10{n}/128"


def docker(lab, command, *more):
    return lab.engine.docker(*command.split(), *more)


@pytest.mark.newest
def test_engine_is_the_one_that_was_asked_for(lab):
    said = subprocess.check_output([engine.DOCKERD, "--version"], text=True)
    assert f" {lab.engine.get('/version')['Version']}," in said


@pytest.fixture
def drainer(lab):
    """bgplbd with docker-bgp-lb's settings, draining on."""
    return lab.run_bgplbd(environment={
        "ROUTER_ID": HOST, "PEER_ADDRESS": ROUTER, "PEER_AS": str(ROUTER_AS),
        "SIGUSR2_HANDLER": "true"})


def start_as_in_the_manual(lab, n):
    """One docker run where the engine can, else what it stands for."""
    docker(lab, CREATE_NETWORK.format(n=n))
    more = ["--health-cmd", image.HEALTH_COMMAND, "--hostname", f"web{n}", image.NAME]
    api = tuple(map(int, lab.engine.get("/version")["ApiVersion"].split(".")))
    if api >= TWO_NETWORKS_API:
        docker(lab, "run -d " + CONTAINER.format(n=n, second=f"--network=web{n}"), *more)
    else:
        docker(lab, "create " + CONTAINER.format(n=n, second=""), *more)
        docker(lab, f"network connect web{n} web{n}")
        docker(lab, f"start web{n}")
    return lab.engine.container(f"web{n}")


@pytest.mark.newest
def test_commands_of_docker_bgp_lbs_manual_work(lab, drainer):
    docker(lab, CREATE_GATEWAY)
    lab.router.wait_has(GATEWAY_SUBNET, GATEWAY_SUBNET6)
    containers = {n: start_as_in_the_manual(lab, n) for n in (1, 2)}
    for n, container in containers.items():
        lab.wait_served(*prefixes_of(n))
        networks = container.inspect()["NetworkSettings"]["Networks"]
        assert (networks[GATEWAY]["IPAddress"], networks[GATEWAY]["GlobalIPv6Address"]) \
            == (f"172.23.1.2{n}", f"2001:db8:0:1001::2{n}")
        assert (networks[f"web{n}"]["IPAddress"], networks[f"web{n}"]["GlobalIPv6Address"]) \
            == tuple(p.split("/")[0] for p in prefixes_of(n))
    lab.router.use_routes()
    try:
        for n in containers:
            for prefix in prefixes_of(n):
                page = waiting.until(lambda: lab.fetch(prefix.split("/")[0]), prefix, 5)
                assert page.startswith(f"hello from web{n} to "), page
    finally:
        lab.router.forget_routes()
    stop = lab.engine.docker_process("stop", "web1")
    lab.wait_not_served(*prefixes_of(1))
    assert lab.router.has(*prefixes_of(2))
    assert stop.wait(15) == 0
    printed = containers[1].time_of("got TERM")
    assert printed - containers[1].signalled("12") == pytest.approx(5, abs=0.5)
    lab.engine.remove_all()
    lab.router.wait_lacks(GATEWAY_SUBNET, GATEWAY_SUBNET6)


@pytest.mark.newest
def test_networks_of_either_family_and_of_both(lab, bgplbd):
    wanted = set()
    for number, families in ((1, "46"), (2, "4"), (3, "6")):
        v4, v6 = topology.address_of(number)
        v4, v6 = v4 if "4" in families else None, v6 if "6" in families else None
        lab.engine.create_network(f"web{number}", v4, v6)
        lab.engine.run_container(f"web{number}", [f"web{number}"])
        wanted |= {p for p in (v4, v6) if p}
    lab.wait_served(*wanted)
    assert set(lab.routes()) == set(lab.router.received()) == wanted
    assert len(lab.bridges()) == len(lab.veths()) == 3


@pytest.mark.parametrize("arguments", [
    ["--subnet", "8.0.0.0/6"], ["--ipv6", "--ipam-opt", "v6subnet=2001:db8::1/64"]])
def test_refusal_reaches_the_user_with_what_to_write(lab, bgplbd, arguments):
    error = lab.engine.refusal("network", "create", "--driver", "bgplb", "--ipam-driver", "bgplb",
                               *arguments, "wide")
    assert "write" in error and ("/32" in error or "/128" in error), error


def test_each_event_is_understood(lab, bgplbd):
    """Each row takes the container out of service and brings it back."""
    lab.create_gateway()
    container, _ = lab.serve("web1", networks=[topology.GATEWAY_NETWORK])
    docker = lab.engine.docker
    lab.wait_served(V4, V6)
    for out, back in (
            (container.be_unhealthy, container.be_healthy),
            (lambda: docker("pause", "web1"), lambda: docker("unpause", "web1")),
            (lambda: docker("network", "disconnect", "web1", "web1"),
             lambda: docker("network", "connect", "web1", "web1")),
            (lambda: docker("kill", "web1"), lambda: docker("start", "web1")),
            (lambda: docker("stop", "-t", "5", "web1"), lambda: docker("start", "web1")),
            (lambda: lab.host.run("kill", "-9", container.inspect()["State"]["Pid"]),
             lambda: docker("start", "web1"))):
        out()
        lab.wait_not_served(V4, V6)
        back()
        lab.wait_served(V4, V6)


def test_shared_prefix_goes_with_the_last_container(lab, bgplbd):
    lab.serve("web1")
    lab.engine.run_container("second", ["web1"])
    lab.wait_served(V4, V6)
    waiting.until(lambda: lab.control.prefixes()[V4]["eligible"] == 2, "both serve")
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.engine.docker("rm", "-f", "web1")
        waiting.until(lambda: lab.control.prefixes()[V4]["eligible"] == 1, "one serves")
        time.sleep(0.3)
        assert not seen.withdrawals(V4)
    lab.engine.docker("rm", "-f", "second")
    lab.wait_not_served(V4, V6)


def test_restart_of_bgplbd_changes_nothing(lab, bgplbd):
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    before = lab.routes(), set(lab.bridges()), set(lab.veths())
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.restart_bgplbd()
        lab.router.wait_has(V4, V6)
        assert not any(m.withdrawn() for m in seen.of_type(capture.UPDATE, HOST))
    assert (lab.routes(), set(lab.bridges()), set(lab.veths())) == before
    container.be_unhealthy()
    lab.wait_not_served(V4, V6)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_engine_that_ends_and_starts_is_found_again(lab, bgplbd, end):
    lab.serve("web1", options=["--restart", "always"])
    lab.wait_served(V4, V6)
    getattr(lab.engine, end)()
    lab.engine.start()
    lab.wait_served(V4, V6)
    assert len(lab.veths()) == 1
