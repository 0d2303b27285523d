"""Waiting for something to become so, with a limit and a reason to show."""

import time

STEP = 0.02


def until(check, what, seconds=10.0, step=STEP):
    """Calls check until it returns something true, and returns that.

    what names the awaited state in the AssertionError that follows otherwise; it
    may be a function, called then, to show what was there instead.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(step)


def stays(check, what, seconds, step=STEP):
    """Asserts that check returns something true during all of seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert check(), f"did not stay so for {seconds} s: {what}"
        time.sleep(step)
