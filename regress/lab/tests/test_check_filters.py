"""bgplbctl check: each packet filter that stops a client is found, with the rule that does,
and the remedy that is printed makes the client's request succeed; sound ones are no finding.
"""

import json
import re
import shutil

import pytest

from lab import processes, sandbox, topology, waiting
from lab.topology import GATEWAY_BRIDGE, GATEWAY_NETWORK

V4, V6 = topology.address_of(1)
ADDRESS4, ADDRESS6 = V4.split("/")[0], V6.split("/")[0]
CLOSE = "iptables -F DOCKER-USER"  # which holds nothing but what README says
RESTORE = {"iptables": "iptables-restore", "ip6tables": "ip6tables-restore"}


class Filters:
    """The packet filters of a node, to be put back as they were."""

    def __init__(self, node):
        self.node = node
        self.saved = {p: node.run(f"{p}-save").stdout for p in RESTORE}
        self.tables = self._tables()

    def _tables(self):
        return set(self.node.run("nft", "list", "tables").stdout.splitlines())

    def put_back(self):
        self.node.run("iptables-legacy", "-F", check=False)
        for program, text in self.saved.items():
            self.node.run(RESTORE[program], input=text)
        for table in self._tables() - self.tables:
            self.node.run("nft", "delete", *table.split())


@pytest.fixture(scope="module")
def served(parts):
    """One host whose container the client reaches, for all cases of this file."""
    parts.begin()
    parts.run_bgplbd()
    parts.create_gateway(topology.LABEL)
    parts.serve("web1", networks=[GATEWAY_NETWORK])
    parts.wait_served(V4, V6)
    parts.router.use_routes()
    try:
        assert_sound(parts)
        yield parts
    finally:
        parts.router.forget_routes()
        parts.settle()


@pytest.fixture
def filters(served):
    """As they were before, and all is sound again, after each case."""
    saved = Filters(served.host)
    yield saved
    saved.put_back()


def look(lab):
    done = lab.control.run("-j", "check")
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def serves(lab, address):
    return lab.fetch(address) is not None


def is_cut_off(lab, address):
    shown = f"[{address}]" if ":" in address else address
    return lab.client.run("curl", "-s", "-f", "--max-time", "0.8",
                          f"http://{shown}/cgi-bin/who", check=False).returncode != 0


def assert_sound(lab):
    for address in (ADDRESS4, ADDRESS6):
        waiting.until(lambda: serves(lab, address),
                      lambda: f"a page from {address}: {look(lab)}")
    said = look(lab)
    assert (said["findings"], said["not_looked_at"]) == ([], [])


def inside(lab, command):
    pid = lab.engine.inspect("web1")["State"]["Pid"]
    return lab.host.run("nsenter", f"--net=/proc/{pid}/ns/net", "sh", "-ec", command)


def mend(lab, address, subject):
    """Carries out what check prints until the client is served: one cause may hide another."""
    subjects = []
    for _ in range(4):
        found = [f for f in look(lab)["findings"] if f["severity"] == "problem"]
        assert found or subjects, "nothing found"
        if not found:
            break  # all is mended, and a busy machine was slow to answer
        subjects += [f["subject"] for f in found]
        for finding in found:
            lab.host.run("sh", "-ec", finding["remedy"])
        if not is_cut_off(lab, address):
            break
    assert any(re.search(subject, s) for s in subjects), subjects
    waiting.until(lambda: serves(lab, address), "the request succeeds again")


def nft(hook, priority, policy, *rules, family="inet", table="fw", kind="filter"):
    lines = "\n".join(rules)
    return (f"nft -f - <<'END'\ntable {family} {table} {{\n chain {hook} {{\n type {kind} hook {hook} "
            f"priority {priority}; policy {policy};\n{lines}\n }}\n}}\nEND")


# What cuts the client off, on the host; the subject of the finding; the address.
CASES = {
    "Docker without README's rule": (
        CLOSE, "iptables, table filter, chain FORWARD$", ADDRESS4),
    "policy ACCEPT, last rule REJECT": (
        f"{CLOSE}; iptables -P FORWARD ACCEPT; "
        "iptables -A FORWARD -j REJECT --reject-with icmp-host-prohibited",
        r"iptables, table filter, chain FORWARD, rule \d+$", ADDRESS4),
    "DROP before the accept in DOCKER-USER": (
        "iptables -I DOCKER-USER -i eth0 -p tcp -j DROP",
        "iptables, table filter, chain DOCKER-USER, rule 1$", ADDRESS4),
    "drop in a chain that DOCKER-USER calls": (
        "iptables -N blocked; iptables -A blocked -p udp -j RETURN; "
        "iptables -A blocked -j DROP; iptables -I DOCKER-USER -i eth+ -g blocked",
        "iptables, table filter, chain blocked, rule 2$", ADDRESS4),
    "answers dropped in FORWARD": (
        f"iptables -I DOCKER-USER -s {ADDRESS4} -o eth0 -j DROP",
        "iptables, table filter, chain DOCKER-USER, rule 1$", ADDRESS4),
    "IPv6 policy DROP": (
        f"ip6{CLOSE[2:]} || true; ip6tables -P FORWARD DROP",  # no such chain before Docker 27
        "ip6tables, table filter, chain FORWARD$", ADDRESS6),
    "IPv6 REJECT": (
        "ip6tables -I FORWARD -j REJECT", "ip6tables, table filter, chain FORWARD, rule 1$",
        ADDRESS6),
    "raw": (f"iptables -t raw -A PREROUTING -d {ADDRESS4} -j DROP",
            "iptables, table raw, chain PREROUTING, rule 1$", ADDRESS4),
    "reverse path filter of iptables": (
        "ip6tables -t raw -A PREROUTING -m rpfilter --invert -j DROP",
        "ip6tables, table raw, chain PREROUTING, rule 1$", ADDRESS6),
    "mangle": (
        "iptables -t mangle -A FORWARD -p tcp -m conntrack --ctstate NEW -j DROP",
        "iptables, table mangle, chain FORWARD, rule 1$", ADDRESS4),
    "mangle of answers": (
        f"iptables -t mangle -A POSTROUTING -s {ADDRESS4} -j DROP",
        "iptables, table mangle, chain POSTROUTING, rule 1$", ADDRESS4),
    "another destination": (
        f"iptables -t nat -I PREROUTING -d {ADDRESS4} -p tcp -j DNAT --to-destination 172.23.1.99",
        "iptables, table nat, chain PREROUTING, rule 1$", ADDRESS4),
    "legacy iptables beside nft": (
        "iptables-legacy -A FORWARD -i eth0 -j DROP",
        "iptables-legacy, table filter, chain FORWARD, rule 1$", ADDRESS4),
    "nft, policy drop": (
        nft("forward", "filter", "drop", "ct state established,related accept"),
        "nft, table inet fw, chain forward$", ADDRESS4),
    "nft, policy accept, last rule drops": (
        nft("forward", "filter", "accept", "ct state established,related accept",
            'iifname "docker0" accept', "counter drop"),
        "nft, table inet fw, chain forward, rule 3$", ADDRESS6),
    "nft, verdict map": (
        "nft -f - <<'END'\ntable inet fw {\n map zones { type ifname : verdict; elements = { "
        '"eth0" : jump public, "eth1" : accept } }\n chain public {\n ct state vmap { established : '
        "accept, related : accept, invalid : drop }\n ip saddr { 198.51.100.0/24, 203.0.113.0/24, "
        "192.0.2.0/24 } reject with icmpx admin-prohibited\n }\n chain forward {\n type filter hook "
        "forward priority 10; policy accept;\n iifname vmap @zones\n }\n}\nEND",
        "nft, table inet fw, chain public, rule 2$", ADDRESS4),
    "nft prerouting": (
        nft("prerouting", "raw", "accept", f"ip6 daddr {ADDRESS6} drop"),
        "nft, table inet fw, chain prerouting, rule 1$", ADDRESS6),
    "nft prerouting by route": (
        nft("prerouting", "filter", "accept", "fib saddr . iif oif missing drop"),
        "nft, table inet fw, chain prerouting, rule 1$", ADDRESS4),
    "bridge family, output": (
        nft("output", "filter", "accept", f"ip daddr {ADDRESS4} drop", family="bridge"),
        "nft, table bridge fw, chain output, rule 1$", ADDRESS4),
    "bridge family, input": (
        nft("input", "filter", "accept", f"ip6 saddr {ADDRESS6} drop", family="bridge"),
        "nft, table bridge fw, chain input, rule 1$", ADDRESS6),
    "ebtables": (
        f"ebtables -A INPUT -p IPv4 --ip-src {ADDRESS4} -j DROP",
        "ebtables, table filter, chain INPUT, rule 1$", ADDRESS4),
    "ebtables, policy": (
        "ebtables -P OUTPUT DROP", "ebtables, table filter, chain OUTPUT$", ADDRESS4),
}


@pytest.mark.parametrize("case", CASES)
def test_filter_that_cuts_clients_off_is_found_and_mended(served, filters, case):
    command, subject, address = CASES[case]
    served.host.run("sh", "-ec", command)
    assert is_cut_off(served, address)
    mend(served, address, subject)


@pytest.mark.parametrize("command,subject", [
    ("iptables -P INPUT DROP", "chain INPUT$"),
    ("iptables -A OUTPUT -p tcp --sport 80 -j DROP", "chain OUTPUT, rule 1$"),
])
def test_filter_inside_the_container_is_found_and_mended(served, command, subject):
    inside(served, command)
    try:
        assert is_cut_off(served, ADDRESS4)
        mend(served, ADDRESS4, subject)
    finally:
        inside(served, "nft delete table ip filter")


@pytest.mark.parametrize("make,subject", [
    ("ip6tables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; "
     "ip6tables -P INPUT DROP", "ip6tables, table filter, chain INPUT$"),
    (nft("input", "filter", "drop", "ct state established,related accept", "tcp dport 22 accept",
         family="ip6"), "nft, table ip6 fw, chain input$"),
])
def test_input_without_neighbor_discovery_is_found_and_mended(served, filters, make, subject):
    """The container does not find its gateway, once it has forgotten where that is."""
    served.host.run("sh", "-ec", make)
    inside(served, "ip -6 neigh flush all")
    assert is_cut_off(served, ADDRESS6)
    mend(served, ADDRESS6, subject)


def test_translation_of_clients_addresses_is_found_and_mended(served, filters):
    served.host.run("iptables", "-t", "nat", "-A", "POSTROUTING", "-j", "MASQUERADE")
    assert topology.CLIENT not in served.fetch(ADDRESS4)
    found = [f for f in look(served)["findings"] if "chain POSTROUTING" in f["subject"]]
    assert found and "hides the client's address" in found[0]["text"], look(served)
    served.host.run("sh", "-ec", found[0]["remedy"])
    waiting.until(lambda: topology.CLIENT in (served.fetch(ADDRESS4) or ""),
                  "the service sees the client's address again")


def reaches_router(lab):
    """What the container opens by itself: its answers come to its gateway address."""
    pid = lab.engine.inspect("web1")["State"]["Pid"]
    return lab.host.run("nsenter", f"--net=/proc/{pid}/ns/net", "timeout", "1", "bash", "-c",
                        f"</dev/tcp/{topology.ROUTER}/179", check=False).returncode == 0


@pytest.mark.engine
@pytest.mark.newest
def test_raw_rule_of_docker_28_for_the_gateway_network_is_found_and_mended(served, filters):
    """As it makes them where the network has no gateway_mode: clients are served all the same."""
    address = served.engine.inspect("web1")["NetworkSettings"]["Networks"][GATEWAY_NETWORK]
    waiting.until(lambda: reaches_router(served), "the container reaches the router")
    served.host.run("iptables", "-t", "raw", "-A", "PREROUTING", "-d", address["IPAddress"],
                    "!", "-i", GATEWAY_BRIDGE, "-j", "DROP")
    assert not reaches_router(served)
    assert serves(served, ADDRESS4)
    found = look(served)["findings"]
    assert [(f["severity"], f["subject"]) for f in found] == [
        ("notice", "iptables, table raw, chain PREROUTING, rule 1")], found
    assert "answers to what containers ask of others" in found[0]["text"]
    served.host.run("sh", "-ec", found[0]["remedy"])
    waiting.until(lambda: reaches_router(served), "the container reaches the router again")
    assert look(served)["findings"] == []


SOUND = {
    "nft of Debian's wiki, with a rule for the bridges": nft(
        "forward", "0", "drop",
        "ct state vmap { established : accept, related : accept, invalid : drop }",
        'oifname "bgplb-*" accept'),
    "open for the service's port alone": (
        f"{CLOSE}; iptables -I DOCKER-USER -o bgplb-+ -p tcp --dport 80 -j ACCEPT"),
    "limits that nobody reaches": nft(
        "forward", "0", "accept", "limit rate over 1000/second drop", "ct count over 500 drop"),
    "a published port": (
        "iptables -t nat -A DOCKER ! -i docker0 -p tcp --dport 80 -j DNAT --to 172.17.0.9:80"),
}


@pytest.mark.parametrize("case", SOUND)
def test_sound_filter_is_no_finding(served, filters, case):
    served.host.run("sh", "-ec", SOUND[case])
    assert_sound(served)


@pytest.mark.essential
def test_match_that_cannot_be_judged_is_named(served, filters):
    served.host.run("iptables", "-I", "DOCKER-USER", "-m", "time", "--timestart", "00:00:00",
                    "--timestop", "23:59:59", "-i", "eth0", "-j", "DROP")
    assert is_cut_off(served, ADDRESS4)
    said = look(served)
    named = [u for u in said["not_looked_at"] if "DOCKER-USER, rule 1" in u["subject"]]
    assert named and "-m time" in named[0]["reason"], said


@pytest.mark.parametrize("make,undo", [
    ("nft add table netdev fw; nft add chain netdev fw in "
     "'{ type filter hook ingress device eth0 priority 0; }'", "true"),
    # As on a host where the program is missing.
    ("mount --bind /dev/null /usr/sbin/nft", "umount /usr/sbin/nft"),
])
def test_what_is_not_looked_at_is_named(served, filters, make, undo):
    served.host.run("sh", "-ec", make)
    try:
        said = look(served)
        text = served.control.run("check").stdout
    finally:
        served.host.run("sh", "-ec", undo)
    assert said["findings"] == []
    assert [u["subject"] for u in said["not_looked_at"]] in (
        ["packets at eth0"], ["rules of nft"]), said
    assert "nothing found that would stop traffic" not in text


@pytest.fixture
def firewalld(served, filters):
    """firewalld as Debian installs it, with a D-Bus of its own."""
    node, settings = served.host, sandbox.directory() / "firewalld"
    shutil.copytree("/etc/firewalld", settings)
    node.run("mkdir", "-p", "/run/dbus")
    bus = processes.Process("dbus-daemon", node.in_node(
        "dbus-daemon", "--system", "--nofork", "--nopidfile"), sandbox.directory() / "dbus.log")
    waiting.until(lambda: node.run("test", "-S", "/run/dbus/system_bus_socket",
                                   check=False).returncode == 0, "D-Bus runs")
    daemon = processes.Process("firewalld", node.in_node("firewalld", "--nofork", "--nopid"),
                               sandbox.directory() / "firewalld.log")
    waiting.until(lambda: "running" in node.run("firewall-cmd", "--state", check=False).stdout,
                  lambda: f"firewalld runs: {daemon.log()}", 30)
    yield daemon
    daemon.stop()
    bus.stop()
    shutil.copytree(settings, "/etc/firewalld", dirs_exist_ok=True)
    for name in ("zones", "policies"):
        shutil.rmtree(f"/etc/firewalld/{name}")
    shutil.copytree(settings, "/etc/firewalld", dirs_exist_ok=True)
    shutil.rmtree(settings)


def test_firewalld_as_installed_is_found_and_mended_and_then_sound(served, firewalld):
    """IPv4 is cut off by the zone, IPv6 by the reverse path filter too."""
    assert is_cut_off(served, ADDRESS4)
    mend(served, ADDRESS4, "nft, table inet firewalld, chain filter_FWD_public, rule")
    mended = served.host.run("firewall-cmd", "--get-active-zones").stdout
    assert "bgplb-+" in mended
    assert_sound(served)


@pytest.fixture
def ufw(served, filters):
    """ufw as Debian installs it, switched on."""
    saved = sandbox.directory() / "ufw"
    shutil.copytree("/etc/ufw", saved)
    served.host.run("ufw", "--force", "enable")
    yield
    served.host.run("ufw", "--force", "disable")
    shutil.copytree(saved, "/etc/ufw", dirs_exist_ok=True)
    shutil.rmtree(saved)


def test_ufw_as_installed_is_found_and_mended_and_then_sound(served, ufw):
    served.host.run(*CLOSE.split())
    served.host.run("ip6tables", "-P", "FORWARD", "DROP")
    assert is_cut_off(served, ADDRESS4)
    mend(served, ADDRESS4, "iptables, table filter, chain FORWARD$")
    assert_sound(served)
