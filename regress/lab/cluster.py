"""A cluster: hosts with engines of their own, one router, and a client behind it.

    client --- router (BIRD, ECMP) --+-- h1 (engine, bgplbd)
                                     +-- h2
                                     +-- h3

Each host has a link of its own to the router, which names the link as the host.
Hosts reach each other by the router.  The cluster starts engines and router; what
runs on the hosts is the test's.  Beside the usual lab, and with nothing in common.
"""

import concurrent.futures
import signal

from lab import control, daemon, ecmp_router, engine, namespaces, topology, waiting

CLIENT, CLIENT6 = "203.0.113.2", "2001:db8:c::2"
ROUTER_AT_CLIENT, ROUTER6_AT_CLIENT = "203.0.113.1", "2001:db8:c::1"
GATEWAY = "gateway"


class Host:
    """The nth of the cluster, from 1 on, linked to the router."""

    as_ = topology.HOST_AS

    def __init__(self, number, name, router):
        self.number = number
        self.name = name
        self.address, self.address6 = f"198.18.{number}.10", f"2001:db8:f:{number}::10"
        self.gateway6 = f"2001:db8:0:100{number}::1"  # first of its subnet
        self.router, self.router6 = f"198.18.{number}.1", f"2001:db8:f:{number}::1"
        self.node = namespaces.Node(name)
        namespaces.connect(router, name, self.node, "eth0")
        for node, interface, address, address6 in (
                (self.node, "eth0", self.address, self.address6),
                (router, name, self.router, self.router6)):
            node.add_address(interface, f"{address}/24")
            node.add_address(interface, f"{address6}/64")
        for gateway in (self.router, self.router6):
            self.node.run("ip", "route", "add", "default", "via", gateway)
        self.node.sysctl("net.ipv6.conf.all.forwarding", 1)
        self.engine = engine.Engine(self.node)
        self.control = control.Control(self.node)
        self.bgplbd = None
        self._settings = ()

    def start(self):
        self.engine.start()
        self.engine.load_image()
        self.node.wait_addresses()

    def close(self):
        """Containers first, while their driver answers: an engine waits long for both."""
        try:
            if self.bgplbd is not None and self.bgplbd.status() is None:
                self.engine.remove_all()
                self.bgplbd.stop()
        finally:
            self.engine.discard()
            self.node.close()

    def run_bgplbd(self, *parts):
        """bgplbd with the router as its neighbor and further lines of bgplbd.conf."""
        self._settings = parts
        conf = topology.configuration(
            topology.neighbor(self.router, ecmp_router.AS), *parts, as_=self.as_,
            router_id=self.address)
        self.bgplbd = daemon.Bgplbd(self.node, conf)
        self.bgplbd.start()
        return self.bgplbd

    def restart_bgplbd(self):
        """Ends it so that routers keep the routes (RFC 4724), and starts it anew."""
        self.bgplbd.send(signal.SIGUSR1)
        assert self.bgplbd.wait() == 0, self.bgplbd.log()
        return self.run_bgplbd(*self._settings)

    def stop_bgplbd(self):
        self.bgplbd.stop()
        self.bgplbd = None

    @property
    def gateway_subnets(self):
        return f"172.23.{self.number}.0/24", f"2001:db8:0:100{self.number}::/64"

    def create_gateway(self, *labels, name=GATEWAY):
        """The gateway network, with a subnet of this host's own."""
        self.engine.create_gateway(name, *self.gateway_subnets, labels, bridge=name)


class Cluster:
    def __init__(self, names=("h1", "h2", "h3")):
        self.router_node = namespaces.Node("cluster-router")
        self.client = namespaces.Node("cluster-client")
        namespaces.connect(self.router_node, "eth0", self.client, "eth0")
        for node, addresses in ((self.router_node, (ROUTER_AT_CLIENT, ROUTER6_AT_CLIENT)),
                                (self.client, (CLIENT, CLIENT6))):
            for address, bits in zip(addresses, (24, 64)):
                node.add_address("eth0", f"{address}/{bits}")
        for gateway in (ROUTER_AT_CLIENT, ROUTER6_AT_CLIENT):
            self.client.run("ip", "route", "add", "default", "via", gateway)
        for key in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
            self.router_node.sysctl(key, 1)
        self.hosts = [Host(number, name, self.router_node)
                      for number, name in enumerate(names, 1)]
        self.router = ecmp_router.EcmpRouter(
            self.router_node, ROUTER_AT_CLIENT, "eth0", self.hosts)

    def start(self):
        """Engines, which take a second or two, all at once; and the router."""
        self.each(Host.start)
        self.router.start()

    def close(self):
        try:
            self.each(Host.close)
        finally:
            self.router.stop()
            for node in (self.router_node, self.client):
                node.close()

    def each(self, function):
        """function(host) of all hosts at the same time; what it returned, in their order."""
        with concurrent.futures.ThreadPoolExecutor(len(self.hosts)) as pool:
            return list(pool.map(function, self.hosts))

    def wait_spread(self, *prefixes, hosts=None, seconds=15):
        """Waits until the router spreads the prefixes over just these hosts, or over all."""
        self.router.wait_next_hops(
            [h.name for h in (self.hosts if hosts is None else hosts)], *prefixes,
            seconds=seconds)

    def wait_established(self):
        self.router.wait_established()

    def fetch_name(self, address):
        """The name of the host that the client reaches at an address; None without answer."""
        shown = f"[{address}]" if ":" in address else address
        done = self.client.run("curl", "-s", "-f", "--max-time", 2, f"http://{shown}/name",
                               check=False)
        return done.stdout.strip() if done.returncode == 0 else None

    def wait_answers_from(self, everyone, address):
        """All of them, by the names that they tell, answer at the address in turn."""
        seen = set()
        waiting.until(lambda: seen.add(self.fetch_name(address)) or everyone <= seen,
                      lambda: f"answers from {everyone}; there were {seen}")

    # What the lab's fixtures ask of every topology.

    def logs(self):
        """(name, text) of what each daemon has logged."""
        running = [h.bgplbd for h in self.hosts if h.bgplbd is not None]
        return [(one.log_path.name, one.log()) for one in (self.router, *running)]
