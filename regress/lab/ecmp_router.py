"""The router of a cluster: BIRD, which puts what it learns into its node's kernel.

The paths of a prefix that are as good as each other become one route with several
next hops (`merge paths`), over which the kernel spreads connections by the hash of
their addresses and ports.
"""

import json

from lab import processes, sandbox, waiting

AS = 65001
PROTOCOL = "bird"  # of its routes in the kernel
_CONTROL = "/run/bird.ctl"

_HEAD = """
log stderr all;
router id {router_id};
protocol device {{ }}
protocol kernel {{ ipv4 {{ import none; export all; }}; merge paths on; }}
protocol kernel {{ ipv6 {{ import none; export all; }}; merge paths on; }}
"""
_SESSION = """
protocol bgp {name} {{
	local {mine} as {as_};
	neighbor {theirs} as {peer_as};
	passive on;
	error wait time 1, 2;
	ipv4 {{ import all; export none; }};
	ipv6 {{ import all; export none; }};
}}
"""


class EcmpRouter:
    """sessions: (name, own address, neighbor's address, neighbor's AS), one a host."""

    def __init__(self, node, router_id, sessions):
        self.node = node
        self.sessions = sessions
        self.log_path = sandbox.directory() / f"bird-{node.name}.log"
        self._configuration = self.log_path.with_suffix(".conf")
        self._router_id = router_id
        self._process = None
        for family in ("ipv4", "ipv6"):
            node.sysctl(f"net.{family}.fib_multipath_hash_policy", 1)

    def start(self):
        self._configuration.write_text(
            _HEAD.format(router_id=self._router_id) + "".join(
                _SESSION.format(name=name, mine=mine, as_=AS, theirs=theirs, peer_as=peer_as)
                for name, mine, theirs, peer_as in self.sessions))
        self._process = processes.Process(
            f"bird on {self.node.name}",
            self.node.in_node("bird", "-f", "-c", self._configuration, "-s", _CONTROL,
                              "-P", "/run/bird.pid"),
            self.log_path)
        waiting.until(lambda: "Daemon is up" in self._birdc("show", "status"),
                      lambda: f"bird answers; its log:\n{self.log()}")

    def stop(self):
        if self._process is not None:
            self._process.stop()

    def log(self):
        return self._process.log()

    def _birdc(self, *argv):
        return self.node.run("birdc", "-s", _CONTROL, *argv, check=False).stdout

    def is_established(self, name):
        return "Established" in self._birdc("show", "protocols", name)

    def wait_established(self, *names, seconds=15):
        """With the hosts of these names, by default with all."""
        for name in names or [session[0] for session in self.sessions]:
            waiting.until(lambda: self.is_established(name), lambda: (
                f"a session with {name}; its log:\n{self.log()}"), seconds)

    def next_hops(self, prefix):
        """The interfaces over which the kernel spreads a prefix; empty without a route."""
        shown = self.node.run("ip", "-j", "-6" if ":" in prefix else "-4", "route", "show",
                              "exact", prefix, "proto", PROTOCOL).stdout
        return {hop["dev"] for route in json.loads(shown or "[]")
                for hop in route.get("nexthops", [route])}

    def wait_next_hops(self, interfaces, *prefixes, seconds=15):
        """Waits until the prefixes are spread over just these interfaces."""
        wanted = set(interfaces)
        waiting.until(
            lambda: all(self.next_hops(p) == wanted for p in prefixes), lambda: (
                f"{', '.join(prefixes)} over {sorted(wanted)}; the kernel has "
                f"{ {p: sorted(self.next_hops(p)) for p in prefixes} }"), seconds)
