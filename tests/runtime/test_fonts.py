"""The typefaces that pages and packs carry are those of the package, cut down."""

from __future__ import annotations

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from services.runtime.web.fonts import FOLDER, face
from tools.font_cutting import FACES, cut


@pytest.mark.parametrize("name", FACES)
def test_a_face_has_the_signs_and_widths_that_the_package_gives_it_today(name: str) -> None:
    # Not byte for byte: those depend on the libraries that cut and compress, and packs must not.
    kept, cut_today = (TTFont(BytesIO(content)) for content in (face(name), cut(name)))
    assert kept.getBestCmap().keys() == cut_today.getBestCmap().keys()
    assert kept["hmtx"].metrics == cut_today["hmtx"].metrics


def test_the_licence_goes_with_the_faces() -> None:
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "LICENCE.txt").read_text()
