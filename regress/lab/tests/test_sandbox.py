"""The lab leaves the machine as it was, however its run ends."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from lab import sandbox, waiting

_RUN = """
import sys
sys.path.insert(0, {regress!r})
from lab import namespaces, sandbox
if not sandbox.is_inside():
    sys.exit(sandbox.run_inside([sys.executable, "-c", sys.argv[1], sys.argv[1], sys.argv[2]]))
import time
for top in sandbox.CGROUP_ROOT.glob("*"):
    if (top / "tasks").exists():
        (top / sandbox.name() / "inner").mkdir(parents=True)
first, second = namespaces.Node("first"), namespaces.Node("second")
namespaces.connect(first, "eth0", second, "eth0")
print(sandbox.directory(), flush=True)
time.sleep(float(sys.argv[2]))
sys.exit(7)
"""


def start(seconds):
    text = _RUN.format(regress=str(pathlib.Path(sandbox.__file__).parents[1]))
    environment = {k: v for k, v in os.environ.items() if k != sandbox.INSIDE}
    run = subprocess.Popen([sys.executable, "-c", text, text, str(seconds)], env=environment,
                           stdout=subprocess.PIPE, text=True, start_new_session=True)
    return run, pathlib.Path(run.stdout.readline().strip())


def cgroups_of(place):
    return list(sandbox.CGROUP_ROOT.glob(f"*/{place.name}"))


def assert_gone(place):
    waiting.until(lambda: not place.exists() and not sandbox.processes_of(place)
                  and not cgroups_of(place), f"nothing is left of {place}", 20)


def test_run_has_processes_and_a_directory_and_gives_its_status():
    run, place = start(0.5)
    assert place.exists() and len(sandbox.processes_of(place)) >= 4
    assert run.wait(20) == 7
    assert_gone(place)


@pytest.mark.parametrize("victim", ["warden", "init", "run"])
def test_kill_of_any_process_of_the_chain_leaves_nothing(victim):
    run, place = start(100)
    unshare = int(pathlib.Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()[-1])
    init = int(pathlib.Path(f"/proc/{unshare}/task/{unshare}/children").read_text())
    inner = int(pathlib.Path(f"/proc/{init}/task/{init}/children").read_text().split()[0])
    os.kill({"warden": run.pid, "init": init, "run": inner}[victim], signal.SIGKILL)
    run.wait(20)
    assert_gone(place)


def test_sigterm_ends_the_run():
    run, place = start(100)
    run.terminate()
    assert run.wait(20) == 128 + signal.SIGTERM
    assert_gone(place)


def test_interrupt_goes_to_the_run_and_ends_it():
    run, place = start(100)
    time.sleep(0.2)
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(20) != 0
    assert_gone(place)
