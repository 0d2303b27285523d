"""FRR: zebra, which tells bgpd which next hops there are, and bgpd; asked with vtysh."""

import json

from lab.routers import interface

_PROGRAMS = "/usr/lib/frr"
_FOLDER = "/run/frr"
_HEAD = """
router bgp {as_}
 bgp router-id {router_id}
 no bgp ebgp-requires-policy
 no bgp default ipv4-unicast
 no bgp network import-check
 bgp log-neighbor-changes
"""
_SESSION = """
 neighbor {theirs} remote-as {peer_as}
 neighbor {theirs} timers connect 1
 neighbor {theirs} update-source {mine}
"""
_FAMILY = """
 address-family {family} unicast
{body} exit-address-family
"""


class Frr(interface.Router):
    name = "frr"
    programs = (f"{_PROGRAMS}/zebra", f"{_PROGRAMS}/bgpd", "vtysh")
    shutdown_text = "Cease/Administrative Shutdown"
    forwards = True
    returns_routes = True
    two_octet_families = ("ipv4",)  # it offers no capability then, so no other family either

    def _launch(self):
        facts = self.facts
        text = _HEAD.format(as_=facts.as_, router_id=facts.router_id)
        for mine, theirs in facts.addresses:
            text += _SESSION.format(mine=mine, theirs=theirs, peer_as=facts.peer_as)
            if facts.passive:
                text += f" neighbor {theirs} passive\n"
            if facts.password:
                text += f" neighbor {theirs} password {facts.password}\n"
            if facts.ttl_security:
                text += f" neighbor {theirs} ttl-security hops 1\n"
            if not facts.four_octets:
                text += f" neighbor {theirs} dont-capability-negotiate\n"
        activations = "".join(f"  neighbor {theirs} activate\n" for _, theirs in facts.addresses)
        for family in ("ipv4", "ipv6"):
            networks = "".join(f"  network {prefix}\n" for prefix in facts.announced
                               if (":" in prefix) == (family == "ipv6"))
            text += _FAMILY.format(family=family, body=activations + networks)
        self.node.run("install", "-d", "-o", "frr", "-g", "frr", _FOLDER)
        self._daemon("zebra", "hostname router\n")
        self._daemon("bgpd", text)

    def _daemon(self, program, text, *options):
        configuration = self._file(f".{program}.conf", text)
        configuration.chmod(0o644)
        self._run(f"{_PROGRAMS}/{program}", "-f", configuration,
                  "-i", f"{_FOLDER}/{program}.pid", "-z", f"{_FOLDER}/zserv.api",
                  "--vty_socket", _FOLDER, "-P", "0", "--log", "stdout", *options)

    def _vtysh(self, *commands, check=True):
        options = [option for command in commands for option in ("-c", command)]
        return self.node.run("vtysh", "--vty_socket", _FOLDER, "-d", "bgpd", *options, check=check)

    def _ask(self, command):
        return json.loads(self._vtysh(f"{command} json").stdout or "{}")

    def _answers(self):
        return self._vtysh("show bgp summary", check=False).returncode == 0

    def _neighbor(self, peer):
        return self._ask(f"show bgp neighbors {peer}")[peer]

    def session_state(self, peer):
        return self._neighbor(peer)["bgpState"].lower()

    def end_of_session(self, peer):
        return self._neighbor(peer).get("lastNotificationReason", "")

    def shut_down(self, peer, text):
        self._vtysh("configure terminal", f"router bgp {self.facts.as_}",
                    f"neighbor {peer} shutdown message {text}")

    def go_on(self, peer):
        self._vtysh("configure terminal", f"router bgp {self.facts.as_}",
                    f"no neighbor {peer} shutdown")

    def stale(self, peer):
        return {prefix for family in ("ipv4", "ipv6")
                for prefix, paths in self._ask(f"show bgp {family} unicast")["routes"].items()
                if any(path.get("stale") for path in paths)}

    def routes(self, peer):
        found = []
        for family in ("ipv4", "ipv6"):
            shown = self._ask(f"show bgp {family} unicast")
            for prefix, paths in shown.get("routes", {}).items():
                found += [_route(prefix, family, path) for path in paths
                          if path["peerId"] == peer]
        return found

    def routes_with_details(self, peer):
        routes = self.routes(peer)
        for route in routes:
            shown = self._ask(f"show bgp {route['family']} unicast {route['prefix']}")["paths"]
            path = next(p for p in shown if p["peer"]["peerId"] == peer)
            route["med"] = path.get("metric")
            route["communities"] = set(path.get("community", {}).get("string", "").split())
            route["large_communities"] = set(
                path.get("largeCommunity", {}).get("string", "").split())
        return routes

    def two_octet_path(self, as_):
        """It offers no capability but reads bgplbd's, and leaves AS4_PATH alone then."""
        return [as_ if as_ < 65536 else interface.AS_TRANS]

    def request_refresh(self, peer, family):
        self._vtysh(f"clear bgp {family} unicast {peer} soft in")

    def updates_received(self, peer, family):
        """UPDATE messages of both families."""
        return self._neighbor(peer)["messageStats"]["updatesRecv"]


def _route(prefix, family, path):
    next_hops = [hop["ip"] for hop in path["nexthops"] if hop.get("scope") != "link-local"]
    assert len(next_hops) == 1, path
    return {"prefix": prefix, "family": family, "next_hop": next_hops[0],
            "as_path": [int(number) for number in path["path"].split()],
            "origin": path["origin"].lower(), "local_pref": path.get("locPrf")}
