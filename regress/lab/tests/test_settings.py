"""Settings from the environment and from bgplbd.conf, and mistakes in them."""

import pathlib
import os
import subprocess

import pytest

from lab import daemon, sandbox, topology, waiting
from lab.topology import HOST, HOST_AS, ROUTER, ROUTER_AS

ENVIRONMENT = {"ROUTER_ID": HOST, "PEER_ADDRESS": ROUTER, "PEER_AS": str(ROUTER_AS)}


def check(*arguments, environment=None):
    """bgplbd -n; CompletedProcess."""
    return subprocess.run([daemon.BIN / "bgplbd", "-n", *arguments], capture_output=True,
                          text=True, env=daemon.clean_environment(environment))


def check_file(text):
    file = sandbox.directory() / "checked.conf"
    file.write_text(text)
    file.chmod(0o600)
    return check("-v", "-f", str(file)), str(file)


def test_both_programs_print_their_version():
    version = (pathlib.Path(__file__).parents[3] / "VERSION").read_text().strip()
    for program in ("bgplbd", "bgplbctl"):
        done = subprocess.run([daemon.BIN / program, "-V"], capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, f"{program} {version}\n")


def test_names_of_docker_bgp_lb_are_enough(lab):
    lab.run_bgplbd(environment=ENVIRONMENT)
    _, prefixes = lab.serve("web1")
    lab.wait_served(*prefixes)
    assert lab.router.received()[prefixes[0]].as_path == [64512]


def test_local_as_router_port_and_password_of_the_environment(lab):
    done = check("-v", environment={**ENVIRONMENT, "LOCAL_AS": "65010", "ROUTER_PORT": "1179",
                                    "PEER_PASSWORD": "secret"})
    assert done.returncode == 0, done.stderr
    assert "AS 65010" in done.stdout
    assert "listen port 1179" in done.stdout
    assert "password" in done.stdout and "secret" not in done.stdout + done.stderr


def test_router_port_of_minus_one_does_not_listen():
    assert "listen" not in check("-v", environment={**ENVIRONMENT, "ROUTER_PORT": "-1"}).stdout


@pytest.mark.parametrize("setting,drains,term", [
    ({"SIGUSR2_HANDLER": "true", "SIGUSR2_ACTION": ""}, True, False),
    ({"SIGUSR2_HANDLER": "false"}, False, False)])
def test_sigusr2_settings_of_the_environment(lab, setting, drains, term):
    lab.run_bgplbd(environment={**ENVIRONMENT, **setting})
    container, prefixes = lab.serve("web1")
    lab.wait_served(*prefixes)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    waiting.until(lambda: container.time_of("got USR2"), "it got SIGUSR2")
    if drains:
        lab.wait_not_served(*prefixes)
    else:
        waiting.stays(lambda: lab.router.has(*prefixes), "served", 1, step=0.1)
    assert (container.time_of("got TERM") is not None) == term


def test_global_scope_is_told_to_docker(lab):
    lab.run_bgplbd(environment={**ENVIRONMENT, "GLOBAL_SCOPE": "true"})
    assert lab.plugin_call("/NetworkDriver.GetCapabilities")["Scope"] == "global"
    lab.run_bgplbd(environment=ENVIRONMENT)
    assert lab.plugin_call("/NetworkDriver.GetCapabilities")["Scope"] == "local"


@pytest.mark.parametrize("setting", [
    {"ROUTER_ID": "here"}, {"ROUTER_ID": "2001:db8::1"}, {"ROUTER_ID": ""}, {"LOCAL_AS": "0"},
    {"LOCAL_AS": "4294967296"}, {"LOCAL_AS": "x"}, {"PEER_ADDRESS": "router.example.net"},
    {"PEER_AS": "-1"}, {"PEER_AS": ""}, {"ROUTER_PORT": "65536"}, {"ROUTER_PORT": "bgp"},
    {"PEER_PASSWORD": "x" * 81}, {"SIGUSR2_HANDLER": "maybe"},
    {"GLOBAL_SCOPE": "2"}], ids=lambda s: "=".join(*s.items())[:30])
def test_bad_environment_value_is_named_and_ends_the_start(setting):
    done = check(environment={**ENVIRONMENT, **setting})
    (name, value), = setting.items()
    assert done.returncode != 0
    shown = "***" if name == "PEER_PASSWORD" else value
    assert f"{name}={shown}: " in done.stderr, done.stderr


def test_two_mistakes_are_both_told():
    done = check(environment={**ENVIRONMENT, "LOCAL_AS": "x", "ROUTER_PORT": "y"})
    assert "LOCAL_AS=x: " in done.stderr and "ROUTER_PORT=y: " in done.stderr


def test_daemon_with_a_bad_setting_does_not_start_and_makes_no_socket(lab):
    lab.stop_bgplbd()
    other = daemon.Bgplbd(lab.host, environment={**ENVIRONMENT, "PEER_AS": "none"})
    other.start(wait=False)
    assert other.wait() == 1
    assert "PEER_AS=none: " in other.log()
    lab.host.run("test", "!", "-e", daemon.PLUGIN_SOCKET)
    lab.host.run("test", "!", "-e", daemon.CONTROL_SOCKET)


def test_file_that_is_understood_is_printed_and_reads_back_the_same():
    done, _ = check_file(topology.configuration(
        "listen port 179\n", "nexthop 2001:db8::1\n", "drain delay 7s\n",
        topology.neighbor(ROUTER, ROUTER_AS, 'descr "the one router"', "holdtime 30")))
    assert done.returncode == 0, done.stderr
    again, _ = check_file(done.stdout)
    assert again.stdout == done.stdout
    for part in (f"AS {HOST_AS}", "nexthop 2001:db8::1", "drain delay 7s", "holdtime 30"):
        assert part in done.stdout


@pytest.mark.parametrize("line,column", [
    ("AS nothing", 4), ("router-id 192.0.2.999", 11), ("neighbour 192.0.2.1 { }", 1),
    ("listen port 99999", 13), ("nexthop 10.0.0.0/8", 9), ("nexthop 127.0.0.1", 9),
    ("nexthop ::1", 9), ("router-id 127.0.0.1", 11), ("drain delay soon", 13),
    ('advertise label "unfinished', None), ("}", 1)])
def test_mistake_in_the_file_is_named_with_line_and_column(line, column):
    done, file = check_file(f"# first\n\n{line}\n")
    assert done.returncode != 0
    place = f"{file}:3:" + (f"{column}:" if column else "")
    assert place in done.stderr, done.stderr


def test_file_that_is_not_there_is_named():
    done = check("-f", "/nowhere/bgplbd.conf")
    assert done.returncode != 0 and "/nowhere/bgplbd.conf" in done.stderr


def test_own_networks_are_found_under_another_plugin_name(lab):
    """The daemon's name for Docker is that of its socket."""
    socket = "/run/docker/plugins/anycast.sock"
    lab.run_bgplbd(topology.configuration(f'plugin socket "{socket}"\n', topology.neighbor()),
                   plugin_socket=socket)
    prefixes = topology.address_of(1)
    lab.engine.create_network("web1", *prefixes, driver="anycast")
    container = lab.engine.run_container("web1", ["web1"])
    lab.wait_served(*prefixes)
    container.be_unhealthy()
    lab.wait_not_served(*prefixes)
    container.be_healthy()
    lab.wait_served(*prefixes)
    lab.engine.docker("kill", "-s", "USR2", "web1")
    lab.wait_not_served(*prefixes)
    lab.engine.remove_all()


def test_file_that_others_may_write_is_refused(lab):
    lab.stop_bgplbd()
    file = sandbox.directory() / "shared.conf"
    file.write_text(topology.configuration(topology.neighbor()))
    file.chmod(0o660)
    other = daemon.Bgplbd(lab.host, arguments=("-f", file))
    other.start(wait=False)
    assert other.wait() == 1
    assert f"{file}: others than its owner may write it: chmod go-w {file}" in other.log()


def test_state_file_that_others_may_write_is_refused(lab):
    lab.run_bgplbd()
    lab.engine.create_network("web1", *topology.address_of(1))
    lab.control.text("withdraw", topology.address_of(1)[0])
    lab.stop_bgplbd()
    path = lab.host.path(daemon.STATE_FILE)
    os.chown(path, 12345, 0)
    other = daemon.Bgplbd(lab.host, topology.configuration())
    other.start(wait=False)
    assert other.wait() == 1
    assert f"state file {daemon.STATE_FILE}: it belongs to user 12345" in other.log()
    os.chown(path, 0, 0)
    lab.run_bgplbd()
    lab.control.text("announce", topology.address_of(1)[0])
