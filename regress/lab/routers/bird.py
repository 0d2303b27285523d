"""BIRD 2: asked with birdc, whose text is taken apart."""

import re

from lab.routers import interface

_CONTROL = "/run/bird.ctl"
_HEAD = """
log stderr all;
router id {router_id};
protocol device {{ }}
protocol direct {{ ipv4; ipv6; interface "eth0"; }}
protocol kernel {{ ipv4 {{ export where source = RTS_BGP; }}; }}
protocol kernel {{ ipv6 {{ export where source = RTS_BGP; }}; }}
"""
_ANNOUNCED = """
protocol static {{ {family}; route {prefix} blackhole; }}
"""
_SESSION = """
protocol bgp session{number} {{
	local {mine} as {as_};
	neighbor {theirs} {peer};
	passive {passive};
	enable as4 {four_octets};
	ttl security {ttl_security};
	connect delay time 1;
	error wait time 1, 2;
	{password}
	ipv4 {{ import all; export where source = RTS_STATIC; }};
	ipv6 {{ import all; export where source = RTS_STATIC; }};
}}
"""


def _switch(value):
    return "on" if value else "off"


def _communities(shown):
    return {re.sub(", *", ":", one) for one in re.findall(r"\(([^)]*)\)", shown)}


def _peer(facts):
    """As 2-octet speaker it refuses a 4-octet AS in its file but reads it in the OPEN."""
    return f"as {facts.peer_as}" if facts.four_octets else "external"


class Bird(interface.Router):
    name = "bird"
    programs = ("bird", "birdc")
    shutdown_text = "Received: Administrative shutdown"
    forwards = True

    def _launch(self):
        facts = self.facts
        text = _HEAD.format(router_id=facts.router_id) + "".join(_SESSION.format(
            number=number, mine=mine, theirs=theirs, as_=facts.as_,
            peer=_peer(facts), passive=_switch(facts.passive),
            four_octets=_switch(facts.four_octets), ttl_security=_switch(facts.ttl_security),
            password=f'password "{facts.password}";' if facts.password else "")
            for number, (mine, theirs) in enumerate(facts.addresses))
        text += "".join(_ANNOUNCED.format(prefix=p, family="ipv6" if ":" in p else "ipv4")
                        for p in facts.announced)
        self._run("bird", "-f", "-c", self._file(".conf", text), "-s", _CONTROL,
                  "-P", "/run/bird.pid")

    def _birdc(self, *argv, check=True):
        return self.node.run("birdc", "-s", _CONTROL, *argv, check=check).stdout

    def _answers(self):
        return "Daemon is up" in self._birdc("show", "status", check=False)

    def _session(self, peer):
        return f"session{[theirs for _, theirs in self.facts.addresses].index(peer)}"

    def _shown(self, peer, field):
        found = re.search(rf"{field}: +(.*)", self._birdc("show", "protocols", "all",
                                                          self._session(peer)))
        return found.group(1).strip() if found else ""

    def session_state(self, peer):
        return self._shown(peer, "BGP state").lower()

    def end_of_session(self, peer):
        return self._shown(peer, "Last error")

    def routes(self, peer):
        shown = self._birdc("show", "route", "protocol", self._session(peer), "all")
        found = []
        for line in shown.splitlines():
            head = re.match(r"([0-9a-f.:]+/\d+) ", line)
            attribute = re.match(r"\tBGP\.(\w+): ?(.*)", line)
            if head:
                prefix = head.group(1)
                found.append({"prefix": prefix, "family": "ipv6" if ":" in prefix else "ipv4",
                              "as_path": [], "local_pref": None})
            elif attribute:
                key, value = attribute.groups()
                if key == "origin":
                    found[-1]["origin"] = value.lower()
                elif key == "as_path":
                    found[-1]["as_path"] = [int(number) for number in value.split()]
                elif key == "next_hop":
                    found[-1]["next_hop"] = value
                elif key in ("local_pref", "med"):
                    found[-1][key] = int(value)
                elif key == "community":
                    found[-1]["communities"] = _communities(value)
                elif key == "large_community":
                    found[-1]["large_communities"] = _communities(value)
        return found

    def shut_down(self, peer, text):
        self._birdc("disable", self._session(peer), f'"{text}"')

    def go_on(self, peer):
        self._birdc("enable", self._session(peer))

    def request_refresh(self, peer, family):
        self._birdc("reload", "in", self._session(peer))

    def updates_received(self, peer, family):
        """Routes of UPDATEs."""
        shown = self._birdc("show", "protocols", "all", self._session(peer))
        channel = re.search(rf"Channel {family}.*?Import updates: +(\d+)", shown, re.DOTALL)
        return int(channel.group(1))
