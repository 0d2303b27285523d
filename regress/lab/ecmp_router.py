"""The router of a cluster: BIRD, which puts what it learns into its node's kernel.

The paths of a prefix that are as good as each other become one route with several
next hops (`merge paths`), over which the kernel spreads connections by the hash of
their addresses and ports.

When the set of next hops changes, the kernel hashes over the new set: about half of
the connections are sent to another host from then on, which knows nothing of them
and resets them (RFC 7938 section 7.1 describes the hash that spares those which need
not move; routers call it resilient).  keep_flows() gives the router what a flow table
in hardware does: a connection that is established stays where it is.
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
    """hosts: cluster.Host objects; each is linked by an interface of its name.

    clients: the interface from which the clients' packets come.
    """

    def __init__(self, node, router_id, clients, hosts):
        self.node = node
        self.clients = clients
        self.hosts = hosts
        self.log_path = sandbox.directory() / f"bird-{node.name}.log"
        self._configuration = self.log_path.with_suffix(".conf")
        self._router_id = router_id
        self._process = None
        for family in ("ipv4", "ipv6"):
            node.sysctl(f"net.{family}.fib_multipath_hash_policy", 1)

    def keep_flows(self, keep=True):
        """Whether established connections stay with their host when next hops change.

        The host is remembered as a mark of the connection, and the mark chooses the way
        of all later packets.  Of a connection that is about to be made nothing is known.
        """
        action = "-A" if keep else "-D"
        for tool, version in (("iptables", "-4"), ("ip6tables", "-6")):
            run = self.node.run
            mangle = (tool, "-w", "-t", "mangle", action)
            state = ("-m", "conntrack", "--ctstate")
            run(*mangle, "PREROUTING", "-i", self.clients, *state, "ESTABLISHED", "-j",
                "CONNMARK", "--restore-mark")
            for mark, host in enumerate(self.hosts, 1):
                run(*mangle, "FORWARD", "-o", host.name, *state, "NEW", "-j", "CONNMARK",
                    "--set-mark", mark)
                verb = "add" if keep else "del"
                run("ip", version, "rule", verb, "fwmark", mark, "lookup", 100 + mark)
                run("ip", version, "route", verb, "default", "via",
                    host.address if version == "-4" else host.address6, "dev", host.name,
                    "table", 100 + mark)

    def start(self):
        self._configuration.write_text(
            _HEAD.format(router_id=self._router_id) + "".join(
                _SESSION.format(name=host.name, mine=host.router, as_=AS, theirs=host.address,
                                peer_as=host.as_) for host in self.hosts))
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
        for name in names or [host.name for host in self.hosts]:
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
