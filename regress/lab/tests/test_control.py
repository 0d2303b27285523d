"""bgplbctl: each command, in both forms, and its exit status."""

import concurrent.futures
import json

import pytest

from lab import capture, daemon, topology, waiting
from lab.topology import ROUTER, ROUTER_AS

pytestmark = pytest.mark.essential

DONE, FAILED, USAGE, UNREACHABLE, NOT_FOUND = range(5)
V4, V6 = topology.address_of(1)


def test_show_neighbors(lab, bgplbd):
    table = lab.control.text("show", "neighbors")
    heading, row = table.splitlines()
    assert heading.split()[:2] == ["Neighbor", "AS"]
    assert row.split()[:2] == [ROUTER, str(ROUTER_AS)]


def test_show_one_neighbor(lab, bgplbd):
    text = lab.control.text("show", "neighbors", ROUTER)
    assert "Established" in text and str(ROUTER_AS) in text
    assert lab.control.run("show", "neighbors", "192.0.2.99").returncode == NOT_FOUND


def test_show_neighbors_counts_what_was_sent(lab, bgplbd):
    _, prefixes = lab.serve("web1")
    lab.wait_served(*prefixes)
    assert lab.control.neighbors()[ROUTER]["prefixes_sent"] == 2


def test_show_prefixes(lab, bgplbd):
    network = lab.engine.create_network("web1", V4, V6)
    lab.create_gateway(topology.LABEL)
    lab.engine.run_container("web1", ["web1"])
    lab.wait_served(V4, V6)
    shown = lab.control.prefixes()[V4]
    assert shown == {
        "prefix": V4, "kind": "lb", "state": "announced", "endpoints": 1, "eligible": 1,
        "serving": 1, "routed": True, "network_id": network, "network_name": "web1",
        "interface": f"bgplb-{network[:9]}", "reason": "", "neighbors": {
            "announced": 1, "pending": 0, "held_back": 0, "not_negotiated": 0,
            "no_session": 0}}
    table = lab.control.text("show", "prefixes").splitlines()
    assert [line.split()[0] for line in table[1:]] == [
        V4, topology.GATEWAY_SUBNET, V6, topology.GATEWAY_SUBNET6]


def test_withdraw_and_announce(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    assert lab.control.run("withdraw", V4).returncode == DONE
    lab.wait_not_served(V4)
    assert lab.router.has(V6), "the other family stays"
    assert lab.control.prefixes()[V4]["state"] == "withdrawn"
    assert lab.control.run("announce", V4).returncode == DONE
    lab.wait_served(V4, V6)


def test_drain_of_the_host_is_kept_over_a_restart(lab, bgplbd):
    lab.create_gateway(topology.LABEL)
    lab.serve("web1")
    lab.wait_served(V4, V6)
    assert lab.control.ask("drain") == {"command": "drain", "changed": True, "note": ""}
    lab.router.wait_lacks(V4, V6)
    assert lab.router.has(topology.GATEWAY_SUBNET), "the way back of what containers ask"
    assert set(lab.routes()) == {V4, V6}, "what still comes is served"
    lab.restart_bgplbd()
    lab.router.wait_has(topology.GATEWAY_SUBNET)
    assert not lab.router.has(V4)
    assert lab.control.prefixes()[V4]["state"] == "drained"
    assert not lab.control.ask("drain")["changed"]
    lab.control.text("undrain")
    lab.wait_served(V4, V6)


def test_withdraw_of_a_labelled_subnet(lab, bgplbd):
    lab.create_gateway(topology.LABEL)
    lab.router.wait_has(topology.GATEWAY_SUBNET)
    lab.control.text("withdraw", topology.GATEWAY_SUBNET)
    lab.router.wait_lacks(topology.GATEWAY_SUBNET)
    lab.control.text("announce", topology.GATEWAY_SUBNET)
    lab.router.wait_has(topology.GATEWAY_SUBNET)


def test_withdrawn_prefix_stays_so_through_health_changes(lab, bgplbd):
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.control.text("withdraw", V4)
    with capture.Capture(lab.router_node, "eth0") as seen:
        container.be_unhealthy()
        lab.wait_not_served(V4, V6)
        container.be_healthy()
        lab.wait_served(V6)
        assert seen.announcements(V4) == []
    lab.control.text("announce", V4)
    lab.wait_served(V4)


def test_repeated_command_changes_nothing_and_says_so(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    first = json.loads(lab.control.run("-j", "withdraw", V4).stdout)
    second = json.loads(lab.control.run("-j", "withdraw", V4).stdout)
    assert (first["changed"], second["changed"]) == (True, False)
    assert lab.control.run("announce", V4).returncode == DONE
    done = lab.control.run("announce", V4)
    assert done.returncode == DONE and V4 in done.stderr


def test_withdraw_survives_a_restart(lab, bgplbd):
    lab.serve("web1")
    lab.wait_served(V4, V6)
    lab.control.text("withdraw", V4)
    lab.wait_not_served(V4)
    with capture.Capture(lab.router_node, "eth0") as seen:
        lab.restart_bgplbd()
        lab.router.wait_has(V6)
        waiting.stays(lambda: not lab.router.has(V4), "withdrawn", 1, step=0.1)
        assert seen.announcements(V4) == []
    assert lab.control.prefixes()[V4]["state"] == "withdrawn"
    lab.control.text("announce", V4)
    lab.wait_served(V4)


def test_prefix_that_is_not_there_is_told(lab, bgplbd):
    for command in ("withdraw", "announce"):
        done = lab.control.run(command, "10.9.9.9/32")
        assert done.returncode == NOT_FOUND
        assert "10.9.9.9/32" in done.stderr
        answer = lab.control.run("-j", command, "10.9.9.9/32")
        assert answer.returncode == NOT_FOUND
        assert "10.9.9.9/32" in json.loads(answer.stdout)["error"]


def test_wrong_usage_is_told(lab):
    for words in (["show"], ["show", "nothing"], ["withdraw"], ["withdraw", "10.0.0.999"],
                  ["withdraw", "10.0.0.0/8", "10.1.0.0/16"], ["-x"], []):
        done = lab.control.run(*words)
        assert done.returncode == USAGE, words
        assert done.stderr, words


def test_daemon_that_does_not_run_is_told(lab):
    lab.stop_bgplbd()
    for words in (["show", "neighbors"], ["withdraw", V4]):
        done = lab.control.run(*words)
        assert done.returncode == UNREACHABLE
        assert daemon.CONTROL_SOCKET in done.stderr
    answer = lab.control.run("-j", "show", "prefixes")
    assert answer.returncode == UNREACHABLE
    assert daemon.CONTROL_SOCKET in json.loads(answer.stdout)["error"]


def test_many_clients_at_once_are_all_answered(lab, bgplbd):
    lab.serve("web1")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: lab.control.prefixes(), range(24)))
    assert all(set(a) == {V4, V6} for a in answers)


def test_only_root_may_ask(lab, bgplbd):
    done = lab.host.run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                        daemon.BIN / "bgplbctl", "show", "neighbors", check=False)
    assert done.returncode == UNREACHABLE
    assert "permission" in done.stderr.lower() or "not be run" in done.stderr


FINDINGS = 5


def subjects(lab):
    """What `bgplbctl -j check` finds, by subject."""
    done = lab.control.run("-j", "check")
    found = {f["subject"]: f for f in json.loads(done.stdout)["findings"]}
    assert done.returncode == (FINDINGS if found else DONE), done.stderr
    return found


def wait_subjects(lab, *expected):
    waiting.until(lambda: set(subjects(lab)) == set(expected),
                  lambda: f"findings about {expected}: {subjects(lab)}")


def test_check_finds_what_stops_traffic_on_the_host(lab, bgplbd):
    lab.create_gateway()
    lab.serve("web1", networks=[topology.GATEWAY_NETWORK])
    lab.wait_served(V4, V6)
    wait_subjects(lab)
    assert "nothing found" in lab.control.text("check")
    # As an engine does it that has to switch forwarding on.
    lab.host.run("iptables", "-P", "FORWARD", "DROP")
    rule = ("DOCKER-USER", "-o", "bgplb-+", "-j", "ACCEPT")
    faults = (
        (("sysctl", "-w", "net.ipv4.ip_forward=0"), ("sysctl", "-w", "net.ipv4.ip_forward=1"),
         "net.ipv4.ip_forward"),
        (("sysctl", "-w", "net.ipv4.conf.all.rp_filter=1"),
         ("sysctl", "-w", "net.ipv4.conf.all.rp_filter=0"), "net.ipv4.conf.all.rp_filter"),
        (("iptables", "-D", *rule), ("iptables", "-I", *rule), "iptables, table filter, chain FORWARD"),
        (("ip6tables", "-P", "FORWARD", "DROP"), ("ip6tables", "-P", "FORWARD", "ACCEPT"),
         "ip6tables, table filter, chain FORWARD"),
        (("nft", "add table inet t; add chain inet t c "
          "{ type filter hook forward priority 0; policy drop; }"),
         ("nft", "delete table inet t"), "nft, table inet t, chain c"),
        (("ip", "rule", "add", "to", V4, "pref", "9", "unreachable"),
         ("ip", "rule", "del", "pref", "9"), f"prefix {V4}"),
        (("ip", "rule", "add", "to", V4, "pref", "9", "table", "9"),
         ("ip", "rule", "del", "pref", "9"), f"prefix {V4}"))
    lab.host.run("ip", "route", "add", "table", "9", V4, "via", ROUTER)
    for make, undo, subject in faults:
        lab.host.run(*make)
        try:
            wait_subjects(lab, subject)
        finally:
            lab.host.run(*undo)
    lab.host.run("ip", "route", "flush", "table", "9")
    wait_subjects(lab)


def test_check_tells_of_a_daemon_that_is_away(lab, bgplbd):
    lab.stop_bgplbd()
    found = subjects(lab)
    assert found["bgplbd"]["severity"] == "problem"
