"""README's compose file, with the lab's image, run by docker-compose."""

import pathlib
import textwrap

import pytest

from lab import image, topology

pytestmark = [pytest.mark.compose]

README = pathlib.Path(__file__).resolve().parents[3] / "README.md"
V4, V6 = "10.0.0.101/32", "2001:db8:0:1000::101/128"


def readme_file():
    """The file as README shows it, but for the image and its health command."""
    text = README.read_text().split("**Compose**")[1].split("**IPv6 only.**")[0]
    text = textwrap.dedent(text[text.index("    networks:"):])
    for theirs, ours in (("example/web", image.NAME),
                         ("curl -fs http://localhost/ || exit 1", image.HEALTH_COMMAND),
                         ("interval: 2s", "interval: 1s")):
        assert theirs in text
        text = text.replace(theirs, ours)
    return text


@pytest.fixture
def compose_file(lab):
    lab.engine.create_gateway("bgplb_gwbridge", topology.GATEWAY_SUBNET, topology.GATEWAY_SUBNET6,
                              [topology.LABEL], topology.GATEWAY_BRIDGE)
    file = lab.engine.files / "compose.yaml"
    file.write_text(readme_file())
    yield file
    lab.engine.compose(file, "down", "--timeout", "1")


def test_compose_file_of_readme_is_served(lab, bgplbd, compose_file):
    done = lab.engine.compose(compose_file, "up", "--detach")
    assert done.returncode == 0, done.stderr
    lab.wait_served(V4, V6)
    done = lab.engine.compose(compose_file, "down", "--timeout", "1")
    assert done.returncode == 0, done.stderr
    lab.wait_not_served(V4, V6)


def test_compose_file_without_the_second_subnet_is_told_what_to_write(lab, bgplbd, compose_file):
    compose_file.write_text(readme_file().replace(f"        - subnet: {V6}\n", ""))
    done = lab.engine.compose(compose_file, "up", "--detach")
    assert done.returncode != 0
    assert 'in a compose file a second "- subnet:" in ipam.config' in done.stderr.replace(
        "\\", ""), done.stderr
