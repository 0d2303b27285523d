"""Wrong input from each side: a clear error, the rest goes on, and nothing leaks."""

import json
import socket
import struct
import subprocess
import sys

import pytest

from lab import daemon, speaker, topology, waiting
from lab.speaker import KEEPALIVE, OPEN, UPDATE, message, open_body

pytestmark = pytest.mark.essential

V4, V6 = topology.address_of(1)
UNKNOWN_ID = "f" * 64
HEADER_ERROR, OPEN_ERROR, UPDATE_ERROR, FSM_ERROR = 1, 2, 3, 5


@pytest.fixture
def unharmed(lab, bgplbd):
    """After the test the service is served as before and no descriptor was leaked."""
    lab.serve("web1")
    lab.wait_served(V4, V6)
    before = lab.steady_descriptors()
    yield
    assert bgplbd.status() is None
    assert lab.router.has(V4, V6) and set(lab.routes()) == {V4, V6}
    waiting.until(lambda: bgplbd.descriptors() == before,
                  lambda: f"descriptors as before, {before}: {bgplbd.descriptors()}")
    bgplbd.assert_sane()


# Docker's side.

@pytest.mark.parametrize("path,body", [
    ("/NetworkDriver.CreateNetwork", b""),
    ("/NetworkDriver.CreateNetwork", b"{"),
    ("/NetworkDriver.CreateNetwork", b"[]"),
    ("/NetworkDriver.CreateNetwork", b'{"NetworkID":"short"}'),
    ("/NetworkDriver.CreateNetwork", b'{"NetworkID":12}'),
    ("/NetworkDriver.CreateNetwork", b'{"NetworkID":"' + b"g" * 64 + b'"}'),
    ("/NetworkDriver.CreateNetwork", b"{" + b'"a":{' * 5000),
    ("/NetworkDriver.CreateEndpoint", b'{"NetworkID":null,"EndpointID":null}'),
    ("/NetworkDriver.Join", b'{"NetworkID":"../../etc"}'),
    ("/IpamDriver.RequestPool", b'{"Pool":"10.0.0.0/33"}'),
    ("/IpamDriver.RequestPool", b'{"Pool":"ten"}'),
    ("/IpamDriver.RequestPool", b"\xff\xfe\x00"),
    ("/IpamDriver.RequestAddress", b'{"PoolID":"nonsense"}'),
], ids=["empty", "cut off", "array", "short id", "number as id", "id with g", "deeply nested",
        "null ids", "path as id", "mask of 33", "word as pool", "not UTF-8", "unknown pool"])
def test_malformed_plugin_request_is_refused_with_a_sentence(lab, unharmed, path, body):
    status, answer = lab.plugin_post(path, body)
    assert status >= 400
    assert json.loads(answer)["Err"], answer


def test_unknown_plugin_call_is_refused(lab, unharmed):
    status, answer = lab.plugin_post("/NetworkDriver.Nonsense", b"{}")
    assert status >= 400, answer


def test_body_that_is_too_long_is_refused(lab, unharmed):
    status, _ = lab.plugin_post("/NetworkDriver.CreateNetwork", b" " * (4 << 20))
    assert status is None or status >= 400


@pytest.mark.parametrize("call,body", [
    ("Join", {"EndpointID": UNKNOWN_ID, "SandboxKey": "/x"}),
    ("Leave", {"EndpointID": UNKNOWN_ID}),
    ("DeleteEndpoint", {"EndpointID": UNKNOWN_ID}),
    ("DeleteNetwork", {})])
def test_unknown_network_and_endpoint_leave_nothing(lab, unharmed, call, body):
    before = set(lab.bridges()), set(lab.veths())
    status, answer = lab.plugin_post(
        f"/NetworkDriver.{call}", json.dumps({"NetworkID": UNKNOWN_ID, **body}).encode())
    assert status == 200 or json.loads(answer)["Err"]
    assert (set(lab.bridges()), set(lab.veths())) == before


def test_network_made_twice_by_docker_is_one_network(lab, unharmed):
    body = json.dumps({
        "NetworkID": UNKNOWN_ID, "Options": {},
        "IPv4Data": [{"AddressSpace": "bgplb-local", "Pool": "10.0.0.9/32", "Gateway": "10.0.0.9/32"}],
        "IPv6Data": []}).encode()
    for _ in range(2):
        assert lab.plugin_post("/NetworkDriver.CreateNetwork", body)[0] == 200
    assert len(lab.bridges()) == 2
    for _ in range(2):
        lab.plugin_post("/NetworkDriver.DeleteNetwork",
                        json.dumps({"NetworkID": UNKNOWN_ID}).encode())
    assert len(lab.bridges()) == 1


def test_half_a_request_and_a_hung_up_caller_leave_no_descriptor(lab, unharmed):
    for _ in range(50):
        with lab.plugin_socket() as caller:
            caller.sendall(b"POST /NetworkDriver.CreateNetwork HTTP/1.1\r\nContent-Length: 99\r\n")


def test_garbage_on_the_plugin_socket_is_survived(lab, unharmed):
    for garbage in (b"\x00" * 4096, b"\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"x" * (1 << 17)):
        with lab.plugin_socket() as caller:
            try:
                caller.sendall(garbage)
                caller.settimeout(1)
                caller.recv(4096)
            except OSError:
                pass


# The control socket's side.

def packet_header(kind, length):
    return struct.pack("=IIII", kind, length, 0, 0)


@pytest.mark.parametrize("packet", [
    b"x", b"\x00" * 16, packet_header(1, 99), packet_header(77, 16), packet_header(3, 16),
    packet_header(3, 20) + b"\x00" * 4, packet_header(3, 34) + b"\xff" * 18, b"\xff" * 16384,
    packet_header(51, 16), packet_header(105, 16)],
    ids=["one byte", "zeros", "wrong length", "unknown type", "withdraw without a prefix",
         "withdraw with half a prefix", "withdraw with nonsense", "16 kB", "reply", "internal"])
def test_malformed_control_request_is_answered_or_closed(lab, unharmed, packet):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
        client.settimeout(5)
        client.connect(lab.host.path(daemon.CONTROL_SOCKET))
        client.sendall(packet)
        try:
            while client.recv(65536):
                pass
        except ConnectionResetError:
            pass


def test_clients_that_only_connect_do_not_keep_others_out_for_good(lab, unharmed):
    held = []
    for _ in range(64):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        client.settimeout(1)
        client.connect(lab.host.path(daemon.CONTROL_SOCKET))
        held.append(client)
    for client in held:
        client.close()
    waiting.until(lambda: lab.control.run("show", "neighbors").returncode == 0,
                  "bgplbctl is answered")


# A second daemon.

def test_second_daemon_does_not_start_and_does_no_harm(lab, unharmed):
    second = daemon.Bgplbd(lab.host, topology.configuration()).start(wait=False)
    assert second.wait() == 1
    assert "another bgplbd runs in this network namespace" in second.log()
    assert lab.control.run("show", "neighbors").returncode == 0
    assert lab.plugin_call("/Plugin.Activate")["Implements"]


def test_second_daemon_with_other_paths_does_not_start_either(lab, unharmed):
    """Both would manage the links and routes of the host."""
    second = daemon.Bgplbd(lab.host, topology.configuration(
        'plugin socket "/run/docker/plugins/other.sock"\n',
        'control socket "/run/other-control.sock"\n', 'state file "/var/lib/bgplbd/other"\n',
        topology.neighbor())).start(wait=False)
    assert second.wait() == 1
    assert f"another bgplbd runs in this network namespace, process {lab.bgplbd.pid}:" \
        in second.log(), second.log()
    lab.host.run("test", "!", "-e", "/run/docker/plugins/other.sock")


def test_bgp_port_that_another_program_has_is_named(lab):
    lab.stop_bgplbd()
    listener = subprocess.Popen(lab.host.in_node(
        sys.executable, "-c", "import socket, time; s = socket.create_server(('', 179));"
        "print('ready', flush=True); time.sleep(60)"), stdout=subprocess.PIPE, text=True)
    try:
        assert listener.stdout.readline() == "ready\n"
        refused = daemon.Bgplbd(lab.host, topology.configuration(
            "listen port 179\n", topology.neighbor())).start(wait=False)
        assert refused.wait() == 1
        assert "port 179" in refused.log()
        lab.host.run("test", "!", "-e", daemon.PLUGIN_SOCKET)
    finally:
        listener.kill()
        listener.wait()
        listener.stdout.close()


# A neighbor's side.

@pytest.fixture
def stranger(lab):
    """A scripted neighbor beside the real one, which must not notice."""
    running = lab.run_bgplbd(topology.configuration(
        topology.neighbor(), topology.neighbor(topology.ROUTER2, 65002, "connect-retry 1")))
    lab.serve("web1")
    lab.wait_served(V4, V6)
    # The tests before have ended session after session, for which it would have to wait.
    lab.control.text("neighbor", topology.ROUTER2, "clear")
    times = lab.control.neighbors()[topology.ROUTER]["times_established"]
    with speaker.Speaker(lab.router2_node, topology.ROUTER2) as made:
        yield made
    assert running.status() is None
    running.assert_sane()
    assert lab.control.neighbors()[topology.ROUTER]["times_established"] == times
    assert lab.router.has(V4, V6)


@pytest.mark.parametrize("sent,expected", [
    (b"\x00" * 19, (HEADER_ERROR, 1)),
    (speaker.MARKER + struct.pack("!HB", 18, OPEN), (HEADER_ERROR, 2)),
    (speaker.MARKER + struct.pack("!HB", 4097, OPEN), (HEADER_ERROR, 2)),
    (speaker.MARKER + struct.pack("!HB", 28, OPEN) + b"\x04" * 9, (HEADER_ERROR, 2)),
    (message(9), (HEADER_ERROR, 3)),
    (b"GET / HTTP/1.0\r\n\r\n\r\n\r\n", (HEADER_ERROR, 1)),
    (message(OPEN, open_body(65002, topology.ROUTER2, version=3)), (OPEN_ERROR, 1)),
    (message(OPEN, open_body(65003, topology.ROUTER2)), (OPEN_ERROR, 2)),
    (message(OPEN, open_body(65002, "0.0.0.0")), (OPEN_ERROR, 3)),
    (message(OPEN, open_body(65002, topology.ROUTER2, hold_time=1)), (OPEN_ERROR, 6)),
    (message(KEEPALIVE), (FSM_ERROR, None)),
    (message(UPDATE, b"\x00" * 4), (FSM_ERROR, None)),
], ids=["marker", "length 18", "length 4097", "OPEN of 28", "type 9", "HTTP", "version 3",
        "wrong AS", "router id 0", "hold time 1", "KEEPALIVE first", "UPDATE first"])
def test_garbage_before_the_session_gets_a_notification(lab, stranger, sent, expected):
    with stranger.accept() as conversation:
        conversation.receive_until(OPEN)
        conversation.send(sent)
        code, subcode = conversation.notification()
    assert code == expected[0]
    assert expected[1] is None or subcode == expected[1]
    told = waiting.until(lambda: lab.control.neighbors()[topology.ROUTER2]["last_error"],
                         "the error is shown")
    assert f"neighbor {topology.ROUTER2}" in lab.bgplbd.log() and told


ORIGIN_IGP = b"\x40\x01\x01\x00"
AS_PATH = b"\x40\x02\x06\x02\x01" + struct.pack("!I", 65002)
NEXT_HOP = b"\x40\x03\x04" + socket.inet_aton(topology.ROUTER2)


def update(attributes=ORIGIN_IGP + AS_PATH + NEXT_HOP, nlri=b"\x18\xc6\x12\x00", withdrawn=b""):
    return message(UPDATE, struct.pack("!H", len(withdrawn)) + withdrawn
                   + struct.pack("!H", len(attributes)) + attributes + nlri)


@pytest.mark.parametrize("sent", [
    update(), update(nlri=b"\x00"), update(ORIGIN_IGP + AS_PATH + NEXT_HOP + b"\xc0\xfe\x01\x00"),
    update(attributes=b"", nlri=b"", withdrawn=b"\x18\xc6\x12\x00")],
    ids=["route", "default route", "unknown optional attribute", "withdrawal"])
def test_proper_update_is_taken(lab, stranger, sent):
    with stranger.accept() as conversation:
        conversation.establish(65002, topology.ROUTER2)
        before = lab.control.neighbors()[topology.ROUTER2]["updates_received"]
        conversation.send(sent, message(KEEPALIVE))
        waiting.until(
            lambda: lab.control.neighbors()[topology.ROUTER2]["updates_received"] == before + 1,
            "the UPDATE is counted")
        assert lab.control.neighbors()[topology.ROUTER2]["state"] == "Established"


@pytest.mark.parametrize("sent,code", [
    (message(UPDATE, b"\x00"), HEADER_ERROR),
    (message(UPDATE, b"\xff\xff\x00\x00"), UPDATE_ERROR),
    (message(UPDATE, b"\x00\x00\xff\xff"), UPDATE_ERROR),
    (update(nlri=b"\x21\x01\x02\x03\x04\x05"), UPDATE_ERROR),
    (update(nlri=b"\x20\x01"), UPDATE_ERROR)],
    ids=["one byte", "withdrawn too long", "attributes too long", "mask of 33", "prefix cut off"])
def test_update_that_cannot_be_split_ends_the_session(lab, stranger, sent, code):
    with stranger.accept() as conversation:
        conversation.establish(65002, topology.ROUTER2)
        conversation.send(sent)
        assert conversation.notification()[0] == code


def test_neighbor_that_hangs_up_again_and_again_leaks_nothing(lab, stranger):
    with stranger.accept() as first:
        first.establish(65002, topology.ROUTER2)
        before = lab.steady_descriptors()
    for _ in range(3):
        with stranger.accept() as conversation:
            conversation.establish(65002, topology.ROUTER2)
    with stranger.accept() as last:
        last.establish(65002, topology.ROUTER2)
        waiting.until(lambda: lab.bgplbd.descriptors() == before,
                      lambda: f"descriptors as before, {before}: {lab.bgplbd.descriptors()}")


def test_neighbor_that_does_not_read_does_not_hold_up_the_other(lab, stranger):
    with stranger.accept() as conversation:
        conversation.establish(65002, topology.ROUTER2)
        container = lab.engine.container("web1")
        for _ in range(3):
            container.be_unhealthy()
            lab.wait_not_served(V4, V6)
            container.be_healthy()
            lab.wait_served(V4, V6)
