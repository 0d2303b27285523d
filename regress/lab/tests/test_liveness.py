"""A process of bgplbd that hangs, or can no longer be heard, ends the daemon by name."""

import os
import signal
import time

import pytest

from lab import channels, daemon, waiting

PARENT, (SESSION, FRONTEND, RDE) = daemon.PARENT, daemon.CHILDREN


def wait_failed(bgplbd, pids, seconds=15):
    assert bgplbd.wait(seconds) == 1
    waiting.until(lambda: not any(os.path.exists(f"/proc/{p}") for p in pids.values()),
                  "no process is left")
    bgplbd.assert_sane()
    return [line for line in bgplbd.log().splitlines() if line.startswith("error:")]


@pytest.mark.essential
def test_stopped_child_is_named_and_ends_the_daemon(lab, bgplbd):
    """The others by regress/unit/parent/test_parent.c."""
    pids = bgplbd.pids()
    began = time.monotonic()
    os.kill(pids[RDE], signal.SIGSTOP)
    errors = wait_failed(bgplbd, pids, 25)
    assert any(f"the {RDE} hangs" in e and "it is stopped" in e for e in errors), errors
    assert time.monotonic() - began > 5, "one that is stopped for a moment is no failure"


@pytest.mark.parametrize("title", daemon.CHILDREN)
def test_stopped_child_does_not_outlive_the_parent(lab, bgplbd, title):
    os.kill(bgplbd.pids()[title], signal.SIGSTOP)
    bgplbd.kill()


@pytest.mark.parametrize("title, other", [
    (FRONTEND, RDE), (RDE, FRONTEND), (SESSION, RDE),
    (RDE, SESSION), (FRONTEND, SESSION), (SESSION, FRONTEND)])
def test_channel_that_ends_between_siblings_ends_the_daemon(lab, title, other):
    bgplbd = lab.run_bgplbd(established=False)
    pids = bgplbd.pids()
    with channels.end_of(bgplbd, title, other) as end:
        began = time.monotonic()
        end.shutdown(2)
        waiting.until(lambda: "error:" in bgplbd.log(), "the daemon notices", 5)
        took = time.monotonic() - began
    errors = wait_failed(bgplbd, pids)
    assert any("the channel between the " in e and title in e and other in e
               for e in errors), errors
    assert took < (5 if daemon.is_sanitized() else 2), "within a second, and the machine may be busy"


@pytest.mark.parametrize("title, other", [
    (FRONTEND, RDE), (RDE, FRONTEND), (SESSION, RDE),
    (RDE, SESSION), (FRONTEND, SESSION), (SESSION, FRONTEND)])
def test_empty_packet_between_siblings_ends_the_daemon(lab, title, other):
    bgplbd = lab.run_bgplbd(established=False)
    pids = bgplbd.pids()
    with channels.end_of(bgplbd, title, other) as end:
        end.send(b"")
        errors = wait_failed(bgplbd, pids)
    assert any(f"the channel to the {title} broke: empty packet" in e for e in errors), errors
    assert any(f"the {other} ended by itself" in e for e in errors), errors


@pytest.mark.parametrize("title", daemon.CHILDREN)
def test_empty_packet_to_the_parent_ends_the_daemon(lab, title):
    bgplbd = lab.run_bgplbd(established=False)
    pids = bgplbd.pids()
    with channels.end_of(bgplbd, title, PARENT) as end:
        end.send(b"")
        errors = wait_failed(bgplbd, pids)
    assert any(f"channel to the {title}: empty packet" in e for e in errors), errors


def test_end_in_order_says_nothing_of_channels(lab, bgplbd):
    lab.stop_bgplbd()
    assert not [line for line in bgplbd.log().splitlines()
                if line.startswith(("error:", "warning:"))], bgplbd.log()
