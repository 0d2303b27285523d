"""ExaBGP: tells a process of ours, as JSON, each message that it received.

ExaBGP keeps no table of its own; here it is what its messages add up to since the
session came up.
"""

import json
import os

from lab.routers import interface

_HEAD = """
process watcher {{
	run /bin/sh {script};
	encoder json;
}}
"""
_SESSION = """
neighbor {theirs} {{
	router-id {router_id};
	local-address {mine};
	local-as {as_};
	peer-as {peer_as};
	passive {passive};
	{password}
	{ttl_security}
	capability {{
		asn4 {four_octets};
		route-refresh enable;
	}}
	family {{
		ipv4 unicast;
		ipv6 unicast;
	}}
	static {{
		{announced}
	}}
	api {{
		processes [ watcher ];
		neighbor-changes;
		receive {{
			parsed;
			update;
			notification;
		}}
	}}
}}
"""
# What the process prints are commands to ExaBGP; what it reads are events.
_SCRIPT = """
cat {commands} &
exec cat > {events}
"""
_ENVIRONMENT = {
    "exabgp.daemon.user": "root",
    "exabgp.daemon.daemonize": "false",
    "exabgp.daemon.drop": "false",
    "exabgp.api.ack": "false",
    "exabgp.api.cli": "false",
    "exabgp.log.level": "INFO",
}


class Exabgp(interface.Router):
    name = "exabgp"
    programs = ("exabgp",)
    cannot = {
        "to end with a text": "its teardown takes a subcode and no text",
        "to hear a text": "4.2 fails to decode the NOTIFICATION, and answers it with another",
        "graceful restart": "it has no table in which it could keep routes",
    }
    ttl_security_needs = "router connects"  # what it listens on has the usual TTL
    shutdown_text = "6/2"
    farewell = "the neighbor closed the connection"  # it sends no NOTIFICATION

    def _launch(self):
        facts = self.facts
        self._events = self._file(".events", "")
        commands = self._stem.with_suffix(".fifo")
        os.mkfifo(commands)
        self._commands = os.open(commands, os.O_RDWR)
        script = self._file(".sh", _SCRIPT.format(commands=commands, events=self._events))
        text = _HEAD.format(script=script) + "".join(_SESSION.format(
            mine=mine, theirs=theirs, as_=facts.as_, peer_as=_as_read(facts),
            router_id=facts.router_id, passive=str(facts.passive).lower(),
            announced="\n\t\t".join(f"route {p} next-hop {facts.own_address(p)};"
                                     for p in facts.announced),
            four_octets="enable" if facts.four_octets else "disable",
            ttl_security="outgoing-ttl 255; incoming-ttl 255;" if facts.ttl_security else "",
            password=f'md5-password "{facts.password}";' if facts.password else "")
            for mine, theirs in facts.addresses)
        environment = {**os.environ, **_ENVIRONMENT}
        if facts.passive:
            environment["exabgp.tcp.bind"] = " ".join(mine for mine, _ in facts.addresses)
            environment["exabgp.tcp.port"] = "179"
        self._run("exabgp", self._file(".conf", text), env=environment)

    def stop(self):
        if self._processes:
            os.close(self._commands)
        super().stop()

    def _answers(self):
        return True

    def _heard(self, peer):
        """The events of a neighbor so far, oldest first."""
        lines = self._events.read_text().splitlines(keepends=True)
        events = [json.loads(line) for line in lines if line.endswith("\n")]
        return [e for e in events if e.get("neighbor", {}).get("address", {}).get("peer") == peer]

    def session_state(self, peer):
        states = [e["neighbor"]["state"] for e in self._heard(peer) if e["type"] == "state"]
        return {"up": "established"}.get(states[-1], states[-1]) if states else "none yet"

    def end_of_session(self, peer):
        told = [e["neighbor"]["notification"] for e in self._heard(peer)
                if e["type"] == "notification"]
        return f"{told[-1]['code']}/{told[-1]['subcode']}" if told else ""

    def routes(self, peer):
        found = {}
        for event in self._heard(peer):
            if event["type"] == "state":
                found = {}
            elif event["type"] == "update":
                _apply(event["neighbor"]["message"].get("update", {}), found)
        return list(found.values())

    def request_refresh(self, peer, family):
        os.write(self._commands,
                 f"neighbor {peer} announce route-refresh {family} unicast\n".encode())

    def updates_received(self, peer, family):
        """UPDATE messages that announce something."""
        return sum(f"{family} unicast" in e["neighbor"]["message"].get("update", {})
                   .get("announce", {}) for e in self._heard(peer) if e["type"] == "update")


def _as_read(facts):
    """The AS that it reads in bgplbd's OPEN."""
    return facts.peer_as if facts.four_octets or facts.peer_as < 65536 else interface.AS_TRANS


def _apply(update, table):
    attributes = update.get("attribute", {})
    for withdrawn in update.get("withdraw", {}).values():
        for one in withdrawn:
            table.pop(one["nlri"], None)
    for family, by_next_hop in update.get("announce", {}).items():
        for next_hop, announced in by_next_hop.items():
            for one in announced:
                table[one["nlri"]] = {
                    "prefix": one["nlri"], "family": family.split()[0], "next_hop": next_hop,
                    "as_path": attributes.get("as-path", []), "origin": attributes["origin"],
                    "local_pref": attributes.get("local-preference"),
                    "med": attributes.get("med"),
                    "communities": _communities(attributes.get("community", ())),
                    "large_communities": _communities(attributes.get("large-community", ()))}


def _communities(shown):
    return {":".join(map(str, one)) for one in shown}
