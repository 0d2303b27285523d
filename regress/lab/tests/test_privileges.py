"""What each process may do, and that the daemon does not go on half-alive."""

import os
import pathlib
import pwd
import signal

import pytest

from lab import daemon, sandbox, topology, waiting

CAP_KILL, CAP_NET_ADMIN = 5, 12


@pytest.fixture
def bgplbd(lab):
    return lab.run_bgplbd(established=False)


def status_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


@pytest.mark.parametrize("title", daemon.CHILDREN)
def test_child_has_a_user_of_its_own_in_an_empty_root(lab, bgplbd, title):
    pid = bgplbd.pids()[title]
    user = pwd.getpwnam(sandbox.USERS[title])
    status = status_of(pid)
    assert status["Uid"].split() == [str(user.pw_uid)] * 4
    assert status["Gid"].split() == [str(user.pw_gid)] * 4
    assert status["Groups"] == ""
    assert status["NoNewPrivs"] == "1"
    assert os.listdir(f"/proc/{pid}/root/") == []
    root = os.stat(f"/proc/{pid}/root/")
    assert root.st_uid == 0 and root.st_mode & 0o022 == 0


@pytest.mark.parametrize("title,capabilities", [
    ("session engine", 0), ("docker frontend", 0),
    ("route decision engine", 1 << CAP_NET_ADMIN), (daemon.PARENT, 1 << CAP_KILL)])
def test_capabilities(lab, bgplbd, title, capabilities):
    status = status_of(bgplbd.pids()[title])
    for kind in ("CapEff", "CapPrm"):
        assert int(status[kind], 16) == capabilities, kind
    assert int(status["CapInh"], 16) == 0
    assert int(status["CapAmb"], 16) == 0
    assert int(status["CapBnd"], 16) & ~capabilities == 0


@pytest.mark.parametrize("title", [daemon.PARENT, *daemon.CHILDREN])
def test_title_is_what_ps_shows(lab, bgplbd, title):
    command_line = pathlib.Path(f"/proc/{bgplbd.pids()[title]}/cmdline").read_bytes()
    assert command_line.rstrip(b"\0") == b"bgplbd: " + title.encode()


@pytest.mark.parametrize("title", [daemon.PARENT, *daemon.CHILDREN])
def test_system_calls_are_filtered(lab, bgplbd, title):
    assert status_of(bgplbd.pids()[title])["Seccomp"] == "2"


def test_parent_is_root_and_cannot_gain_more(lab, bgplbd):
    status = status_of(bgplbd.pids()[daemon.PARENT])
    assert status["Uid"].split() == ["0"] * 4
    assert status["NoNewPrivs"] == "1"


def links_of(pid):
    found = []
    for descriptor in os.listdir(f"/proc/{pid}/fd"):
        found.append(os.readlink(f"/proc/{pid}/fd/{descriptor}"))
    return found


@pytest.mark.parametrize("title", daemon.CHILDREN)
def test_child_holds_no_file_of_the_system(lab, bgplbd, title):
    files = [link for link in links_of(bgplbd.pids()[title]) if link.startswith("/")]
    assert set(files) <= {"/dev/null", str(bgplbd.log_path)}, files


@pytest.mark.essential
@pytest.mark.parametrize("title", daemon.CHILDREN)
def test_child_that_dies_ends_the_daemon_with_its_name(lab, bgplbd, title):
    pids = bgplbd.pids()
    os.kill(pids[title], signal.SIGKILL)
    assert bgplbd.wait(15) == 1
    error = [line for line in bgplbd.log().splitlines() if line.startswith("error:")]
    assert any(title in line and "signal 9" in line for line in error), error
    waiting.until(lambda: not any(os.path.exists(f"/proc/{p}") for p in pids.values()),
                  "no process is left")
    for path in (daemon.PLUGIN_SOCKET, daemon.CONTROL_SOCKET):
        lab.host.run("test", "!", "-e", path)


def test_death_by_a_forbidden_system_call_is_told_as_such(lab, bgplbd):
    os.kill(bgplbd.pids()["docker frontend"], signal.SIGSYS)
    assert bgplbd.wait(15) == 1
    assert "error: parent: the docker frontend made a system call that it may not make" \
        in bgplbd.log()


def test_children_end_when_the_parent_is_killed(lab, bgplbd):
    bgplbd.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_daemon_in_order(lab, bgplbd, number):
    os.kill(bgplbd.pid, number)
    assert bgplbd.wait(10) == 0
    for path in (daemon.PLUGIN_SOCKET, daemon.CONTROL_SOCKET):
        lab.host.run("test", "!", "-e", path)


SECRET = "a secret of the lab 7261"
UNUSED = "an unused secret 9034"
OF_ENVIRONMENT = {"ROUTER_ID": "192.0.2.10", "PEER_ADDRESS": topology.ROUTER, "PEER_AS": "65001"}


@pytest.mark.parametrize("source", ["environment", "file", "file beside an environment"])
def test_password_is_once_in_the_parent_and_nowhere_else(lab, source):
    if source == "environment":
        running = lab.run_bgplbd(environment={**OF_ENVIRONMENT, "PEER_PASSWORD": SECRET},
                                 established=False)
    else:
        conf = topology.configuration(
            topology.neighbor(topology.ROUTER, 65001, f'password "{SECRET}"', "connect-retry 1"))
        environment = {"PEER_PASSWORD": UNUSED} if "beside" in source else None
        running = lab.run_bgplbd(conf=conf, environment=environment, established=False)
    # It has been used, and is not in use; the router has none.
    waiting.until(lambda: "connect: no answer" in running.log(), "bgplbd connects")
    for title, pid in running.pids().items():
        environ = pathlib.Path(f"/proc/{pid}/environ").read_bytes()
        assert SECRET.encode() not in environ and UNUSED.encode() not in environ, title
        if daemon.is_sanitized():
            continue
        memory = memory_of(pid)
        assert memory.count(SECRET.encode()) == (title == daemon.PARENT), title
        assert UNUSED.encode() not in memory, title
    assert SECRET not in running.log() and UNUSED not in running.log()


def memory_of(pid):
    """All that the process can read and write, as bytes."""
    parts = []
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            places, rights = line.split()[:2]
            start, end = (int(x, 16) for x in places.split("-"))
            if rights.startswith("rw") and end - start < 1 << 26:
                memory.seek(start)
                parts.append(memory.read(end - start))
    return b"".join(parts)


def test_processes_are_named_in_ps(lab, bgplbd):
    assert set(bgplbd.pids()) == {daemon.PARENT, *daemon.CHILDREN}
