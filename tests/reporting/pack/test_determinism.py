"""The same inputs give the same bytes, on any machine, at any later time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256

import pytest

from services.reporting.pack import ISSUED, PREVIEW, TEMPLATE_VERSION, Edition, make_content, manifest, render
from tests.reporting.pack.story import SECOND, content, notice, story

PRINT_FINGERPRINTS = """
import json
from hashlib import sha256
from services.reporting.pack import render
from tests.reporting.pack.story import content, story
print(json.dumps({name: sha256(file).hexdigest() for name, file in render(content(story())).items()}))
"""


def fingerprints(files: dict[str, bytes]) -> dict[str, str]:
    return {name: sha256(file).hexdigest() for name, file in files.items()}


def test_the_same_events_give_the_same_bytes() -> None:
    assert fingerprints(render(content(story()))) == fingerprints(render(content(story())))


@pytest.mark.parametrize(("zone", "seed"), [("Pacific/Kiritimati", "1"), ("America/Los_Angeles", "4711")])
def test_clock_zone_locale_and_hash_order_of_the_machine_change_nothing(zone: str, seed: str) -> None:
    surroundings = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C", "LANG": "de_DE.UTF-8", "HOME": "/"}
    told = subprocess.run(
        [sys.executable, "-c", PRINT_FINGERPRINTS], env=surroundings, capture_output=True, text=True, check=True
    )
    assert json.loads(told.stdout) == fingerprints(render(content(story())))


def test_the_manifest_names_what_the_edition_was_made_from_and_every_file() -> None:
    made = content(story())
    files = render(made)

    seal = json.loads(manifest(made, files))

    assert seal["format"] == {"name": "concordat-pack-manifest", "version": 1}
    assert seal["pack"] == f"{SECOND}-PACK"
    assert seal["cut_off"] == "2014-10-03T17:00:00+01:00"
    assert seal["last_event"] == {"version": made.position.version, "chain": made.position.chain}
    assert seal["template_version"] == TEMPLATE_VERSION
    assert [file["name"] for file in seal["files"]] == ["pack.html", "pack.json", "pack.pdf", "pack.xlsx"]
    for file in seal["files"]:
        assert file["sha256"] == sha256(files[file["name"]]).hexdigest()
        assert file["size"] == len(files[file["name"]])


def test_a_pack_refuses_a_register_that_holds_a_fact_recorded_after_its_cut_off() -> None:
    history = story().meeting("2014-10-04", "B03", "2015-01-15")

    with pytest.raises(ValueError, match="never takes in a fact recorded after its cut-off"):
        make_content(history.register(), notice(SECOND))


def test_editions_of_one_meeting_differ_in_reference_and_mark() -> None:
    marks = {
        (made.pack, made.furniture.mark)
        for made in (content(story(), each) for each in (PREVIEW, ISSUED, Edition.supplement(2)))
    }
    assert marks == {
        (f"{SECOND}-PACK", "Preview"),
        (f"{SECOND}-PACK", ""),
        (f"{SECOND}-PACK-S2", "Supplement 2"),
    }


def test_only_a_supplement_has_a_number() -> None:
    with pytest.raises(ValueError, match="a supplement, and nothing else, has a number"):
        Edition(ISSUED.state, 1)


FINGERPRINTS = {
    "5": {
        "pack.html": "81441aca14005fa765cdba7fea181d5dd00475a132ffbd237076fb726eadc6a9",
        "pack.json": "6c88106ba4b82b4f87a6a5e8fcccac6300802f3b0d8adc895198a2d261e6aeee",
        "pack.pdf": "65095a514cfe9586121d4e2ed4c44b9907911973a34af00382719e6498113dcc",
        "pack.xlsx": "a11b57abb21a9240930b5fe7a56d6c5e83b5f840c597599f52c8dfcd3d3cc72b",
    },
    "4": {
        "pack.html": "bd781e04faa41c72a1b9540e6a0fd9a23b1d8b392cbbdb2e89fa74a40a03e486",
        "pack.json": "6c88106ba4b82b4f87a6a5e8fcccac6300802f3b0d8adc895198a2d261e6aeee",
        "pack.pdf": "50253fa08f9280973d417c80774d7544e39cdef6fe78f2e47f2b144ade39f265",
        "pack.xlsx": "ebefd6a6f539a9fb882209993b3f7816a62abe9c38c44eae30ae8ee83354bec5",
    },
    "3": {
        "pack.html": "43a4bf4443be79e3a77788eafe62733347e3074cf3b7c223c1736e38737737ca",
        "pack.json": "6c88106ba4b82b4f87a6a5e8fcccac6300802f3b0d8adc895198a2d261e6aeee",
        "pack.pdf": "7480edd23e087fc134c61c24f2e1250d5d19248ed0390f923a23982b48e2e282",
        "pack.xlsx": "a950417e848c767cb00ae3e2a0c99c9d728ecf431a1c27e636fa68ee22f9bb15",
    },
    "2": {
        "pack.html": "6473cd6a4db8ff2703e797ae7c35bf6b3a3623d3d7c9e5de59710df64ee85716",
        "pack.json": "c187524e702c72aefa002accea07c3e0368a20cc837d2c7e91cb7940a3254ecd",
        "pack.pdf": "b0fea560323ee034d150a28450c3b206d654f9d05d09688f58c296e48a120742",
        "pack.xlsx": "0e4c22c48ced11200567b1b7950d87d0f9749a91ffb0dc3ba475b0e2e1da605b",
    },
    "1": {
        "pack.html": "6b2d7da19b80e62b9bb74e5a700bc1cde7c0a2cc3c76f79475ed182e6b8e6842",
        "pack.json": "616a7d54105582f697aba8b32b3998d9ab3b684ed8c241c3cab151fd86a5ee67",
        "pack.pdf": "4ebfc62110830cec4dad2c3bfc49f060ec8923e27c69893132e61cdb3e8e0e8f",
        "pack.xlsx": "955cf7a8e5072eb375da574f384b21f35c1465fd23fbad7633d6c93aad59e943",
    },
}


def test_other_bytes_from_the_same_events_come_with_another_template_version() -> None:
    """Where this fails, raise TEMPLATE_VERSION once packs have been issued with it, and enter the new fingerprints."""
    assert fingerprints(render(content(story()))) == FINGERPRINTS[TEMPLATE_VERSION]
