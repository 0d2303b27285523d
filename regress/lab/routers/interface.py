"""What the routers of the interop tests have in common.

Each is a program from Debian, on a node of its own, configured for bgplbd as its
manual tells.  All that is asserted about it is what its own tool shows.
"""

import dataclasses
import pathlib
import shutil

from lab import processes, sandbox, waiting

AS_TRANS = 23456  # RFC 6793: as which a 2-octet router knows a 4-octet AS


@dataclasses.dataclass(frozen=True)
class Facts:
    """How router and bgplbd are configured for each other.

    addresses: a (router's, bgplbd's) pair for each session that may come up, the one over
    IPv4 first.  Without four_octets the router is one that knows nothing of RFC 6793.
    A router that is not passive connects too.  announced: prefixes that the router
    announces by itself.  ttl_security: RFC 5082.  graceful: it is to keep the routes while
    bgplbd restarts (RFC 4724), if it does not do so anyway.
    """

    addresses: tuple
    as_: int
    peer_as: int
    router_id: str
    password: str = None
    four_octets: bool = True
    passive: bool = True
    announced: tuple = ()
    ttl_security: bool = False
    graceful: bool = False

    def own_address(self, prefix):
        """The router's address of a prefix's family."""
        return next(mine for mine, _ in self.addresses if (":" in mine) == (":" in prefix))


class Router:
    """Base of the routers; a subclass says how its program is started and asked.

    programs: what has to be installed.
    cannot: what this router cannot show, and why; tests of that are not made for it.
    shutdown_text: how it words the Cease, Administrative Shutdown that ended a session.
    farewell: what bgplbd says of a session that this router ended in order.
    ttl_security_needs: which side has to connect for that, see test_interop.
    forwards: it puts routes into the kernel of its node.
    returns_routes: it announces what it has from bgplbd back to bgplbd.
    takes_ipv6_next_hops: over IPv6 it agrees to them for IPv4 prefixes (RFC 8950).
    two_octet_families: what it takes when it is told to know 2-octet AS numbers only.
    """

    name = None
    programs = ()
    cannot = {}
    shutdown_text = None
    farewell = "received NOTIFICATION: Cease"
    ttl_security_needs = "bgplbd connects"
    forwards = False
    returns_routes = False
    takes_ipv6_next_hops = False
    two_octet_families = ("ipv4", "ipv6")

    _starts = 0

    def __init__(self, node):
        self.node = node
        self.facts = None
        self.log_path = sandbox.directory() / f"{self.name}.log"
        self.log_path.touch()
        self._stem = None
        self._processes = []

    @classmethod
    def missing(cls):
        """Those of its programs that are not installed."""
        return [program for program in cls.programs if shutil.which(program) is None]

    def start(self, facts):
        """Starts it with these facts; returns when it can be asked and listens."""
        Router._starts += 1
        self._stem = sandbox.directory() / f"{self.name}-{Router._starts}"
        self.facts = facts
        self._launch()
        waiting.until(self._is_ready, lambda: f"{self.name} is ready; {self._end_of_log()}", 20)

    def stop(self):
        while self._processes:
            self._processes.pop().stop()

    def log(self):
        return self.log_path.read_text(errors="replace")

    def _end_of_log(self):
        return f"the end of its log:\n{self.log()[-2000:]}"

    # For the subclasses.

    def _launch(self):
        """Writes its configuration and starts its processes."""
        raise NotImplementedError

    def _answers(self):
        """Whether its tool gets an answer."""
        raise NotImplementedError

    def _file(self, suffix, text):
        made = pathlib.Path(f"{self._stem}{suffix}")
        made.write_text(text)
        made.chmod(0o600)
        return made

    def _run(self, *argv, env=None):
        """Starts a process on the node; the last one started is stopped first."""
        self._processes.append(processes.Process(
            self.name, self.node.in_node(*argv), self.log_path, env))

    def _is_ready(self):
        for one in self._processes:
            assert one.status() is None, \
                f"{self.name} ended with {one.status()}; {self._end_of_log()}"
        return self._listens() and self._answers()

    def _listens(self):
        shown = self.node.run("ss", "-Hltn", "sport", "=", ":179").stdout.split()
        local = {field.rsplit(":", 1)[0].strip("[]") for field in shown if field.endswith(":179")}
        wanted = {mine for mine, _ in self.facts.addresses}
        return not self.facts.passive or all(
            local & {address, "*", "::" if ":" in address else "0.0.0.0"} for address in wanted)

    # What the tests ask; peer is bgplbd's address in the session.

    def session_state(self, peer):
        """The state of a session in this router's own words; in lower case."""
        raise NotImplementedError

    def routes(self, peer):
        """What it has from bgplbd, as dicts.

        prefix, family ("ipv4" or "ipv6"), next_hop, as_path (list of numbers), origin
        ("igp", "egp" or "incomplete"), local_pref (None if it has none); med, communities
        and large_communities (sets of text, as in 64512:100) where it has them.
        """
        raise NotImplementedError

    def routes_with_details(self, peer):
        """The same with med and communities, for one to whom they are another question."""
        return self.routes(peer)

    def request_refresh(self, peer, family):
        """Sends a ROUTE-REFRESH."""
        raise NotImplementedError

    def updates_received(self, peer, family):
        """A count that rises with each UPDATE of a family, in the router's own measure."""
        raise NotImplementedError

    def end_of_session(self, peer):
        """Why a session that was up ended, in this router's own words."""
        raise NotImplementedError

    def shut_down(self, peer, text):
        """Ends a session, for good or for a while, and tells why (RFC 9003)."""
        raise NotImplementedError

    def go_on(self, peer):
        """After shut_down()."""

    # What a subclass may say otherwise.

    def heard(self, peer):
        """Where the operator finds the text of a session that bgplbd ended."""
        return self.log()

    def stale(self, peer):
        """The prefixes that it keeps for a neighbor that restarts; None if it does not tell."""

    def two_octet_path(self, as_):
        """How it shows the path of an AS when it is told to know 2-octet numbers only.

        It knows the true one if it reads AS4_PATH (RFC 6793 section 4.2.3).
        """
        return [as_]

    def end_pause(self, peer):
        """Lets a router that is idle for a while after a lost session go on at once."""

    # What follows from it.

    def is_established(self, peer):
        return self.session_state(peer) == "established"

    def wait_established(self, peer, seconds=15):
        waiting.until(
            lambda: self.is_established(peer) or self.end_pause(peer), lambda: (
                f"{self.name} has a session with {peer}; it says {self.session_state(peer)}; "
                + self._end_of_log()),
            seconds, step=0.1)

    def table(self, peer):
        """routes() by prefix; no prefix stands there twice."""
        routes = self.routes(peer)
        by_prefix = {route["prefix"]: route for route in routes}
        assert len(routes) == len(by_prefix), routes
        return by_prefix

    def wait_prefixes(self, peer, prefixes, seconds=5):
        """Waits until it has these prefixes and no others; returns its table."""
        waiting.until(
            lambda: set(self.table(peer)) == set(prefixes), lambda: (
                f"{self.name} has just {sorted(prefixes)}; it has {self.routes(peer)}"),
            seconds, step=0.1)
        return self.table(peer)
