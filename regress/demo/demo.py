#!/usr/bin/python3
"""bgplbd's main job on real parts, told step by step.

A client, a router (gobgpd) and a host with its own dockerd, each in a network
namespace of its own; what is shown is what the real tools print.  Each step says
what has to be seen, and the exit status is 1 if any of it was not.

Usage: demo.py [folder of bgplbd and bgplbctl]     (or BGPLBD_BIN; needs root)
"""

import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
if len(sys.argv) > 1:
    os.environ["BGPLBD_BIN"] = str(pathlib.Path(sys.argv[1]).resolve())

from lab import capture, daemon, image, route_monitor, sandbox, topology, waiting  # noqa: E402

INTERRUPTED = 130
WEB1, WEB2 = (("10.0.0.101/32", "2001:db8:0:1000::101/128"),
              ("10.0.0.102/32", "2001:db8:0:1000::102/128"))
GATEWAY = {topology.GATEWAY_SUBNET, topology.GATEWAY_SUBNET6}
STOP_OPTIONS = ("--stop-signal", "SIGUSR2", "--stop-timeout", "30")
HEALTH = "test -f /tmp/ready"

_PICTURE = """
    client             router              host
    {client:<18} gobgpd, AS {router_as:<8} dockerd, bgplbd, AS {host_as}
        |              {router:<19} {host}
        +------------------+-------------------+
"""


class Story:
    """Prints what happens, and remembers whether all of it was as it should."""

    def __init__(self, lab):
        self.lab = lab
        self.failures = 0
        self._began = time.monotonic()
        self._bold, self._plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")

    def step(self, title):
        seconds = time.monotonic() - self._began
        print(f"\n{self._bold}== {title}{self._plain}   [{seconds:.1f} s]", flush=True)

    def say(self, text):
        print(f"   {text}", flush=True)

    def expect(self, what, check, seconds=10):
        """Waits until check() is true and says so."""
        try:
            waiting.until(check, what, seconds)
            print(f"   {self._bold}ok{self._plain}      {what}", flush=True)
        except AssertionError:
            self.failures += 1
            print(f"   {self._bold}FAILED{self._plain}  {what}", flush=True)

    def show(self, node, *argv, shown=None):
        """Runs a command on a node and prints both."""
        self._print(node.name, shown or " ".join(map(str, argv)), node.run(*argv).stdout)

    def docker(self, *argv):
        self._print("host", "docker " + " ".join(map(str, argv)), self.lab.engine.docker(*argv))

    def bgplbctl(self, *argv):
        done = self.lab.control.run(*argv)
        self._print("host", "bgplbctl " + " ".join(argv), done.stdout + done.stderr)

    def router_table(self):
        for family in ("ipv4", "ipv6"):
            argv = ("global", "rib", "-a", family)
            self._print("router", "gobgp " + " ".join(argv), self.lab.router.gobgp(*argv))

    def host_routes(self):
        for family in ("-4", "-6"):
            argv = ("ip", family, "route", "show", "proto", daemon.ROUTE_PROTOCOL)
            self.show(self.lab.host, *argv)

    def _print(self, where, command, output):
        print(f"\n   {where}# {command}")
        for line in output.rstrip("\n").splitlines():
            print(f"   | {line.rstrip()}")
        print(flush=True)


def serves(lab, *prefixes):
    return lambda: lab.router.has(*prefixes) and set(prefixes) <= set(lab.routes())


def serves_none(lab, *prefixes):
    return lambda: not (set(prefixes) & (set(lab.router.received()) | set(lab.routes())))


def begin(story, lab):
    story.step("A router and a host with its own Docker engine")
    print(_PICTURE.format(client=topology.CLIENT, router_as=topology.ROUTER_AS,
                          host_as=topology.HOST_AS, router=topology.ROUTER, host=topology.HOST))
    lab.start()
    story.docker("version", "--format", "Docker engine {{.Server.Version}}")

    story.step("bgplbd starts: four processes, and a session with the router")
    configuration = topology.configuration()
    for line in configuration.splitlines():
        story.say(f"bgplbd.conf:  {line}")
    lab.run_bgplbd(configuration, established=False, arguments=())
    story.expect("the session is up", lab.router.is_established)
    pids = ",".join(str(p) for p in lab.bgplbd.pids().values())
    story.show(lab.host, "ps", "-o", "user,pid,args", "-p", pids)
    story.bgplbctl("show", "neighbors")


def announce_subnets(story, lab):
    story.step("The gateway network carries the label bgplb_advertise=true: its subnets are announced")
    lab.create_gateway(topology.LABEL)
    story.expect("the router has both subnets", lambda: lab.router.has(*GATEWAY))
    story.router_table()


def serve(story, lab):
    story.step("Two load-balanced networks, each with IPv4 and IPv6, and a container in each")
    for name, prefixes in (("web1", WEB1), ("web2", WEB2)):
        lab.engine.create_network(name, *prefixes)
        lab.engine.create_container(
            name, [topology.GATEWAY_NETWORK, name], health=False,
            options=("--health-cmd", f"{HEALTH} && {image.HEALTH_COMMAND}", "--health-retries",
                     "1", "--health-interval", "200ms", "--health-start-period", "60s",
                     *STOP_OPTIONS))
        lab.engine.docker("start", name)
    story.docker("ps", "--format", "table {{.Names}}\t{{.Status}}\t{{.Networks}}")
    story.say("They are not healthy yet, so nobody is sent to them:")
    story.expect("no route and no announcement", serves_none(lab, *WEB1, *WEB2))
    story.bgplbctl("show", "prefixes")

    story.step("Their health checks succeed: routes and announcements")
    for name in ("web1", "web2"):
        lab.engine.docker("exec", name, "touch", "/tmp/ready")
    story.expect("all four addresses are routed here and announced to the router",
                 serves(lab, *WEB1, *WEB2))
    story.docker("ps", "--format", "table {{.Names}}\t{{.Status}}\t{{.Networks}}")
    story.host_routes()
    story.router_table()


def fetch(story, lab):
    story.step("The client fetches pages through the announced addresses")
    lab.router.use_routes()
    for name, prefixes in (("web1", WEB1), ("web2", WEB2)):
        for prefix, client in zip(prefixes, (topology.CLIENT, topology.CLIENT6)):
            address = prefix.split("/")[0]
            url = f"http://[{address}]/cgi-bin/who" if ":" in address else \
                f"http://{address}/cgi-bin/who"
            story.expect(f"{name} answers on {address}", lambda: lab.fetch(address), 5)
            story.show(lab.client, "curl", "-s", "--max-time", "2", url)
            story.expect(f"{name} saw the client's own address {client}",
                         lambda: client in (lab.fetch(address) or ""), 2)


def lose_health(story, lab):
    story.step("web1 turns unhealthy: withdrawn, and its route is gone")
    web1 = lab.engine.container("web1")
    web1.be_unhealthy()
    story.expect("web1 is neither announced nor routed", serves_none(lab, *WEB1))
    story.expect("web2 still is", serves(lab, *WEB2))
    story.docker("ps", "--format", "table {{.Names}}\t{{.Status}}")
    story.router_table()
    story.host_routes()

    story.step("web1 is healthy again: back")
    web1.be_healthy()
    story.expect("web1 is announced and routed", serves(lab, *WEB1))
    story.docker("ps", "--format", "table {{.Names}}\t{{.Status}}")
    story.bgplbctl("show", "prefixes")


def command(story, lab):
    story.step("The operator asks, withdraws and announces")
    story.bgplbctl("show", "neighbors", topology.ROUTER)
    story.bgplbctl("withdraw", WEB2[0])
    story.expect(f"{WEB2[0]} is withdrawn", serves_none(lab, WEB2[0]))
    story.bgplbctl("show", "prefixes")
    story.bgplbctl("announce", WEB2[0])
    story.expect(f"{WEB2[0]} is back", serves(lab, WEB2[0]))


def drain(story, lab):
    story.step("docker stop web1, whose stop signal is SIGUSR2: it is drained first")
    web1 = lab.engine.container("web1")
    with capture.Capture(lab.router_node, "eth0", incoming_only=True) as seen, \
            route_monitor.RouteMonitor(lab.host) as routes:
        stop = lab.engine.docker_process("stop", "web1")
        story.expect("web1 is neither announced nor routed", serves_none(lab, *WEB1), 3)
        story.bgplbctl("show", "prefixes")
        stop.wait(20)
        began = lab.engine.signalled("web1", "12")
        withdrawn = seen.withdrawals(WEB1[0])[0].time
        unrouted = routes.last_removal(WEB1[0])
    term = web1.time_of("got TERM") or 0
    for when, what in ((began, "Docker sends SIGUSR2"), (withdrawn, "BGP withdraw on the wire"),
                       (unrouted, "local route removed"), (term, "the service gets SIGTERM")):
        story.say(f"{when - began:+9.4f} s  {what}")
    print()
    story.expect("first the withdraw, then the route", lambda: withdrawn < unrouted, 0)
    story.expect("SIGTERM after 5 s", lambda: 4.5 < term - began < 5.6, 0)
    story.expect("web2 is still served", serves(lab, *WEB2))


def remove(story, lab):
    story.step("All is removed")
    lab.engine.remove_all()
    story.expect("the router has nothing", lambda: not lab.router.received())
    story.expect("the host has no route, bridge or veth of bgplbd",
                 lambda: not (lab.routes() or lab.bridges() or lab.veths()))
    story.router_table()
    lab.stop_bgplbd()
    story.say("bgplbd has ended with status 0")


def tell():
    lab = topology.Lab()
    story = Story(lab)
    try:
        for chapter in (begin, announce_subnets, serve, fetch, lose_health, command, drain,
                        remove):
            chapter(story, lab)
        story.step("The end")
        story.say(f"{story.failures} of what had to be seen was not" if story.failures
                  else "all was seen as it had to be")
    except AssertionError as failure:
        story.failures += 1
        print(f"\nFAILED: {failure}")
    finally:
        lab.close()
    return 1 if story.failures else 0


def main():
    try:
        if not sandbox.is_inside():
            status = sandbox.run_inside([sys.executable, *sys.argv])
            print("   the machine is as it was before")
            return status
        return tell()
    except KeyboardInterrupt:
        print("\ninterrupted")
        return INTERRUPTED
    except sandbox.Leftovers as left:
        print(f"FAILED: {left}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
