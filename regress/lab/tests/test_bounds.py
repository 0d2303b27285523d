"""How fast and how small: the bounds that bgplbd promises."""

import statistics

import pytest

from bench import measurements, scaling
from lab import daemon

pytestmark = pytest.mark.alone


@pytest.mark.timeout(180)
def test_health_reaches_the_wire_within_10_ms_and_idle_pss_is_below_8_mb(lab, capsys):
    if daemon.is_sanitized():
        pytest.skip("a build with sanitizers is neither fast nor small")
    lab.run_bgplbd(arguments=())
    measured = measurements.measure(lab)
    pss = measurements.idle_pss(lab)
    with capsys.disabled():
        print()
        measurements.report(measured, pss)
    assert len(measured.healthy) >= 20 and len(measured.unhealthy) >= 20
    assert statistics.median(measured.healthy) <= measurements.MEDIAN_BOUND_MS
    assert statistics.median(measured.unhealthy) <= measurements.MEDIAN_BOUND_MS
    assert pss <= measurements.PSS_BOUND


@pytest.mark.timeout(180)
def test_100_networks_keep_what_is_promised_of_1000(lab, capsys):
    if daemon.is_sanitized():
        pytest.skip("a build with sanitizers is neither fast nor small")
    lab.stop_bgplbd()       # its memory is that of what it did before
    with capsys.disabled():
        print()
        assert scaling.report(lab, networks=100, containers=20, rounds=100, looks=False)
