"""gobgpd: the router of the rest of the lab (router.py), in the way of the others."""

from lab import router
from lab.routers import interface

_ORIGINS = {0: "igp", 1: "egp", 2: "incomplete"}


class Gobgpd(interface.Router):
    name = "gobgpd"
    programs = ("gobgpd", "gobgp")
    takes_ipv6_next_hops = True
    cannot = {
        "refresh": "its soft reset works on the table it has; it never sends ROUTE-REFRESH",
        "two octets": "the 4-octet AS capability cannot be left out of its OPEN",
    }
    shutdown_text = "code 6(cease) subcode 2(administrative shutdown)"

    def __init__(self, node):
        super().__init__(node)
        self._gobgpd = None
        self._log_start = 0

    def _launch(self):
        facts = self.facts
        self._gobgpd = router.Router(self.node, facts.as_, facts.router_id, [
            router.Neighbor(theirs, facts.peer_as, passive=facts.passive, local_address=mine,
                            password=facts.password, ttl_security=facts.ttl_security,
                            graceful=facts.graceful)
            for mine, theirs in facts.addresses])
        self._gobgpd.start()
        self.log_path = self._gobgpd.log_path
        self._log_start = len(self.log())
        for prefix in facts.announced:
            self._gobgpd.gobgp("global", "rib", "add", prefix,
                               "nexthop", facts.own_address(prefix),
                               "-a", "ipv6" if ":" in prefix else "ipv4")

    def stop(self):
        if self._gobgpd is not None:
            self._gobgpd.stop()

    def _answers(self):
        return True

    def session_state(self, peer):
        return "established" if self._gobgpd.is_established(peer) else \
            str(self._gobgpd.neighbor(peer))

    def end_of_session(self, peer):
        return self.log()[self._log_start:]

    def shut_down(self, peer, text):
        self._gobgpd.gobgp("neighbor", peer, "reset", "--reason", text)

    def heard(self, peer):
        return self.end_of_session(peer)

    def routes(self, peer):
        found = []
        for family in router.FAMILIES:
            table = self._gobgpd.ask("global", "rib", "-a", family) or {}
            paths = [(prefix, router.Path(path)) for prefix in table for path in table[prefix]]
            # What it announces itself has no path.
            found += [_route(prefix, family, path) for prefix, path in paths
                      if path.has(router.AS_PATH)]
        return found


def _route(prefix, family, path):
    return {"prefix": prefix, "family": family, "next_hop": path.next_hop,
            "as_path": path.as_path, "origin": _ORIGINS[path.origin],
            "local_pref": path.local_preference if path.has(router.LOCAL_PREF) else None,
            "med": path.med if path.has(router.MED) else None,
            "communities": {f"{c >> 16}:{c & 0xffff}" for c in path.communities},
            "large_communities": set(path.large_communities)}
