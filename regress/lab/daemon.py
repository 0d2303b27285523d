"""bgplbd on a node, as its user starts it, and what can be seen of its processes.

It runs in the node's network and mount namespaces, so that its plugin socket is
in the folder where the node's engine looks for it.

BGPLBD_BIN is the folder of bgplbd and bgplbctl; by default that of make's plain
build.  A build with sanitizers is run in the same way: any report fails the test.
"""

import os
import pathlib
import re
import signal

from lab import processes, sandbox, waiting

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("BGPLBD_BIN", TOP / "build/plain/bin")).resolve()

PLUGIN_SOCKET = "/run/docker/plugins/bgplb.sock"
CONTROL_SOCKET = "/run/bgplbd.sock"
STATE_FILE = "/var/lib/bgplbd/state"
ROUTE_PROTOCOL = "182"

PARENT = "parent"
CHILDREN = ("session engine", "docker frontend", "route decision engine")

# The leak check needs to trace the process, which the daemon forbids.
_SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=0:exitcode=99",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1:exitcode=99",
}
_REPORT = re.compile(r"AddressSanitizer|LeakSanitizer|UndefinedBehavior|runtime error:"
                     r"|stack smashing|malloc\(\)|free\(\)|corrupted")
_REFUSED = re.compile(r"netlink request \d+ refused|more netlink requests are refused")
_SETTINGS_OF_ENVIRONMENT = ("ROUTER_ID", "ROUTER_PORT", "LOCAL_AS", "PEER_ADDRESS", "PEER_AS",
                            "PEER_PASSWORD", "SIGUSR2_HANDLER", "SIGUSR2_ACTION",
                            "RISE", "GLOBAL_SCOPE", "DOCKER_HOST", "NEXTHOP",
                            "ALLOWED_PREFIXES")


class Bgplbd:
    """One run of bgplbd, from its configuration file or from the environment."""

    _count = 0

    def __init__(self, node, configuration=None, environment=None, arguments=("-v",)):
        Bgplbd._count += 1
        self.node = node
        self._stem = sandbox.directory() / f"bgplbd-{node.name}-{Bgplbd._count}"
        self.argv = [BIN / "bgplbd", *arguments]
        if configuration is not None:
            file = self._stem.with_suffix(".conf")
            file.write_text(configuration)
            file.chmod(0o600)
            self.argv += ["-f", file]
        self._environment = clean_environment(environment)
        self._process = None

    def start(self, wait=True, plugin_socket=PLUGIN_SOCKET):
        """Starts it; if wait, returns when its sockets are there and its processes run."""
        self._process = processes.Process(
            "bgplbd", self.node.in_node(*self.argv), self._stem.with_suffix(".log"),
            self._environment)
        if wait:
            waiting.until(lambda: self._is_ready(plugin_socket),
                          lambda: f"bgplbd listens; its log:\n{self.log()}")
        return self

    def _is_ready(self, plugin_socket):
        assert self.status() is None, \
            f"bgplbd ended with {self.status()}; its log:\n{self.log()}"
        return all(os.path.exists(self.node.path(p)) for p in (plugin_socket, CONTROL_SOCKET)) \
            and set(self.pids()) == {PARENT, *CHILDREN}

    @property
    def pid(self):
        """Of the parent."""
        return self._process.pid

    @property
    def log_path(self):
        return self._process.log_path

    def status(self):
        return self._process.status()

    def log(self):
        return self._process.log()

    def send(self, number):
        """A signal to the parent."""
        self._process.send(number)

    def wait(self, seconds=10):
        return self._process.wait(seconds)

    def stop(self):
        """SIGTERM; asserts that it ends in good order, and soon."""
        assert self._process.stop() == 0, f"bgplbd did not end with 0; its log:\n{self.log()}"
        self.assert_sane()

    def kill(self):
        """SIGKILL of the parent; returns when its children have ended too."""
        pids = list(self.pids().values())
        self._process.kill()
        waiting.until(lambda: not any(_runs(p) for p in pids), "all processes of bgplbd end")

    def discard(self):
        """Ends it for good, whatever state it is in; for cleaning up after a failure."""
        if self._process is not None and self.status() is None:
            self._process.send(signal.SIGTERM)
            try:
                self._process.wait(5)
            except AssertionError:
                self.kill()

    def assert_sane(self):
        """The log holds no report of a sanitizer, nor of the C library's own checks, and
        no netlink request was one that the daemon itself holds for a fault.
        """
        log = self.log()
        found = _REPORT.search(log) or _REFUSED.search(log)
        assert not found, f"bgplbd's log has {found.group()}:\n{log}"

    def pids(self):
        """pid by title, such as "rde": those that run."""
        found = {}
        for pid in [self.pid, *_children(self.pid)]:
            title = _title(pid)
            if title is not None:
                found[title] = pid
        return found

    def saved_state(self):
        """The text of its state file, "" if there is none."""
        path = pathlib.Path(self.node.path(STATE_FILE))
        return path.read_text() if path.exists() else ""

    def descriptors(self):
        """How many file descriptors each process has open, by title."""
        return {title: len(os.listdir(f"/proc/{pid}/fd")) for title, pid in self.pids().items()}

    def pss(self):
        """Bytes of memory of all processes together, shared pages shared out."""
        return sum(_pss(pid) for pid in self.pids().values())

    def peaks(self):
        """The most bytes of memory that each process had resident, by title."""
        return {title: _peak(pid) for title, pid in self.pids().items()}


def is_sanitized():
    """Whether the build has sanitizers: slow, big, and with copies of what it read."""
    return b"__asan_init" in (BIN / "bgplbd").read_bytes()


def clean_environment(settings=None):
    """This process's environment with these of bgplbd's settings and no others."""
    kept = {k: v for k, v in os.environ.items() if k not in _SETTINGS_OF_ENVIRONMENT}
    return {**_SANITIZERS, **kept, **(settings or {})}


def _children(pid):
    try:
        return processes.children(pid)
    except FileNotFoundError:
        return []


def _title(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    found = re.match(rb"bgplbd: ([a-z ]+)", text)
    return found.group(1).decode().strip() if found else None


def _runs(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def _pss(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"no Pss of process {pid}")


def _peak(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"no VmHWM of process {pid}")
