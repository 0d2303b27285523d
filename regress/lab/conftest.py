"""Fixtures of the lab, and the sandbox around the whole run.

pytest that is started outside a sandbox starts itself again inside one and only
waits; that the machine is as it was before is then part of the result.  With -n
(pytest-xdist) each worker has a lab of its own in a partition of the sandbox.
"""

import pathlib
import shutil
import sys

import pytest

from lab import cluster as clusters
from lab import daemon, sandbox, topology

TOOLS = ("dockerd", "docker", "gobgpd", "gobgp", "bird", "tshark", "curl", "ip", "iptables",
         "nsenter")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    if sandbox.is_inside() or config.option.collectonly or config.option.help:
        return None
    try:
        return sandbox.run_inside([sys.executable, "-m", "pytest", *config.invocation_params.args])
    except sandbox.Leftovers as left:
        print(f"FAILED: {left}", file=sys.stderr)
        return pytest.ExitCode.TESTS_FAILED


def pytest_sessionstart(session):
    if session.config.option.collectonly:
        return
    if hasattr(session.config, "workerinput"):
        sandbox.partition()
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    missing += [str(daemon.BIN / name) for name in ("bgplbd", "bgplbctl")
                if not (daemon.BIN / name).exists()]
    if missing:
        pytest.exit(f"not there: {', '.join(missing)}", returncode=pytest.ExitCode.USAGE_ERROR)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failure shows what the daemon and the router logged during the test."""
    report = (yield).get_result()
    lab = item.funcargs.get("lab") or item.funcargs.get("cluster")
    if report.failed and lab is not None:
        for title, text in lab.logs():
            report.sections.append((title, text))


@pytest.fixture(scope="session")
def parts():
    """All parts of the lab, started once."""
    made = topology.Lab()
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture
def lab(parts):
    """The lab as every test finds it: nothing in Docker, nothing announced."""
    parts.begin()
    yield parts
    parts.settle()


@pytest.fixture
def bgplbd(lab):
    """The daemon with its usual settings and its session up."""
    return lab.run_bgplbd()


@pytest.fixture(scope="module")
def cluster():
    """Three hosts at one router, for one file of tests; their engines run."""
    made = clusters.Cluster()
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture
def live_restore(lab):
    """The engine leaves containers and plugins running when it ends."""
    lab.engine.stop()
    configuration = pathlib.Path("/etc/docker/daemon.json")
    configuration.parent.mkdir(exist_ok=True)
    configuration.write_text('{"live-restore": true}')
    lab.engine.start()
    yield
    configuration.unlink()
    lab.engine.stop()
    lab.engine.start()
