"""The lab: a host with an engine, two routers, and a client behind the first.

    client --- router --- host (engine, bgplbd) --- router2

All parts are started once; what a test changes, settle() puts right again, and
asserts that the daemon left nothing behind.
"""

import http.client
import json
import socket

from lab import control, daemon, engine, namespaces, router, waiting

HOST_AS = 64512
ROUTER_AS = 65001

HOST, HOST6 = "192.0.2.10", "2001:db8:f:1::10"
ROUTER, ROUTER6 = "192.0.2.1", "2001:db8:f:1::1"
HOST_AT_2, HOST6_AT_2 = "198.51.100.10", "2001:db8:f:2::10"
ROUTER2, ROUTER2_6 = "198.51.100.1", "2001:db8:f:2::1"
CLIENT, CLIENT6 = "203.0.113.2", "2001:db8:c::2"
ROUTER_AT_CLIENT, ROUTER6_AT_CLIENT = "203.0.113.1", "2001:db8:c::1"

GATEWAY_NETWORK = "gateway"
GATEWAY_SUBNET, GATEWAY_SUBNET6 = "172.23.1.0/24", "2001:db8:0:1001::/64"
GATEWAY_BRIDGE = "bgplb_gwbridge"
LABEL = "bgplb_advertise=true"


def neighbor(address=ROUTER, remote_as=ROUTER_AS, *options):
    """A neighbor block of bgplbd.conf."""
    lines = "".join(f"\t{line}\n" for line in [f"remote-as {remote_as}", *options])
    return f"neighbor {address} {{\n{lines}}}\n"


def configuration(*parts, as_=HOST_AS, router_id=HOST):
    """A bgplbd.conf: the usual start, then parts; the usual neighbor if there are none."""
    return f"AS {as_}\nrouter-id {router_id}\n" + "".join(parts or [neighbor()])


def address_of(number):
    """The nth pair of load-balanced prefixes, IPv4 and IPv6."""
    return f"10.0.0.{number}/32", f"2001:db8:0:1000::{number:x}/128"


class Lab:
    def __init__(self):
        self.client = namespaces.Node("client")
        self.host = namespaces.Node("host")
        self.router_node = namespaces.Node("router")
        self.router2_node = namespaces.Node("router2")
        self._wire()
        self.engine = engine.Engine(self.host)
        self.control = control.Control(self.host)
        self.bgplbd = None
        self.last_bgplbd = None
        self._bgplbd_settings = None
        self._log_starts = {}
        self.router = self.usual_router()

    def _wire(self):
        nodes = namespaces.connect
        nodes(self.router_node, "eth0", self.host, "eth0")
        nodes(self.router2_node, "eth0", self.host, "eth1")
        nodes(self.router_node, "eth1", self.client, "eth0")
        for node, interface, addresses in (
                (self.host, "eth0", (HOST + "/24", HOST6 + "/64")),
                (self.host, "eth1", (HOST_AT_2 + "/24", HOST6_AT_2 + "/64")),
                (self.router_node, "eth0", (ROUTER + "/24", ROUTER6 + "/64")),
                (self.router_node, "eth1", (ROUTER_AT_CLIENT + "/24", ROUTER6_AT_CLIENT + "/64")),
                (self.router2_node, "eth0", (ROUTER2 + "/24", ROUTER2_6 + "/64")),
                (self.client, "eth0", (CLIENT + "/24", CLIENT6 + "/64"))):
            for address in addresses:
                node.add_address(interface, address)
        for node, gateways in ((self.client, (ROUTER_AT_CLIENT, ROUTER6_AT_CLIENT)),
                               (self.host, (ROUTER, ROUTER6))):
            for gateway in gateways:
                node.run("ip", "route", "add", "default", "via", gateway)
        self.router_node.sysctl("net.ipv4.ip_forward", 1)
        for node in (self.router_node, self.host):
            node.sysctl("net.ipv6.conf.all.forwarding", 1)

    def usual_router(self, **options):
        """gobgpd that waits for bgplbd over IPv4 and over IPv6."""
        return router.Router(
            self.router_node, ROUTER_AS, ROUTER,
            [router.Neighbor(HOST, HOST_AS, **options), router.Neighbor(HOST6, HOST_AS, **options)])

    def start(self):
        self.engine.start()
        self.engine.load_image()
        for node in (self.client, self.host, self.router_node, self.router2_node):
            node.wait_addresses()
        self.router.start()

    def close(self):
        """Ends every part in order; the sandbox's end removes what did not obey."""
        if self.bgplbd is not None:
            self.bgplbd.discard()
        self.router.stop()
        self.engine.stop()
        for node in (self.client, self.host, self.router_node, self.router2_node):
            node.close()

    # bgplbd

    def run_bgplbd(self, conf=None, environment=None, established=True, arguments=("-v",),
                   plugin_socket=daemon.PLUGIN_SOCKET):
        """bgplbd with these settings and, if established, its usual session up.

        The one that runs already is used if its settings are the same.
        """
        if conf is None and environment is None:
            conf = configuration()
        settings = (conf, environment, arguments)
        if self.bgplbd is None or self.bgplbd.status() is not None \
                or self._bgplbd_settings != settings:
            self.stop_bgplbd()
            self.bgplbd = self.last_bgplbd = daemon.Bgplbd(self.host, conf, environment,
                                                            arguments)
            self._bgplbd_settings = settings
            self.bgplbd.start(plugin_socket=plugin_socket)
        if established:
            self.router.wait_established()
        return self.bgplbd

    def stop_bgplbd(self):
        """Ends it in order and asserts so; nothing if none runs."""
        running, self.bgplbd = self.bgplbd, None
        if running is not None and running.status() is None:
            try:
                running.stop()
            finally:
                running.discard()

    def restart_bgplbd(self):
        """Stops and starts it with the settings it had."""
        conf, environment, arguments = self._bgplbd_settings
        self.stop_bgplbd()
        return self.run_bgplbd(conf, environment, arguments=arguments)

    def steady_descriptors(self):
        """How many descriptors each process has, once that does not change any more."""
        seen = [self.bgplbd.descriptors()]

        def has_settled():
            seen.append(self.bgplbd.descriptors())
            return seen[-1] == seen[-2]

        waiting.until(has_settled, lambda: f"steady descriptors: {seen[-2:]}", step=0.3)
        return seen[-1]

    # What the kernel of the host has.

    def bridges(self):
        """The links of our networks, by name: as ip -j -d link shows them."""
        return {link["ifname"]: link for link in self.host.ip("-d", "link")
                if link["ifname"].startswith("bgplb-")}

    def veths(self):
        return {link["ifname"]: link for link in self.host.ip("-d", "link")
                if link["ifname"].startswith(("bgpve-", "bgpvc-"))}

    def routes(self):
        """Our local routes: prefix to device."""
        found = {}
        for family, bits in (("-4", 32), ("-6", 128)):
            for route in self.host.ip(family, "route", "show", "proto", daemon.ROUTE_PROTOCOL):
                prefix = route["dst"]
                device = route["dev"] if "dev" in route else route["nexthops"][0]["dev"]
                found[prefix if "/" in prefix else f"{prefix}/{bits}"] = device
        return found

    def wait_route(self, *prefixes):
        waiting.until(lambda: set(prefixes) <= set(self.routes()), lambda: (
            f"local routes for {prefixes}; there are {self.routes()}"))

    def wait_no_route(self, *prefixes, seconds=10):
        waiting.until(lambda: not set(prefixes) & set(self.routes()), lambda: (
            f"no local routes for {prefixes}; there are {self.routes()}"), seconds)

    def wait_served(self, *prefixes):
        """Announced to the router, and routed on the host."""
        self.router.wait_has(*prefixes)
        self.wait_route(*prefixes)

    def wait_not_served(self, *prefixes):
        self.router.wait_lacks(*prefixes)
        self.wait_no_route(*prefixes)

    # What most tests need.

    def create_gateway(self, *labels):
        self.engine.create_gateway(GATEWAY_NETWORK, GATEWAY_SUBNET, GATEWAY_SUBNET6, labels,
                                   GATEWAY_BRIDGE)

    def serve(self, name, number=1, networks=(), **options):
        """A network of both families and a container in it; returns container and prefixes."""
        prefixes = address_of(number)
        self.engine.create_network(name, *prefixes)
        container = self.engine.run_container(name, [*networks, name], **options)
        return container, prefixes

    def plugin_socket(self):
        """A connection to the plugin socket, as Docker makes it; the caller's to close."""
        caller = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        caller.settimeout(10)
        caller.connect(self.host.path(daemon.PLUGIN_SOCKET))
        return caller

    def plugin_post(self, path, body):
        """The (status, body) of the answer to a plugin call; status None if there is none."""
        with self.plugin_socket() as caller:
            request = f"POST {path} HTTP/1.1\r\nHost:\r\nContent-Length: {len(body)}\r\n\r\n"
            try:
                caller.sendall(request.encode() + body)
                answer = http.client.HTTPResponse(caller)
                answer.begin()
                return answer.status, answer.read()
            except (ConnectionError, http.client.BadStatusLine):
                return None, b""

    def plugin_call(self, path):
        """A plugin call without a body, which must succeed: the parsed answer."""
        status, body = self.plugin_post(path, b"")
        assert status == 200, body
        return json.loads(body)

    def fetch(self, address, node=None):
        """What a node, by default the client, gets from the service; None if nothing.

        Docker does not wait until a new gateway bridge may use its IPv6 address (RFC
        4862 section 5.4), so the first second or two of a network may give nothing.
        """
        shown = f"[{address}]" if ":" in address else address
        done = (node or self.client).run("curl", "-s", "-f", "--max-time", 2,
                               f"http://{shown}/cgi-bin/who", check=False)
        return done.stdout.strip() if done.returncode == 0 else None

    # Between tests.

    def begin(self):
        """Marks where the logs of the test that begins start."""
        self._log_starts = {path: len(text) for path, text in self._whole_logs().items()}

    def logs(self):
        """(name, text) of what was logged since begin()."""
        return [(path.name, text[self._log_starts.get(path, 0):])
                for path, text in self._whole_logs().items()]

    def _whole_logs(self):
        logged = [self.router] + ([self.last_bgplbd] if self.last_bgplbd is not None else [])
        return {one.log_path: one.log() for one in logged}

    def settle(self):
        """Removes all that Docker has, and asserts that nothing of ours is left.

        What a test that failed half-way leaves is cleared by force, so that the next
        one starts as it should.
        """
        try:
            self._remove_from_docker()
            self._assert_nothing_is_left()
            if self.bgplbd is not None:
                self.bgplbd.assert_sane()
        except AssertionError:
            self._start_afresh()
            raise

    def _remove_from_docker(self):
        """Without bgplbd, Docker does not remove its networks."""
        if self.engine.has_networks_of(engine.DRIVER) and (
                self.bgplbd is None or self.bgplbd.status() is not None):
            self.run_bgplbd(established=False)
        self.engine.remove_all()

    def _assert_nothing_is_left(self):
        waiting.until(lambda: not (self.bridges() or self.veths() or self.routes()), lambda: (
            "left in the kernel: "
            + json.dumps([list(self.bridges()), list(self.veths()), self.routes()])), 5)
        waiting.until(lambda: not self.router.received(), lambda: (
            f"left on the router: {list(self.router.received())}"), 5)

    def _start_afresh(self):
        if self.bgplbd is not None:
            self.bgplbd.discard()
            self.bgplbd = None
        self.host.run("rm", "-f", daemon.STATE_FILE)
        self.engine.reset()
        for name in [*self.bridges(), *self.veths()]:
            self.host.run("ip", "link", "del", name, check=False)
        self.router.stop()
        self.router.start()
