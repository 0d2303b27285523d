"""What a process of the daemon can do that somebody has taken over."""

import os
import pathlib

import pytest

from lab import attacker, control, daemon, namespaces, sandbox, waiting

pytestmark = pytest.mark.skipif(
    daemon.is_sanitized(), reason="the runtimes of sanitizers may do more")


@pytest.fixture(scope="module")
def node():
    """A machine with nothing on it: the daemon runs without an engine and a router."""
    made = namespaces.Node("attacked")
    yield made
    made.close()


@pytest.mark.parametrize("process", daemon.CHILDREN)
def test_daemon_without_a_user_for_a_process_says_how_to_make_it(node, process):
    user = sandbox.USERS[process]
    hidden = sandbox.directory() / f"passwd-without-{user}"
    with open("/etc/passwd") as users:
        hidden.write_text("".join(line for line in users if not line.startswith(f"{user}:")))
    node.run("mount", "--bind", hidden, "/etc/passwd")
    try:
        bgplbd = daemon.Bgplbd(node, attacker.CONFIGURATION)
        bgplbd.start(wait=False)
        assert bgplbd.wait() == 1
        checked = node.run(*bgplbd.argv, "-n")
    finally:
        node.run("umount", "/etc/passwd")
    for text in (bgplbd.log(), checked.stderr):
        assert f"there is no user {user}: make it with useradd" in text


def assert_killed(node, process, name):
    outcome, bgplbd = attacker.Attack(process, [name]).on_node(node)
    assert outcome == {name: attacker.KILLED}
    assert f"the {process} made a system call that it may not make" in bgplbd.log()
    return bgplbd


@pytest.mark.parametrize("process", daemon.CHILDREN)
@pytest.mark.parametrize("name", [
    "kill_parent", "kill_a_sibling", "trace_parent", "read_memory_of_parent",
    "own_a_descriptor", "own_a_descriptor_by_ioctl", "signal_by_notification"])
def test_child_that_reaches_for_another_process_is_killed(node, process, name):
    assert_killed(node, process, name)


@pytest.mark.parametrize("process", daemon.CHILDREN)
@pytest.mark.parametrize("name", [
    "log_clear_append", "log_seek", "log_write_at_start", "log_truncate", "log_map",
    "log_pass_to_itself", "log_duplicate"])
def test_child_that_would_change_the_log_is_killed_and_its_lines_stand(node, process, name):
    log = assert_killed(node, process, name).log()
    assert log.startswith("warning: parent: no neighbor is configured") and "\0" not in log
    for line in ("info: parent: started, AS 64512", "info: parent: ended"):
        assert line in log.splitlines()


@pytest.mark.parametrize("process", daemon.CHILDREN)
def test_child_opens_no_file(node, process):
    names = ["read_a_file", "read_above_the_root"]
    outcome, _ = attacker.Attack(process, names).on_node(node)
    assert outcome == dict.fromkeys(names, "EACCES")


@pytest.mark.parametrize("process", daemon.CHILDREN)
@pytest.mark.parametrize("name", [
    "write_a_file", "change_the_root", "run_a_program", "fork_a_process", "connect_to_a_path",
    "send_a_datagram", "connect_to_docker_by_tcp", "listen_on_tcp"])
def test_child_that_reaches_out_is_killed(node, process, name):
    assert_killed(node, process, name)


@pytest.mark.parametrize("name", ["connect_by_fast_open", "remove_a_password"])
def test_session_engine_that_misuses_a_socket_is_killed(node, name):
    assert_killed(node, "session engine", name)


def ended_by(attack, node, configuration):
    """The daemon, that the attack has made end with status 1."""
    bgplbd = daemon.Bgplbd(node, configuration, attack.environment)
    try:
        bgplbd.start()
        attack.begin()
        assert bgplbd.wait(15) == 1
    finally:
        bgplbd.discard()
    return bgplbd


@pytest.mark.parametrize("process,name", [
    (process, name) for process in daemon.CHILDREN for target, name in (
        (daemon.PARENT, "nonsense_to_parent"), ("session engine", "nonsense_to_session"),
        ("docker frontend", "nonsense_to_frontend"),
        ("route decision engine", "nonsense_to_rde")) if target != process])
def test_message_that_is_not_understood_ends_the_daemon(node, process, name):
    attack = attacker.Attack(process, [name])
    bgplbd = ended_by(attack, node, attacker.CONFIGURATION)
    assert attack.outcomes() == {name: "done"}
    assert "4000000000" in bgplbd.log()


ALLOWED = attacker.CONFIGURATION + "allow prefix 10.0.0.0/16 le 32\n"


@pytest.mark.parametrize("name,refused", [
    ("announce_foreign_prefix", "198.51.100.0/24"), ("announce_default_route", "0.0.0.0/0")])
def test_rde_that_announces_what_is_not_allowed_ends_the_daemon(node, name, refused):
    attack = attacker.Attack("route decision engine", [name])
    bgplbd = ended_by(attack, node, ALLOWED)
    assert f"rde wants {refused} to be announced, which is refused: " in bgplbd.log()


def test_frontend_cannot_have_announced_what_is_not_allowed(node):
    attack = attacker.Attack("docker frontend", ["tell_network_with_foreign_prefix"])
    bgplbd = daemon.Bgplbd(node, ALLOWED, attack.environment)
    try:
        bgplbd.start()
        attack.begin()
        waiting.until(lambda: "198.51.100.0/24 may not be announced: " in bgplbd.log(),
                      lambda: f"it is refused:\n{bgplbd.log()}")
        waiting.until(lambda: control.Control(node).prefixes()["198.51.100.0/24"]["state"]
                      == "refused", "it is shown so")
        bgplbd.stop()
    finally:
        bgplbd.discard()


def namespaces_of(pid):
    return {kind: os.readlink(f"/proc/{pid}/ns/{kind}")
            for kind in ("mnt", "ipc", "uts", "net", "user", "pid")}


@pytest.mark.parametrize("process,own", [
    ("session engine", {"mnt", "ipc", "uts", "user", "net"}),
    ("docker frontend", {"mnt", "ipc", "uts", "user", "net"}),
    ("route decision engine", {"mnt", "ipc", "uts"})])
def test_child_has_namespaces_of_its_own_and_no_mount_of_the_host(node, process, own):
    bgplbd = daemon.Bgplbd(node, attacker.CONFIGURATION).start()
    try:
        pids = bgplbd.pids()
        parents, its = namespaces_of(pids[daemon.PARENT]), namespaces_of(pids[process])
        assert {kind for kind in its if its[kind] != parents[kind]} == own
        mounts = pathlib.Path(f"/proc/{pids[process]}/mountinfo").read_text().splitlines()
        assert [line.split()[4] for line in mounts] == ["/"]
        assert set(mounts[0].split()[5].split(",")) >= {"ro", "nosuid", "nodev", "noexec"}
        bgplbd.stop()
    finally:
        bgplbd.discard()


def test_daemon_without_cap_sys_admin_does_without_what_needs_it(node):
    """As in the sandbox of etc/bgplbd.service."""
    bgplbd = daemon.Bgplbd(node, attacker.CONFIGURATION)
    capabilities = ",".join(f"+{name}" for name in (
        "kill", "net_admin", "setgid", "setpcap", "setuid", "sys_chroot"))
    bgplbd.argv = ["setpriv", "--bounding-set", f"-all,{capabilities}", "--inh-caps", "-all",
                   *bgplbd.argv]
    try:
        bgplbd.start()
        pids = bgplbd.pids()
        parents = namespaces_of(pids[daemon.PARENT])
        assert namespaces_of(pids["route decision engine"]) == parents
        for process in ("session engine", "docker frontend"):
            assert namespaces_of(pids[process])["user"] != parents["user"]
        bgplbd.stop()
    finally:
        bgplbd.discard()
    assert "debug: rde: no namespaces of its own" in bgplbd.log()
