"""The picture of growth that ``make bench`` draws can be read."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from xml.etree import ElementTree as ET

from tests.benchmarks.growth import Size
from tests.benchmarks.picture import growth


def size(times: int, seconds: float) -> Size:
    return Size(times, 2_000 * times, seconds, seconds, seconds, memory=seconds, pack=seconds)


def test_numbers_of_lines_that_end_at_one_point_stand_below_each_other_and_on_the_paper() -> None:
    # given: lines that all lie on each other
    sizes = [size(1, 1.0), size(10, 2.0)]

    # when
    picture = ET.fromstring(growth(sizes, sizes))

    # then
    below: dict[float, list[float]] = defaultdict(list)
    for group in picture.iter():
        for text in group.findall("{*}text"):
            if text.text == "2":
                below[float(text.attrib["x"])].append(float(text.attrib["y"]))
    [heights] = below.values()
    left, right = sorted(heights[:5]), sorted(heights[5:])
    assert left == right
    assert all(lower - upper >= 12 for upper, lower in pairwise(left))
    assert left[-1] < float(picture.attrib["height"])


def test_what_takes_less_than_a_tenth_of_a_second_has_its_own_height() -> None:
    picture = ET.fromstring(growth([size(1, 0.06), size(10, 0.09)], [size(1, 1.0)]))

    shorter, longer = (float(each.attrib["cy"]) for each in picture.findall("{*}circle")[:2])
    assert shorter > longer
