"""Templates are compiled once in a process, however many environments read them."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from services.runtime.web.compiled_templates import CompiledTemplates
from services.runtime.web.pages import Pages


def test_the_frame_is_compiled_once_for_the_pages_of_all_rooms() -> None:
    one, other = (Pages().environment.get_template("layout.html") for _ in range(2))
    assert one is not other
    assert one.root_render_func.__code__ is other.root_render_func.__code__


def test_a_template_of_the_same_name_in_another_folder_stays_another_and_each_has_its_own_globals(
    tmp_path: Path,
) -> None:
    # given
    kept = CompiledTemplates()
    environments = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "page.html").write_text("{{ words }}" if name == "first" else "Here {{ words }}")
    for name, words in (("first", "one"), ("second", "two"), ("first", "three")):
        environment = Environment(loader=FileSystemLoader(tmp_path / name), autoescape=True, bytecode_cache=kept)
        environment.globals["words"] = words
        environments.append(environment)
    # when
    said = [each.get_template("page.html").render() for each in environments]
    # then
    assert said == ["one", "Here two", "three"]


def test_a_template_that_changed_is_compiled_anew(tmp_path: Path) -> None:
    # given
    kept = CompiledTemplates()
    said = []
    for words in ("before", "after"):
        # when
        (tmp_path / "page.html").write_text(words)
        environment = Environment(loader=FileSystemLoader(tmp_path), autoescape=True, bytecode_cache=kept)
        said.append(environment.get_template("page.html").render())
    # then
    assert said == ["before", "after"]
