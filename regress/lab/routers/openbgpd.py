"""OpenBGPD: asked with bgpctl.

Debian's does not touch the kernel's routes, and so takes each next hop as valid.
"""

import json

from lab.routers import interface

_CONTROL = "/run/bgpd.sock"
_ROOT = "/run/openbgpd"  # root directory of its children
_HEAD = """
AS {as_}
router-id {router_id}
fib-update no
socket "{control}"
"""
# No local-address: with one, 7.7 on Linux puts no password on its listening socket.
_SESSION = """
neighbor {theirs} {{
	remote-as {peer_as}
	announce IPv4 unicast
	announce IPv6 unicast
	{options}
}}
"""
_POLICY = """
allow from ebgp
allow from ibgp
allow to ebgp
"""


class Openbgpd(interface.Router):
    name = "openbgpd"
    programs = ("/usr/sbin/bgpd", "bgpctl")
    shutdown_text = "Cease, administratively down"

    def _launch(self):
        facts = self.facts
        options = ["passive"] if facts.passive else []
        if facts.password:
            options.append(f'tcp md5sig password "{facts.password}"')
        if facts.ttl_security:
            options.append("ttl-security yes")
        if not facts.four_octets:
            options.append("announce as-4byte no")
        text = _HEAD.format(as_=facts.as_, router_id=facts.router_id, control=_CONTROL)
        text += "".join(f"listen on {mine}\n" for mine, _ in facts.addresses)
        text += "".join(_SESSION.format(theirs=theirs, peer_as=facts.peer_as,
                                        options="\n\t".join(options))
                        for _, theirs in facts.addresses)
        text += "".join(f"network {prefix}\n" for prefix in facts.announced)
        self.node.run("mkdir", "-p", _ROOT)
        self._run("/usr/sbin/bgpd", "-d", "-f", self._file(".conf", text + _POLICY))

    def _bgpctl(self, *argv, check=True):
        return self.node.run("bgpctl", "-s", _CONTROL, *argv, check=check)

    def _ask(self, *argv):
        return json.loads(self._bgpctl("-j", "show", *argv).stdout or "{}")

    def _answers(self):
        shown = self._bgpctl("-j", "show", "neighbor", check=False)
        if shown.returncode != 0:
            return False
        known = {n["remote_addr"] for n in json.loads(shown.stdout).get("neighbors", [])}
        return {theirs for _, theirs in self.facts.addresses} <= known

    def _neighbor(self, peer):
        return self._ask("neighbor", peer)["neighbors"][0]

    def session_state(self, peer):
        return self._neighbor(peer)["state"].lower()

    def end_pause(self, peer):
        """After a lost session it is idle for 30 s."""
        self._bgpctl("neighbor", peer, "up")

    def end_of_session(self, peer):
        return self._neighbor(peer).get("last_error_received", "")

    def shut_down(self, peer, text):
        self._bgpctl("neighbor", peer, "down", text)

    def go_on(self, peer):
        self._bgpctl("neighbor", peer, "up")

    def heard(self, peer):
        return json.dumps(self._neighbor(peer))

    def routes(self, peer):
        return [_route(one) for one in self._ask("rib", "in", "neighbor", peer).get("rib", [])]

    def routes_with_details(self, peer):
        return [_route(one) for one in
                self._ask("rib", "detail", "in", "neighbor", peer).get("rib", [])]

    def request_refresh(self, peer, family):
        self._bgpctl("neighbor", peer, "refresh")

    def updates_received(self, peer, family):
        """Prefixes of both families."""
        return self._neighbor(peer)["stats"]["update"]["received"]["updates"]


def _route(one):
    prefix = one["prefix"]
    return {"prefix": prefix, "family": "ipv6" if ":" in prefix else "ipv4",
            "next_hop": one["exit_nexthop"],
            "as_path": [int(number) for number in one["aspath"].split()],
            "origin": one["origin"].lower(), "local_pref": one["localpref"],
            "med": one.get("metric"), "communities": set(one.get("communities", ())),
            "large_communities": set(one.get("large_communities", ()))}
