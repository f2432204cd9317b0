"""The plots of an evaluation."""

import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from fyke.cli.report import curves
from fyke.cli.report.plots import HALF
from fyke.learn.measure import Scored, measure, reliability

SCORED = st.lists(
    st.builds(Scored, st.floats(-40, 60).map(lambda bits: round(bits, 1)), st.booleans(), st.floats(0, 1)), min_size=1
)


def places(svg):
    """Every coordinate of the curve."""
    path = re.search(r'class="s-curve" d="([^"]*)"', svg)[1]
    return [float(number) for number in re.findall(r"-?[\d.]+", path)]


@given(SCORED)
def test_every_plot_is_whole_and_inside_its_frame(scored):
    """Well-formed, no number that is none, and nothing drawn outside."""
    found = measure(scored, 4.0)
    drawn = [curves.bits(found.histogram, {"unwanted": 4.0}), curves.reliability(found.reliability.bins)]
    if found.quality.ham and found.quality.spam:
        drawn.append(curves.roc(found.roc, found.quality))
        assert all(-1 <= place <= HALF for place in places(drawn[-1]))
    for svg in drawn:
        ET.fromstring(svg)
        assert "nan" not in svg
        assert "inf" not in svg


def test_the_curve_never_falls():
    """Steps to the right and up: what more flagging finds."""
    scored = [Scored(float(at % 17), at % 3 == 0, 0.5) for at in range(300)]
    found = measure(scored, 4.0)
    path = re.search(r'class="s-curve" d="M[^HV]*([^"]*)"', curves.roc(found.roc, found.quality))[1]
    across = [float(number) for number in re.findall(r"H([\d.]+)", path)]
    up = [float(number) for number in re.findall(r"V([\d.]+)", path)]
    assert across == sorted(across)
    assert up == sorted(up, reverse=True)


def test_points_tell_their_messages():
    """A point of few messages must not look like one of many."""
    svg = curves.reliability(reliability([(0.1, False), (0.1, True)]).bins)
    assert "2 messages: 10.0 % was told, 50.0 % is unwanted (95 %: 9.5 % to 90.5 %)" in svg
