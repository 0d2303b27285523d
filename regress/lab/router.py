"""A router on a node: gobgpd, and what it received as its own tool tells.

gobgpd keeps its table to itself; use_routes() does what a router's FIB would, and
puts what was received into the node's kernel.
"""

import json
import signal
import socket

from lab import processes, sandbox, waiting

API_PORT = 50051
ESTABLISHED = 6
FAMILIES = ("ipv4", "ipv6")
ORIGIN, AS_PATH, NEXT_HOP, MED, LOCAL_PREF, MP_REACH = 1, 2, 3, 4, 5, 14
COMMUNITIES, LARGE_COMMUNITIES = 8, 32

_GLOBAL = """
[global.config]
as = {as_}
router-id = "{router_id}"
port = {port}
"""

_CONFIGURED = """
[[neighbors]]
[neighbors.config]
neighbor-address = "{address}"
peer-as = {peer_as}
{password}
[neighbors.timers.config]
connect-retry = 1
hold-time = {hold_time}
keepalive-interval = {keepalive}
[neighbors.transport.config]
passive-mode = {passive}
remote-port = {remote_port}
local-address = "{local_address}"
"""

# gobgpd keeps a neighbor of its configuration idle for 5 s after each loss of the
# session.  A dynamic one it forgets, and takes it back at once.
_DYNAMIC = """
[[dynamic-neighbors]]
[dynamic-neighbors.config]
prefix = "{address}/{address_bits}"
peer-group = "{address}"
[[peer-groups]]
[peer-groups.config]
peer-group-name = "{address}"
peer-as = {peer_as}
[peer-groups.timers.config]
hold-time = {hold_time}
keepalive-interval = {keepalive}
"""

_TTL_SECURITY = """
[neighbors.ttl-security.config]
enabled = true
ttl-min = 255
"""

_GRACEFUL = """
[neighbors.graceful-restart.config]
enabled = true
restart-time = 120
"""

_FAMILY_GRACEFUL = """
[neighbors.afi-safis.mp-graceful-restart.config]
enabled = true
"""

_FAMILY = """
[[{table}.afi-safis]]
[{table}.afi-safis.config]
afi-safi-name = "{family}-unicast"
"""


class Neighbor:
    """bgplbd as the router is configured to see it.

    Passive: bgplbd connects, the router waits.  Else the router connects, from
    local_address to remote_port.  With a password gobgpd takes no dynamic neighbor.
    """

    def __init__(self, address, peer_as, passive=True, local_address="", remote_port=179,
                 password=None, hold_time=90, ttl_security=False, graceful=False,
                 families=FAMILIES):
        self.address = address
        self.peer_as = peer_as
        self.passive = passive
        self.local_address = local_address
        self.remote_port = remote_port
        self.password = password
        self.hold_time = hold_time
        self.ttl_security = ttl_security
        self.graceful = graceful
        self.families = families

    def configuration(self):
        """Its part of gobgpd's configuration file."""
        is_dynamic = self.passive and self.password is None and not self.ttl_security \
            and not self.graceful
        template, table = (_DYNAMIC, "peer-groups") if is_dynamic else (_CONFIGURED, "neighbors")
        text = template.format(
            passive=str(self.passive).lower(),
            address=self.address, address_bits=128 if ":" in self.address else 32,
            peer_as=self.peer_as, hold_time=self.hold_time,
            keepalive=max(1, self.hold_time // 3), remote_port=self.remote_port,
            local_address=self.local_address,
            password=f'auth-password = "{self.password}"' if self.password else "")
        text += _TTL_SECURITY if self.ttl_security else ""
        text += _GRACEFUL if self.graceful else ""
        return text + "".join(
            _FAMILY.format(table=table, family=f) + (_FAMILY_GRACEFUL if self.graceful else "")
            for f in self.families)


class Router:
    def __init__(self, node, as_, router_id, neighbors, port=179):
        self.node = node
        self.as_ = as_
        self.router_id = router_id
        self.neighbors = neighbors
        self.port = port
        self._process = None
        self._starts = 0
        self._used = []

    def start(self):
        """Starts gobgpd, the first time and again; returns when its tool gets answers."""
        self._starts += 1
        stem = sandbox.directory() / f"router-{self.node.name}-{self._starts}"
        configuration = stem.with_suffix(".toml")
        configuration.write_text(
            _GLOBAL.format(as_=self.as_, router_id=self.router_id, port=self.port)
            + "".join(n.configuration() for n in self.neighbors))
        self._process = processes.Process(
            f"gobgpd on {self.node.name}",
            self.node.in_node("gobgpd", "--config-file", configuration, "--log-plain",
                              "--api-hosts", f"127.0.0.1:{API_PORT}"),
            stem.with_suffix(".log"))
        waiting.until(self._is_ready, lambda: f"gobgpd answers; {self._process.log()}")

    def _is_ready(self):
        if self._process.status() is not None:
            raise AssertionError(f"gobgpd ended; its log:\n{self._process.log()}")
        try:
            self.node.inside(lambda: socket.create_connection(("127.0.0.1", API_PORT)).close())
        except OSError:
            return False
        return True

    def stop(self):
        """SIGTERM: gobgpd tells its neighbors that it goes."""
        if self._process is not None:
            self._process.stop()

    def kill(self):
        """SIGKILL, as a crash."""
        self._process.kill()

    def freeze(self):
        """Stops it as it is: it reads and sends nothing, its connections stay."""
        self._process.send(signal.SIGSTOP)

    def thaw(self):
        self._process.send(signal.SIGCONT)

    @property
    def log_path(self):
        return self._process.log_path

    def log(self):
        return self._process.log()

    def gobgp(self, *argv):
        return self.node.run("gobgp", "-p", API_PORT, *argv).stdout

    def ask(self, *argv):
        """gobgp -j ARGV...: the parsed answer."""
        return json.loads(self.gobgp("-j", *argv) or "null")

    def neighbor(self, address=None):
        """What gobgp knows of a neighbor, by default of the first; None if nothing."""
        address = address or self.neighbors[0].address
        return next((n for n in self.ask("neighbor") or []
                     if n["state"]["neighbor_address"] == address), None)

    def is_established(self, address=None):
        neighbor = self.neighbor(address)
        return neighbor is not None and neighbor["state"].get("session_state") == ESTABLISHED

    def wait_established(self, address=None, seconds=20):
        waiting.until(
            lambda: self.is_established(address),
            lambda: f"{self.node.name} has a session; it says {self.neighbor(address)}",
            seconds, step=0.05)

    def wait_down(self, address=None, seconds=20):
        waiting.until(lambda: not self.is_established(address),
                      f"{self.node.name} lost its session", seconds, step=0.05)

    def received(self):
        """The table, by prefix: the first path of each."""
        table = {}
        for family in FAMILIES:
            for prefix, paths in (self.ask("global", "rib", "-a", family) or {}).items():
                table[prefix] = Path(paths[0])
        return table

    def has(self, *prefixes):
        table = self.received()
        return all(p in table for p in prefixes)

    def wait_has(self, *prefixes, seconds=10):
        waiting.until(lambda: self.has(*prefixes), lambda: (
            f"{self.node.name} has {', '.join(prefixes)}; its table: {list(self.received())}"),
            seconds)

    def wait_lacks(self, *prefixes, seconds=10):
        waiting.until(lambda: not set(prefixes) & set(self.received()), lambda: (
            f"{self.node.name} lacks {', '.join(prefixes)}; its table: {list(self.received())}"),
            seconds)

    def use_routes(self):
        """Makes the node's kernel forward by what was received; returns the prefixes."""
        table = self.received()
        for prefix, path in table.items():
            self.node.run("ip", "route", "replace", prefix, "via", path.next_hop)
        self._used = list(table)
        return self._used

    def forget_routes(self):
        """Takes out of the kernel what use_routes() put in."""
        for prefix in self._used:
            self.node.run("ip", "route", "del", prefix, check=False)
        self._used = []


class Path:
    """One path as gobgp -j shows it."""

    def __init__(self, path):
        self.raw = path
        self._attributes = {a["type"]: a for a in path["attrs"]}

    def has(self, kind):
        return kind in self._attributes

    @property
    def origin(self):
        return self._attributes[ORIGIN]["value"]

    @property
    def as_path(self):
        segments = self._attributes[AS_PATH]["as_paths"] or []
        return [number for segment in segments for number in segment["asns"]]

    @property
    def next_hop(self):
        if MP_REACH in self._attributes:
            return self._attributes[MP_REACH]["nexthop"]
        return self._attributes[NEXT_HOP]["nexthop"]

    @property
    def local_preference(self):
        return self._attributes[LOCAL_PREF]["value"]

    @property
    def med(self):
        return self._attributes[MED]["metric"]

    @property
    def communities(self):
        """Numbers."""
        return self._attributes.get(COMMUNITIES, {}).get("communities", [])

    @property
    def large_communities(self):
        """Text, as in 64512:1:2."""
        return [":".join(map(str, one.values()))
                for one in self._attributes.get(LARGE_COMMUNITIES, {}).get("value", [])]
