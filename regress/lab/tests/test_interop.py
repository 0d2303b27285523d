"""bgplbd beside the routers that people have, each from its own view.

One load-balanced network with a container and one labelled network are there for the
whole file; each router has a node of its own, linked to the host.
"""

import contextlib
import os
import signal
import threading

import pytest

from lab import capture, namespaces, topology, waiting
from lab.routers import bird, exabgp, frr, gobgpd, interface, openbgpd
from lab.topology import GATEWAY_NETWORK, GATEWAY_SUBNET, GATEWAY_SUBNET6, HOST_AS, LABEL, \
    ROUTER_AS

# gobgpd is the last because it is left out of some tests: pytest runs the tests of one
# router after each other as long as the router's place in the list is the same.
ROUTERS = (bird.Bird, frr.Frr, openbgpd.Openbgpd, exabgp.Exabgp, gobgpd.Gobgpd)

LINK = "interop"
HOST, HOST6 = "198.18.9.10", "2001:db8:f:9::10"
ROUTER, ROUTER6 = "198.18.9.1", "2001:db8:f:9::1"
SESSIONS = ((ROUTER, HOST), (ROUTER6, HOST6))
OVER = {"IPv4": SESSIONS[0], "IPv6": SESSIONS[1]}
AROUND = {"IPv4": "198.18.9.0/24", "IPv6": "2001:db8:f:9::/64"}  # prefixes of neighbors

V4, V6 = topology.address_of(1)
PREFIXES = {"ipv4": {V4, GATEWAY_SUBNET}, "ipv6": {V6, GATEWAY_SUBNET6}}
ALL = PREFIXES["ipv4"] | PREFIXES["ipv6"]
NEXT_HOP = {"ipv4": HOST, "ipv6": HOST6}

BIG_AS, OTHER_BIG_AS = 4200000001, 4200000002
PASSWORD = "interop-secret"
REASON = "new line card, back at 14:00"
OWN = ("198.18.100.0/24", "2001:db8:bad::/48")  # what the router announces, if it does

_LISTEN = "listen port 179\n"
CONNECTS = {
    "bgplbd connects": {},
    "router connects": {"passive": False, "listen": [_LISTEN], "options": ["passive"]},
    "both connect": {"passive": False, "listen": [_LISTEN]},
}


@pytest.fixture(scope="module")
def served(parts):
    """The lab with what is announced; the usual router is not a neighbor here."""
    usual = parts.router
    parts.run_bgplbd()
    parts.create_gateway(LABEL)
    parts.serve("web1", networks=[GATEWAY_NETWORK])
    yield parts
    parts.router = usual
    parts.run_bgplbd()
    parts.settle()


@pytest.fixture(scope="module")
def router(served, request):
    """One of ROUTERS on a node of its own, not started."""
    assert not request.param.missing(), f"not there: {', '.join(request.param.missing())}"
    node = namespaces.Node(request.param.name)
    namespaces.connect(node, "eth0", served.host, LINK)
    for one, interface_, addresses in ((served.host, LINK, (HOST, HOST6)),
                                       (node, "eth0", (ROUTER, ROUTER6))):
        for address, length in zip(addresses, (24, 64)):
            one.add_address(interface_, f"{address}/{length}")
    served.host.wait_addresses()
    node.wait_addresses()
    made = request.param(node)
    yield made
    served.stop_bgplbd()
    made.stop()
    served.host.run("ip", "link", "del", LINK)
    node.close()


@pytest.fixture
def lab(served, router):
    """The lab; what the router logged is shown when a test fails."""
    served.begin()
    served.router = router
    return served


def each_router(needs=None):
    """Parametrizes with the routers that can show it."""
    able = [r for r in ROUTERS if needs not in r.cannot]
    return pytest.mark.parametrize("router", able, ids=[r.name for r in able], indirect=True,
                                   scope="module")


def peer(lab, router, over="IPv4", as_=HOST_AS, router_as=ROUTER_AS, listen=(), options=(),
         neighbor=None, **facts):
    """Router and bgplbd with these settings and their session up; bgplbd's address in it.

    listen: further statements of bgplbd's.  neighbor: what it calls the router, if not by its
    address.

    Both go on if they run with just these settings already.  Who waits starts first.
    """
    # One that connects has only the session that is wanted: it would come back late to
    # one that was refused.
    sessions = SESSIONS if facts.get("passive", True) else (OVER[over],)
    facts = interface.Facts(sessions, router_as, as_, ROUTER, **facts)
    mine, theirs = OVER[over]
    password = [f'password "{facts.password}"'] if facts.password else []
    retry = ["connect-retry 1"] if neighbor is None else []
    configuration = topology.configuration(
        *listen, topology.neighbor(neighbor or mine, router_as, *retry, *password, *options),
        as_=as_, router_id=HOST)
    if facts != router.facts:
        lab.stop_bgplbd()
        router.stop()
        if not facts.passive:
            lab.run_bgplbd(configuration, established=False)
        router.start(facts)
    lab.run_bgplbd(configuration, established=False)
    router.wait_established(theirs)
    return theirs


def state(lab, over="IPv4"):
    """What bgplbd knows of the router."""
    return lab.control.neighbors()[OVER[over][0]]


class Requests:
    """Fetches a page over and over from the router's node, if it forwards by what it learned."""

    def __init__(self, lab, router, addresses):
        self._arguments = lab, router.node, addresses
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.answered, self.lost = 0, []

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _run(self):
        lab, node, addresses = self._arguments
        while not self._over.is_set():
            for address in addresses:
                if lab.fetch(address, node) is None:
                    self.lost.append(address)
                else:
                    self.answered += 1


def next_hop(router, peer_, family):
    if ":" in peer_ and router.takes_ipv6_next_hops:
        return HOST6
    return NEXT_HOP[family]


def assert_routes(router, peer_, as_path, families=("ipv4", "ipv6"), local_pref=None):
    """The router has all prefixes with these attributes, and nothing else."""
    expected = set().union(*(PREFIXES[f] for f in families))
    for prefix, route in router.wait_prefixes(peer_, expected).items():
        assert prefix in PREFIXES[route["family"]]
        assert route["origin"] == "igp", route
        assert route["as_path"] == as_path, route
        assert route["next_hop"] == next_hop(router, peer_, route["family"]), route
        if local_pref is not None:
            assert route["local_pref"] == local_pref, route


over_both = pytest.mark.parametrize("over", OVER)


@each_router()
@over_both
def test_session_is_up_and_routes_have_the_attributes_of_ebgp(lab, router, over):
    theirs = peer(lab, router, over)
    assert_routes(router, theirs, [HOST_AS])
    shown = state(lab, over)
    assert (shown["state"], shown["router_id"]) == ("Established", ROUTER)
    assert shown["families"] == ["ipv4", "ipv6"]


@each_router()
def test_attributes_of_the_settings_arrive(lab, router):
    theirs = peer(lab, router, options=(
        "med 50", "communities 64512:100 64513:200", "large-communities 64512:1:2",
        "prepend-self 2"))
    router.wait_prefixes(theirs, ALL)
    for route in router.routes_with_details(theirs):
        assert route["as_path"] == [HOST_AS] * 3, route
        assert route["med"] == 50, route
        assert route["communities"] == {"64512:100", "64513:200"}, route
        assert route["large_communities"] == {"64512:1:2"}, route


@each_router()
@over_both
def test_withdrawn_prefix_is_gone_and_comes_back(lab, router, over):
    theirs = peer(lab, router, over)
    router.wait_prefixes(theirs, ALL)
    for prefix in (V4, V6):
        lab.control.text("withdraw", prefix)
        try:
            router.wait_prefixes(theirs, ALL - {prefix})
        finally:
            lab.control.text("announce", prefix)
        router.wait_prefixes(theirs, ALL)
    assert_routes(router, theirs, [HOST_AS])


@each_router("refresh")
@pytest.mark.parametrize("family", PREFIXES)
def test_route_refresh_is_answered(lab, router, family):
    theirs = peer(lab, router)
    router.wait_prefixes(theirs, ALL)
    shown, before = state(lab), router.updates_received(theirs, family)
    router.request_refresh(theirs, family)
    waiting.until(lambda: router.updates_received(theirs, family) > before,
                  lambda: f"{router.name} got its routes again", 5, step=0.1)
    assert state(lab)["updates_sent"] > shown["updates_sent"]
    assert_routes(router, theirs, [HOST_AS])
    assert state(lab)["times_established"] == shown["times_established"]


@each_router()
def test_routes_of_the_router_are_counted_and_dropped(lab, router):
    before = lab.host.ip("route"), lab.host.ip("-6", "route")
    theirs = peer(lab, router, announced=OWN)
    expected = len(OWN) + (len(ALL) if router.returns_routes else 0)
    waiting.until(lambda: state(lab)["prefixes_received"] == expected,
                  lambda: f"{expected} prefixes are counted: {state(lab)}")
    assert (lab.host.ip("route"), lab.host.ip("-6", "route")) == before
    waiting.until(lambda: set(lab.control.prefixes()) == ALL, "the prefixes are ours alone")
    assert_routes(router, theirs, [HOST_AS])


@each_router()
def test_keepalives_keep_a_session_with_a_short_hold_time(lab, router):
    theirs = peer(lab, router, options=("holdtime 3",))
    assert state(lab)["hold_time"] == 3
    waiting.stays(lambda: router.is_established(theirs), "the session", 4, step=0.5)
    assert state(lab)["times_established"] == 1


@each_router()
def test_router_that_restarts_gets_session_and_routes_again(lab, router):
    theirs = peer(lab, router)
    router.wait_prefixes(theirs, ALL)
    ups = state(lab)["times_established"]
    router.stop()
    waiting.until(lambda: state(lab)["state"] != "Established", "bgplbd sees its end")
    assert router.farewell in state(lab)["last_error"]
    router.start(router.facts)
    router.wait_established(theirs)
    assert_routes(router, theirs, [HOST_AS])
    assert state(lab)["times_established"] == ups + 1


@each_router()
def test_stop_of_bgplbd_takes_the_routes_at_once_and_says_why(lab, router):
    theirs = peer(lab, router)
    router.wait_prefixes(theirs, ALL)
    assert router.shutdown_text not in router.end_of_session(theirs), "from an earlier session"
    lab.stop_bgplbd()
    router.wait_prefixes(theirs, set(), seconds=1)
    assert not router.is_established(theirs)
    assert router.shutdown_text in router.end_of_session(theirs)


@each_router()
@over_both
def test_ibgp_routes_have_a_local_preference_and_an_empty_path(lab, router, over):
    theirs = peer(lab, router, over, router_as=HOST_AS)
    assert_routes(router, theirs, [], local_pref=100)


@each_router()
@over_both
@pytest.mark.parametrize("who", ["bgplbd connects", "router connects"])
def test_session_with_a_password(lab, router, over, who):
    theirs = peer(lab, router, over, password=PASSWORD, **CONNECTS[who])
    assert_routes(router, theirs, [HOST_AS])


@each_router()
@pytest.mark.parametrize("as_,router_as", [(BIG_AS, ROUTER_AS), (HOST_AS, BIG_AS),
                                           (BIG_AS, OTHER_BIG_AS), (BIG_AS, BIG_AS)],
                         ids=["bgplbd", "router", "both", "same"])
def test_as_numbers_above_65535(lab, router, as_, router_as):
    theirs = peer(lab, router, as_=as_, router_as=router_as)
    assert_routes(router, theirs, [as_] if as_ != router_as else [])


@each_router("two octets")
@pytest.mark.parametrize("as_", [HOST_AS, BIG_AS])
def test_router_that_knows_two_octets_only(lab, router, as_):
    theirs = peer(lab, router, as_=as_, four_octets=False)
    assert_routes(router, theirs, router.two_octet_path(as_), router.two_octet_families)
    assert state(lab)["families"] == list(router.two_octet_families)


@each_router()
@over_both
def test_when_both_connect_one_session_remains(lab, router, over):
    theirs = peer(lab, router, over, **CONNECTS["both connect"])
    assert_routes(router, theirs, [HOST_AS])
    waiting.stays(lambda: router.is_established(theirs), "the session", 0.5, step=0.25)
    assert state(lab, over)["times_established"] == 1


@each_router()
@over_both
def test_ttl_security(lab, router, over):
    connects = dict(CONNECTS[router.ttl_security_needs])
    options = (*connects.pop("options", ()), "ttl-security yes")
    theirs = peer(lab, router, over, ttl_security=True, options=options, **connects)
    assert_routes(router, theirs, [HOST_AS])


@each_router()
@pytest.mark.parametrize("over,password", [("IPv4", None), ("IPv6", PASSWORD)],
                         ids=["IPv4", "IPv6 and password"])
def test_router_that_connects_is_a_neighbor_by_its_prefix(lab, router, over, password):
    theirs = peer(lab, router, over, neighbor=AROUND[over], passive=False, listen=[_LISTEN],
                  password=password)
    assert_routes(router, theirs, [HOST_AS])
    assert state(lab, over)["dynamic"]


@each_router("to hear a text")
def test_router_hears_why_the_operator_takes_its_session_down(lab, router):
    theirs = peer(lab, router)
    lab.control.text("neighbor", ROUTER, "down", REASON)
    try:
        router.wait_prefixes(theirs, set(), seconds=2)
        waiting.until(lambda: REASON in router.heard(theirs),
                      lambda: f"{router.name} shows the reason: {router.heard(theirs)}")
    finally:
        lab.control.text("neighbor", ROUTER, "up")
    router.wait_established(theirs)


@each_router("to end with a text")
def test_operator_sees_why_the_router_ends_a_session(lab, router):
    theirs = peer(lab, router)
    router.shut_down(theirs, REASON)
    try:
        waiting.until(lambda: REASON in state(lab)["last_error"],
                      lambda: f"bgplbctl shows the reason: {state(lab)}")
    finally:
        router.go_on(theirs)
    router.wait_established(theirs)
    assert_routes(router, theirs, [HOST_AS])


@each_router("graceful restart")
def test_restart_of_bgplbd_takes_no_route_and_loses_no_request(lab, router):
    """RFC 4724 from the router's view: SIGUSR1 ends bgplbd, a service manager starts it."""
    arguments = {"graceful": True, "listen": ["graceful-restart yes\n"]}
    theirs = peer(lab, router, **arguments)
    router.wait_prefixes(theirs, ALL)
    pages = [p.split("/")[0] for p in (V4, V6)] if router.forwards else []
    for page in pages:
        waiting.until(lambda: lab.fetch(page, router.node), f"a page from {page}")
    with contextlib.ExitStack() as stack:
        seen = stack.enter_context(capture.Capture(router.node, "eth0"))
        requests = stack.enter_context(Requests(lab, router, pages)) if pages else None
        lab.bgplbd.send(signal.SIGUSR1)
        assert lab.bgplbd.wait() == 0, lab.bgplbd.log()
        waiting.until(lambda: not router.is_established(theirs), "the session is over")
        waiting.stays(lambda: set(router.table(theirs)) == ALL, "the routes", 1, step=0.2)
        assert router.stale(theirs) in (None, ALL)
        peer(lab, router, **arguments)
        waiting.stays(lambda: set(router.table(theirs)) == ALL, "the routes", 1, step=0.2)
        waiting.until(lambda: not router.stale(theirs), "the routes are fresh")
        assert not any(m.withdrawn() for m in seen.of_type(capture.UPDATE, HOST))
    assert_routes(router, theirs, [HOST_AS])
    if requests is not None:
        assert requests.answered > 20 and not requests.lost, vars(requests)


RESTART_TIME = 20
KEPT_FROM = RESTART_TIME / 4  # until then Docker is waited for


@pytest.mark.parametrize("router", [bird.Bird, frr.Frr], ids=["bird", "frr"], indirect=True,
                         scope="module")
def test_restart_of_bgplbd_while_docker_hangs_takes_no_route(lab, router):
    arguments = {"graceful": True, "listen": ["graceful-restart yes\n",
                                              f"restart-time {RESTART_TIME}\n"]}
    theirs = peer(lab, router, **arguments)
    router.wait_prefixes(theirs, ALL)
    waiting.until(lambda: "subnet" in lab.bgplbd.saved_state(), "the subnets are remembered")
    os.kill(lab.engine.pid, signal.SIGSTOP)
    try:
        with capture.Capture(router.node, "eth0") as seen:
            lab.bgplbd.send(signal.SIGUSR1)
            assert lab.bgplbd.wait() == 0, lab.bgplbd.log()
            peer(lab, router, **arguments)
            waiting.until(lambda: "Docker was not heard" in lab.bgplbd.log(),
                          "Docker was waited for", KEPT_FROM + 10)
            waiting.until(lambda: not router.stale(theirs), "the routes are fresh")
            assert set(router.table(theirs)) == ALL
            os.kill(lab.engine.pid, signal.SIGCONT)
            waiting.until(lambda: "networks to look after" in lab.bgplbd.log(),
                          "Docker is heard", 20)
            waiting.stays(lambda: set(router.table(theirs)) == ALL, "the routes", 1, step=0.2)
            assert not any(m.withdrawn() for m in seen.of_type(capture.UPDATE, HOST))
    finally:
        os.kill(lab.engine.pid, signal.SIGCONT)
    assert_routes(router, theirs, [HOST_AS])
