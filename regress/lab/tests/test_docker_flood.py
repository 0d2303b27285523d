"""What others have in Docker, and how much of it, does not matter here."""

import json

import pytest

from lab import daemon, image, topology, waiting

V4, V6 = topology.address_of(1)
STRANGERS = ("stranger1", "stranger2", "stranger3")
LABELS, LABEL_BYTES = 11, 1 << 20
PORTS = 3000
PEAK_MB = 64


@pytest.fixture
def strangers(lab):
    """Containers of somebody else, which run; their labels have megabytes."""
    labels = {f"com.example.label{n}": "x" * LABEL_BYTES for n in range(LABELS)}
    for name in STRANGERS:
        lab.engine.ask("POST", f"/containers/create?name={name}", {
            "Image": image.NAME, "Labels": labels, "HostConfig": {"NetworkMode": "none"}})
        lab.engine.ask("POST", f"/containers/{name}/start")


def test_megabytes_of_labels_of_strangers_hide_no_container_of_ours(lab, bgplbd, strangers):
    container, _ = lab.serve("web1")
    lab.wait_served(V4, V6)
    bgplbd = lab.restart_bgplbd()
    lab.wait_served(V4, V6)
    waiting.until(lambda: "1 containers in them" in bgplbd.log(), "Docker's lists are read")
    # Events go on, those of the strangers' ends among them.
    lab.engine.docker("kill", *STRANGERS)
    container.be_unhealthy()
    lab.wait_not_served(V4, V6)
    assert "not understood" not in bgplbd.log()
    if not daemon.is_sanitized():
        assert bgplbd.peaks()["docker frontend"] < PEAK_MB << 20


@pytest.mark.engine
def test_container_with_thousands_of_exposed_ports_is_served(lab, bgplbd):
    lab.engine.create_network("web1", V4, V6)
    lab.engine.ask("POST", "/containers/create?name=web1", {
        "Image": image.NAME, "ExposedPorts": {f"{n + 1}/tcp": {} for n in range(PORTS)},
        "HostConfig": {"NetworkMode": "web1"}})
    lab.engine.docker("start", "web1")
    lab.wait_served(V4, V6)


def test_plugin_call_beyond_a_limit_is_refused_with_a_sentence(lab, bgplbd):
    status, answer = lab.plugin_post("/NetworkDriver.Join", b" " * ((16 << 20) + 1))
    assert status == 500
    assert "longer than 16 MiB" in json.loads(answer)["Err"]
    assert "longer than 16 MiB" in bgplbd.log()
