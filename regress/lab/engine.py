"""A real Docker engine on a node.

It keeps Docker's own firewall rules, as a user's engine does: the policy of
FORWARD is DROP, and what comes for the announced addresses is let through where
Docker wants such rules, in DOCKER-USER.  Gateway networks are made as README says.

BGPLBD_DOCKERD names another dockerd than the one in PATH, such as
debian_engine.py's; what it needs (containerd, runc, docker-proxy) and the docker
client are taken from the same folder if they are there.
"""

import calendar
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time

from lab import image, processes, sandbox, waiting

DOCKERD = os.environ.get("BGPLBD_DOCKERD", "dockerd")
DOCKER = shutil.which("docker", path=os.path.dirname(DOCKERD)) or "docker"
COMPOSE = shutil.which("docker-compose", path=os.path.dirname(DOCKERD)) or "docker-compose"
SOCKET = "/run/docker.sock"
DRIVER = "bgplb"
HEALTH_INTERVAL = "200ms"
# For a container that an engine's restart is to leave healthy: a check that is under way
# when the engine ends has failed, and one such must not suffice.
STEADY_HEALTH = ("--health-interval", "3s", "--health-retries", "3")
GATEWAY_OPTIONS = ("gateway_mode_ipv4=routed", "gateway_mode_ipv6=routed",
                   "enable_ip_masquerade=false")
START_PATIENCE = 30
COMMAND_PATIENCE = 40


class Engine:
    def __init__(self, node):
        self.node = node
        self.files = sandbox.directory() / f"engine-{node.name}"
        self.files.mkdir()
        self.socket = node.path(SOCKET)
        self._environment = dict(os.environ, DOCKER_HOST=f"unix://{self.socket}",
                                 DOCKER_CONFIG=str(self.files))
        self._process = None

    def start(self):
        """Starts dockerd, the first time and again."""
        self.node.run("mkdir", "-p", "/run/docker/plugins")
        self._process = processes.Process(
            f"dockerd on {self.node.name}",
            self.node.in_node(*self.command(f"unix://{SOCKET}")),
            self.files / "log", env=self.environment())
        self.wait_answer()

    def command(self, host):
        """What starts dockerd, on the node."""
        return [DOCKERD, "--host", host, "--data-root", self.files / "data",
                "--exec-root", "/run/docker", "--pidfile", "/run/docker.pid",
                "--exec-opt", "native.cgroupdriver=cgroupfs",
                "--cgroup-parent", f"/{sandbox.name()}"]

    def environment(self):
        """Of dockerd: its own programs come first."""
        environment = dict(os.environ)
        folder = os.path.dirname(DOCKERD)
        if folder:
            environment["PATH"] = f"{folder}:{environment['PATH']}"
        return environment

    def wait_answer(self):
        waiting.until(self._answers, lambda: f"dockerd answers; {self._process.log()[-2000:]}",
                      START_PATIENCE)
        for program in ("iptables", "ip6tables"):
            rule = ("DOCKER-USER", "-o", "bgplb-+", "-j", "ACCEPT")
            # An engine that starts again finds what it left.
            if self.has_user_chain(program) and self.node.run(
                    program, "-C", *rule, check=False).returncode != 0:
                self.node.run(program, "-I", *rule)

    def has_user_chain(self, program):
        """Whether the engine manages this family: IPv6 from Docker 27 on, IPv4 unless told not to."""
        return self.node.run(program, "-n", "-L", "DOCKER-USER", check=False).returncode == 0

    def _answers(self):
        if self._process.status() is not None:
            raise AssertionError(f"dockerd ended; its log:\n{self._process.log()}")
        try:
            return self.get("/_ping", parse=False)
        except OSError:
            return None

    def reset(self):
        """Starts again with nothing but the image: no network, no container."""
        try:
            self.stop()
        except AssertionError:
            pass
        shutil.rmtree(self.files / "data", ignore_errors=True)
        self.start()
        self.load_image()

    def load_image(self):
        image.load(self, self.files / "root")

    def stop(self):
        if self._process is not None:
            self._process.stop(seconds=30)

    def kill(self):
        """SIGKILL, as a crash."""
        self._process.kill()

    def discard(self):
        """Ends it for good, and removes its files."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.files, ignore_errors=True)

    @property
    def pid(self):
        """Of dockerd."""
        return self._process.pid

    def log(self):
        return self._process.log()

    # Docker's own tool, as its user types it.

    def docker(self, *argv, check=True, stdin=subprocess.DEVNULL):
        """docker ARGV...; its standard output without the last newline."""
        done = self._run_docker(*argv, stdin=stdin)
        if check and done.returncode != 0:
            raise AssertionError(f"docker {' '.join(map(str, argv))}: {done.stderr.strip()}")
        return done.stdout.rstrip("\n")

    def _run_docker(self, *argv, stdin=subprocess.DEVNULL):
        command = [DOCKER, *map(str, argv)]
        try:
            return subprocess.run(command, env=self._environment, stdin=stdin, text=True,
                                  capture_output=True, timeout=COMMAND_PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"{' '.join(command)}: no end after {COMMAND_PATIENCE} s") from None

    def compose(self, file, *argv):
        """docker-compose with a file; returns subprocess.CompletedProcess with text."""
        return subprocess.run([COMPOSE, "--file", file, *argv], env=self._environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=COMMAND_PATIENCE)

    def refusal(self, *argv):
        """The error that docker prints for a command that must fail."""
        done = self._run_docker(*argv)
        assert done.returncode != 0, f"docker {' '.join(argv)} succeeded: {done.stdout}"
        return done.stderr.strip()

    def docker_process(self, *argv, **options):
        """The same, running on: for docker events and docker stop."""
        return subprocess.Popen([DOCKER, *argv], env=self._environment,
                                stdin=subprocess.DEVNULL, text=True, **options)

    # The engine's API, where its tool would be slow.

    def get(self, path, parse=True):
        """GET path; the parsed answer, or its text."""
        text = self.ask("GET", path)
        return json.loads(text) if parse else text

    def ask(self, method, path, body=None):
        """A request, with a body in JSON unless that is None; the text of the answer."""
        connection = _UnixConnection(self.socket)
        try:
            connection.request(method, path, None if body is None else json.dumps(body),
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        if not 200 <= answer.status < 300:
            raise AssertionError(f"{method} {path}: {answer.status} {text}")
        return text

    def events(self, since, until, kind=None):
        """The engine's past events between two times in seconds, oldest first."""
        text = self.get(f"/events?since={since:.9f}&until={until:.9f}", parse=False)
        events = [json.loads(line) for line in text.splitlines()]
        return [e for e in events if kind is None or e["Type"] == kind]

    def inspect(self, container):
        return self.get(f"/containers/{container}/json")

    # What the tests make and remove.

    def create_network(self, name, v4=None, v6=None, driver=DRIVER):
        """A load-balanced network as docker-bgp-lb's manual makes it; its id."""
        command = ["network", "create", "--driver", driver, "--ipam-driver", driver]
        if v4 is not None:
            command += ["--subnet", v4]
        if v6 is not None:
            command += ["--ipv6", "--ipam-opt", f"v6subnet={v6}"]
        return self.docker(*command, name)

    def create_gateway(self, name, v4, v6=None, labels=(), bridge=None):
        """A bridge network without NAT, for what the containers send; its id."""
        command = ["network", "create", "--driver", "bridge", "--subnet", v4,
                   *(option for name in GATEWAY_OPTIONS
                     for option in ("-o", f"com.docker.network.bridge.{name}"))]
        if bridge is not None:
            command += ["-o", f"com.docker.network.bridge.name={bridge}"]
        if v6 is not None:
            command += ["--ipv6", "--subnet", v6]
        for label in labels:
            command += ["--label", label]
        return self.docker(*command, name)

    def create_container(self, name, networks, health=True, options=(), command=()):
        """A container of the lab's service, or command, in all of networks, not started."""
        create = ["create", "--name", name, "--hostname", name, "--network", networks[0]]
        if health:
            create += ["--health-cmd", image.HEALTH_COMMAND, "--health-retries", "1",
                        "--health-interval", HEALTH_INTERVAL]
        self.docker(*create, *options, image.NAME, *command)
        for network in networks[1:]:
            self.docker("network", "connect", network, name)
        return self.container(name)

    def container(self, name):
        return Container(self, name)

    def run_container(self, name, networks, health=True, **options):
        """The same, started; healthy, if it has a health check."""
        container = self.create_container(name, networks, health, **options)
        self.docker("start", name)
        if health:
            container.wait_health("healthy")
        return container

    def has_networks_of(self, driver):
        return any(n["Driver"] == driver for n in self.get("/networks"))

    def remove_all(self):
        """Removes every container, and every network that Docker did not make itself."""
        containers = self.docker("ps", "-aq").split()
        if containers:
            self.docker("rm", "-f", *containers)
        networks = self.docker("network", "ls", "-q", "--filter", "type=custom").split()
        if networks:
            self.docker("network", "rm", *networks)


class Container:
    """A container of the lab's service."""

    def __init__(self, engine, name):
        self.engine = engine
        self.name = name

    def inspect(self):
        return self.engine.inspect(self.name)

    def endpoint_id(self, network):
        return self.inspect()["NetworkSettings"]["Networks"][network]["EndpointID"]

    def health(self):
        return self.inspect()["State"]["Health"]["Status"]

    def wait_health(self, state):
        waiting.until(lambda: self.health() == state, f"{self.name} is {state}", 20)

    def be_unhealthy(self):
        """Its next health check fails; does not wait for it."""
        pathlib.Path(self._file("/tmp/bad")).touch()

    def be_healthy(self):
        pathlib.Path(self._file("/tmp/bad")).unlink()

    def _file(self, inside):
        return f"/proc/{self.inspect()['State']['Pid']}/root{inside}"

    def time_ended(self):
        """When it last ended, in seconds since 1970."""
        return _seconds(self.inspect()["State"]["FinishedAt"])

    def signalled(self, number):
        """When Docker first said in the last minute that it sent a signal to it.

        number is text, as in the event.  Seconds since 1970; None if it did not.
        """
        now, own = time.time(), self.inspect()["Id"]
        return next((e["timeNano"] / 1e9 for e in self.engine.events(now - 60, now, "container")
                     if e["Action"] == "kill" and e["Actor"]["ID"] == own
                     and e["Actor"]["Attributes"]["signal"] == number), None)

    def output(self):
        """What the service printed: (seconds since 1970, line) pairs."""
        lines = []
        for line in self.engine.docker("logs", "--timestamps", self.name).splitlines():
            stamp, text = line.split(" ", 1)
            lines.append((_seconds(stamp), text))
        return lines

    def time_of(self, text):
        """When the service printed text; None if it has not."""
        return next((when for when, line in self.output() if line == text), None)


def _seconds(stamp):
    """Seconds since 1970 of Docker's RFC 3339 time stamp in UTC, to the nanosecond."""
    whole, fraction = re.fullmatch(r"(.*?)(\.\d+)?Z", stamp).groups()
    parsed = time.strptime(whole, "%Y-%m-%dT%H:%M:%S")
    return calendar.timegm(parsed) + float(fraction or 0)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("docker")
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(20)
        self.sock.connect(self._path)
