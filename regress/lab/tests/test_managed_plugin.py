"""bgplbd as a managed plugin: made, set, used, disabled and replaced as its users do it."""

import json
import os
import pathlib
import pwd
import signal
import time

import pytest

from lab import capture, daemon, engine, managed_plugin, sandbox, topology, waiting
from lab.topology import GATEWAY_NETWORK, HOST, ROUTER, ROUTER_AS

pytestmark = pytest.mark.skipif(
    daemon.is_sanitized(), reason="Docker gives the sanitizers no options")

NAME = "org/bgplb:v1"
SETTINGS = {"ROUTER_ID": HOST, "PEER_ADDRESS": ROUTER, "PEER_AS": ROUTER_AS, "args": "-v"}
V4, V6 = topology.address_of(1)
ADDRESS4, ADDRESS6 = V4.split("/")[0], V6.split("/")[0]
CEASE, ADMINISTRATIVE_SHUTDOWN = 6, 2
CAP_KILL, CAP_NET_ADMIN = 5, 12


@pytest.fixture
def created(lab):
    """Docker knows the plugin, which is not enabled."""
    lab.stop_bgplbd()
    made = managed_plugin.ManagedPlugin(lab.engine, NAME)
    made.create()
    try:
        yield made
        lab.engine.remove_all()
    finally:
        made.remove()


@pytest.fixture
def plugin(lab, created):
    """The plugin runs and has its session."""
    created.set(**SETTINGS)
    created.enable()
    lab.router.wait_established()
    return created


def serve(lab, options=()):
    """A container in a network of the plugin's, and in the labelled gateway network."""
    lab.create_gateway(topology.LABEL)
    lab.engine.create_network("web1", V4, V6, driver=NAME)
    container = lab.engine.run_container("web1", [GATEWAY_NETWORK, "web1"], options=options)
    lab.wait_served(V4, V6)
    return container


@pytest.fixture
def served(lab, plugin):
    return serve(lab)


def assert_health_is_followed(lab, container):
    container.be_unhealthy()
    lab.wait_not_served(V4, V6)
    container.be_healthy()
    lab.wait_served(V4, V6)


def test_settings_are_those_of_docker_bgp_lb_with_its_defaults(created):
    settings = {e["Name"]: e["Value"] for e in created.inspect()["Config"]["Env"]}
    assert settings == {
        "ROUTER_ID": "", "ROUTER_PORT": "-1", "LOCAL_AS": "64512", "NEXTHOP": "",
        "ALLOWED_PREFIXES": "",
        "PEER_ADDRESS": "", "PEER_AS": "", "PEER_PASSWORD": "", "SIGUSR2_HANDLER": "false",
        "SIGUSR2_ACTION": "stop", "RISE": "", "GLOBAL_SCOPE": "false"}
    created.set(**{name: "1" for name in settings})
    assert set(created.inspect()["Settings"]["Env"]) == {f"{name}=1" for name in settings}


def test_asks_the_user_for_one_capability_one_folder_and_process_numbers(created):
    asked = created.inspect()["Config"]
    assert asked["Linux"]["Capabilities"] == ["CAP_NET_ADMIN"]
    assert not asked["Linux"]["AllowAllDevices"] and not asked["Linux"]["Devices"]
    assert asked["PidHost"] and not asked["IpcHost"]
    mount, = asked["Mounts"]
    assert (mount["Source"], "ro" in mount["Options"]) == ("/var/run", True)


@pytest.mark.engine
def test_traffic_and_drain_under_the_plugins_own_name(lab, created):
    created.set(**SETTINGS, SIGUSR2_HANDLER="true")
    created.enable()
    lab.create_gateway(topology.LABEL)
    lab.engine.create_network("web1", V4, V6, driver=NAME)
    container = lab.engine.run_container(
        "web1", [GATEWAY_NETWORK, "web1"],
        options=["--stop-signal", "SIGUSR2", "--stop-timeout", "30"])
    lab.wait_served(V4, V6)
    lab.router.wait_has(topology.GATEWAY_SUBNET, topology.GATEWAY_SUBNET6)
    lab.router.use_routes()
    try:
        for address in (ADDRESS4, ADDRESS6):
            page = waiting.until(lambda: lab.fetch(address), f"a page from {address}", 5)
            assert page.startswith("hello from web1 to "), page
    finally:
        lab.router.forget_routes()
    assert_health_is_followed(lab, container)
    stop = lab.engine.docker_process("stop", "web1")
    lab.wait_not_served(V4, V6)
    assert created.control.prefixes()[V4]["state"] == "draining"
    assert stop.wait(15) == 0
    assert container.time_of("got TERM") - container.signalled("12") == pytest.approx(5, abs=0.5)


def test_check_inside_says_that_the_hosts_bgplbctl_is_to_be_used(lab, served, plugin):
    lab.router.wait_has(topology.GATEWAY_SUBNET)
    said = json.loads(plugin.control.run("-j", "check").stdout)
    finding, = said["findings"]
    assert finding["subject"] == "managed plugin"
    assert any("iptables" in u["subject"] or "nft" in u["subject"] or "iptables" in u["reason"]
               for u in said["not_looked_at"]), said["not_looked_at"]
    path = f"{daemon.BIN}:{os.environ['PATH']}"
    done = lab.host.run("sh", "-c", finding["remedy"], env=dict(os.environ, PATH=path),
                        check=False)
    assert (done.returncode, done.stdout) == (0, "nothing found that would stop traffic\n")


def test_plugin_beside_a_service_is_refused(lab, created):
    """They share the host's network namespace, but no path."""
    lab.run_bgplbd()
    created.set(**SETTINGS)
    lab.engine.refusal("plugin", "enable", NAME)
    waiting.until(lambda: "another bgplbd runs in this network namespace, process "
                  f"{lab.bgplbd.pid}:" in lab.engine.log(), lambda: lab.engine.log()[-2000:])
    assert lab.bgplbd.status() is None


def status_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


@pytest.mark.parametrize("title,capabilities", [
    (daemon.PARENT, 1 << CAP_KILL), ("session engine", 0), ("docker frontend", 0),
    ("route decision engine", 1 << CAP_NET_ADMIN)])
def test_privilege_separation_holds_inside(plugin, title, capabilities):
    pid = plugin.pids()[title]
    status = status_of(pid)
    for kind in ("CapPrm", "CapEff"):
        assert int(status[kind], 16) == capabilities, kind
    for kind in ("CapInh", "CapBnd", "CapAmb"):
        assert int(status[kind], 16) == 0, kind
    assert status["NoNewPrivs"] == "1"
    assert status["Groups"] == ""
    parent_root = f"/proc/{plugin.pids()[daemon.PARENT]}/root"
    users = {fields[0]: fields for fields in (
        line.split(":") for line in
        pathlib.Path(f"{parent_root}/etc/passwd").read_text().splitlines())}
    if title == daemon.PARENT:
        assert status["Uid"].split() == ["0"] * 4
        return
    assert status["Uid"].split() == [users[sandbox.USERS[title]][2]] * 4
    assert status["Gid"].split() == [users[sandbox.USERS[title]][3]] * 4
    assert os.listdir(f"/proc/{pid}/root/") == []
    root = os.stat(f"/proc/{pid}/root/")
    assert root.st_uid == 0 and root.st_mode & 0o022 == 0


def test_user_inside_is_nobody_on_the_host(plugin):
    uid = os.stat(f"/proc/{plugin.pids()['session engine']}").st_uid
    with pytest.raises(KeyError):
        pwd.getpwuid(uid)


def test_disable_is_refused_in_use_and_ends_in_order_after(lab, served, plugin):
    assert "in use" in lab.engine.refusal("plugin", "disable", NAME)
    lab.engine.docker("rm", "-f", "web1")
    assert "in use" in lab.engine.refusal("plugin", "disable", NAME)
    lab.engine.docker("network", "rm", "web1")
    with capture.Capture(lab.router_node, "eth0") as seen:
        began = time.monotonic()
        plugin.disable()
        assert time.monotonic() - began < 3
        lab.router.wait_down()
        sent = seen.first(capture.NOTIFICATION, HOST)
        assert (int(sent.value("bgp.notify.major_error")),
                int(sent.value("bgp.notify.minor_error_cease"))) \
            == (CEASE, ADMINISTRATIVE_SHUTDOWN)
    assert plugin.pids() == {}
    assert plugin.log().splitlines()[-1].endswith("parent: ended")


def test_withdrawn_prefix_stays_withdrawn_over_disable_and_enable(lab, served, plugin):
    plugin.control.text("withdraw", V4)
    lab.wait_not_served(V4)
    lab.engine.docker("plugin", "disable", "-f", NAME)
    lab.router.wait_lacks(V6)
    plugin.enable()
    lab.wait_served(V6)
    assert plugin.control.prefixes()[V4]["state"] == "withdrawn"
    assert not lab.router.has(V4)
    plugin.control.text("announce", V4)
    lab.wait_served(V4, V6)


def test_routes_and_containers_stand_while_it_is_disabled_by_force(lab, served, plugin):
    links, routes = set(lab.veths()), lab.routes()
    lab.engine.docker("plugin", "disable", "-f", NAME)
    lab.router.wait_lacks(V4, V6)
    assert (set(lab.veths()), lab.routes()) == (links, routes)
    assert served.inspect()["State"]["Running"]
    plugin.enable()
    lab.wait_served(V4, V6)
    assert (set(lab.veths()), lab.routes()) == (links, routes)
    assert_health_is_followed(lab, served)


def test_wrong_setting_keeps_it_from_starting_and_the_engines_log_says_why(lab, created):
    created.set(**{**SETTINGS, "PEER_AS": "abc"})
    lab.engine.refusal("plugin", "enable", NAME)
    assert "PEER_AS=abc: not an AS number: write 1 to 4294967294" in created.log()
    assert not created.inspect()["Enabled"]
    created.set(**SETTINGS)
    # Docker is not done with its own tries at once, and may answer that the first time.
    waiting.until(lambda: lab.engine.docker("plugin", "enable", NAME, check=False)
                  is not None and created.inspect()["Enabled"], "it starts", 20, step=0.5)
    lab.router.wait_established()


@pytest.mark.engine
def test_replaced_by_another_of_its_name_while_containers_run(lab, served, plugin):
    """What an upgrade is without a registry: Docker keeps networks and containers."""
    assert "in use" in lab.engine.refusal("plugin", "rm", NAME)
    lab.engine.docker("plugin", "disable", "-f", NAME)
    assert "in use" in lab.engine.refusal("plugin", "rm", NAME)
    links, routes = set(lab.veths()), lab.routes()
    plugin.remove()
    plugin.create()
    plugin.set(**SETTINGS)
    plugin.enable()
    lab.wait_served(V4, V6)
    assert (set(lab.veths()), lab.routes()) == (links, routes)
    assert_health_is_followed(lab, served)
    two = topology.address_of(2)
    lab.engine.create_network("web2", *two, driver=NAME)
    lab.engine.run_container("web2", ["web2"])
    lab.wait_served(*two)
    lab.engine.docker("rm", "-f", "web1", "web2")
    lab.engine.docker("network", "rm", "web1", "web2")
    assert lab.bridges() == {} and lab.veths() == {}


def test_docker_starts_it_anew_when_a_process_dies(lab, served, plugin):
    pids = plugin.pids()
    os.kill(pids["route decision engine"], signal.SIGKILL)
    waiting.until(lambda: not set(pids.values()) & set(plugin.pids().values())
                  and set(plugin.pids()) == set(pids), "Docker started it anew")
    assert "the route decision engine died of signal 9" in plugin.log()
    lab.wait_served(V4, V6)
    assert_health_is_followed(lab, served)


@pytest.mark.engine
def test_engine_that_restarts_with_live_restore_is_found_again(lab, live_restore, plugin):
    """It makes its socket anew, while the plugin goes on with the mounts that it had."""
    serve(lab, engine.STEADY_HEALTH)
    pids, found = plugin.pids(), "Docker: it is there again"
    before = plugin.log().count(found)
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.engine.stop()
        lab.engine.start()
        waiting.until(lambda: plugin.log().count(found) > before, "it found Docker")
        assert plugin.pids() == pids
        assert not any(m.withdrawn() for m in seen.of_type(capture.UPDATE, HOST))
    lab.engine.docker("pause", "web1")
    lab.wait_not_served(V4, V6)
    lab.engine.docker("unpause", "web1")
    lab.wait_served(V4, V6)


def test_engine_that_restarts_starts_it_and_its_containers(lab, plugin):
    lab.engine.create_network("web1", V4, V6, driver=NAME)
    lab.engine.run_container("web1", ["web1"], options=["--restart", "always"])
    lab.wait_served(V4, V6)
    lab.engine.stop()
    assert plugin.pids() == {}
    lab.engine.start()
    lab.wait_served(V4, V6)
