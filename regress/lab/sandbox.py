"""A world of its own for one run of the lab, the demo or the bench.

The run happens in new PID, mount, network and IPC namespaces.  Whatever it
starts, mounts or links lives only there, so the kernel removes all of it when
the first process of the PID namespace ends, however that comes about: the end
of the run, Ctrl-C, or SIGKILL of any process of the chain.

    warden    outside; waits, and ends when the run has ended
      unshare
        init  PID 1 inside; mounts, reaps orphans, ends with the run's status
          the run

Two things outlive namespaces: the cgroups that the engines made (all below
/NAME, where NAME is the sandbox's) and the sandbox's empty directory in /tmp.
The broom, a process that waits for the warden's death, removes both, and looks for
anything else that names the sandbox.

Inside, /run and DIRECTORY are fresh tmpfs file systems, /etc and /var/lib are
overlays whose changes stay in memory, and the users of bgplbd exist.  Of several
runners in one sandbox each has such file systems of its own: a partition.
"""

import ctypes
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

INSIDE = "BGPLB_SANDBOX"
ROOT_USER = "_bgplbd"  # its home is the children's root
USERS = {"session engine": "_bgplbd-session", "docker frontend": "_bgplbd-frontend",
         "route decision engine": "_bgplbd-rde"}
CGROUP_ROOT = pathlib.Path("/sys/fs/cgroup")
BROOM_PATIENCE = 15  # seconds until a cgroup that stays busy counts as left over
PR_SET_PDEATHSIG = 1
CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWIPC = 0x00020000, 0x40000000, 0x08000000


class Leftovers(Exception):
    """Something of the run is still on the machine."""


def is_inside():
    return INSIDE in os.environ


def name():
    """The sandbox's name, also that of its cgroups."""
    return pathlib.Path(os.environ[INSIDE]).name


def directory():
    """A directory for all files of the run; gone with it."""
    return pathlib.Path(os.environ[INSIDE])


def run_inside(argv):
    """Runs argv in a new sandbox and returns its exit status; Ctrl-C goes to argv alone.

    Raises Leftovers if something of it is still there afterwards.
    """
    if os.geteuid() != 0:
        raise SystemExit("this needs root: it makes network namespaces")
    place = pathlib.Path(tempfile.mkdtemp(prefix="bgplb-", dir="/tmp"))
    broom = start_broom(place)
    handlers = {signal.SIGINT: signal.SIG_IGN}
    for number in (signal.SIGTERM, signal.SIGHUP):
        handlers[number] = _end_the_run
    previous = {n: signal.signal(n, handler) for n, handler in handlers.items()}
    try:
        code = _run(place, argv)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        left = broom.finish()
    if left:
        raise Leftovers("left on the machine: " + "; ".join(left))
    return code


class _EndTheRun(BaseException):
    pass


def _end_the_run(number, _frame):
    raise _EndTheRun(number)


def _run(place, argv):
    environment = dict(os.environ, **{INSIDE: str(place), "TMPDIR": f"{place}/tmp"})
    child = subprocess.Popen(
        ["unshare", "--pid", "--mount", "--net", "--ipc", "--fork", "--kill-child",
         "--mount-proc", "--propagation", "private", "--",
         sys.executable, os.path.abspath(__file__), "init", *argv],
        env=environment, preexec_fn=die_with_parent)
    try:
        code = child.wait()
    except _EndTheRun as end:
        child.kill()
        child.wait()
        code = 128 + end.args[0]
    return code if code >= 0 else 128 - code


def die_with_parent():
    """For preexec_fn: SIGKILL when the parent ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


class _Broom:
    def __init__(self, pid, hold, report):
        self.pid, self.hold, self.report = pid, hold, report

    def finish(self):
        """Lets it sweep; returns what it could not remove, as lines."""
        os.close(self.hold)
        with os.fdopen(self.report) as lines:
            left = lines.read().splitlines()
        os.waitpid(self.pid, 0)
        return left


def start_broom(place):
    """Forks the process that sweeps once the write end of its pipe is closed."""
    wait, hold = os.pipe()
    report, tell = os.pipe()
    pid = os.fork()
    if pid != 0:
        os.close(wait)
        os.close(tell)
        return _Broom(pid, hold, report)
    try:
        os.setsid()
        os.close(hold)
        os.close(report)
        os.read(wait, 1)
        for line in sweep(place):
            os.write(tell, f"{line}\n".encode())
    except BrokenPipeError:
        pass
    finally:
        os._exit(0)


def sweep(place):
    """Removes the sandbox's cgroups and directory; returns what is left of it, as lines."""
    deadline = time.monotonic() + BROOM_PATIENCE
    while True:
        left = [f"process {p}" for p in processes_of(place)] \
            + [f"cgroup {p}" for p in _cgroups(place.name) if not _remove_tree_of_cgroups(p)]
        if not left or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    mounts = pathlib.Path("/proc/self/mounts").read_text().splitlines()
    left += [f"mount {line}" for line in mounts if place.name in line]
    try:
        place.rmdir()
    except OSError as error:
        left.append(f"directory {place}: {error.strerror}")
    return left


def processes_of(place):
    """The pids of those processes of a sandbox that still have its environment."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if f"{INSIDE}={place}".encode() in environment.split(b"\0"):
            found.append(int(folder.name))
    return found


def _cgroups(sandbox):
    return [p for p in [CGROUP_ROOT / sandbox, *CGROUP_ROOT.glob(f"*/{sandbox}")] if p.is_dir()]


def _remove_tree_of_cgroups(top):
    try:
        for folder, _, _ in os.walk(top, topdown=False):
            os.rmdir(folder)
    except OSError:
        return False
    return True


def _init(argv):
    """PID 1 of the sandbox."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _mounts(directory())
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    main = subprocess.Popen(
        argv, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    while True:
        pid, status = os.wait()
        if pid == main.pid:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def partition():
    """Gives this process namespaces and file systems of its own, below the sandbox's.

    Paths stay the same, so that nothing else has to know.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    # The kernel stacks two overlays at most, and a test may start a sandbox in its own.
    subprocess.run(["umount", "--lazy", "/etc", "/var/lib"], check=True)
    _mounts(directory())
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def _mounts(place):
    mount("tmpfs", place)
    mount("tmpfs", "/run")
    (place / "tmp").mkdir()
    for target in ("/etc", "/var/lib"):
        layer = place / ("changes" + target.replace("/", "-"))
        (layer / "upper").mkdir(parents=True)
        (layer / "work").mkdir()
        mount("overlay", target, f"lowerdir={target},upperdir={layer}/upper,workdir={layer}/work")
    with open("/etc/passwd") as users:
        known = {line.split(":")[0] for line in users}
    for user in {ROOT_USER, *USERS.values()} - known:
        subprocess.run(["useradd", "--system", "--user-group", "--home-dir",
                        "/var/lib/bgplbd/empty", "--shell", "/usr/sbin/nologin", user],
                       check=True)
    os.makedirs("/var/lib/bgplbd/empty", exist_ok=True)


def mount(kind, target, options=None):
    subprocess.run(["mount", "-t", kind, *(["-o", options] if options else []), kind,
                    str(target)], check=True)


if __name__ == "__main__":
    if sys.argv[1] == "init":
        _init(sys.argv[2:])
