"""``docs/configuration.md``, written from the settings themselves so that it cannot say anything else.

``python -m tools.settings_page`` writes it anew.
"""

from __future__ import annotations

import types
from pathlib import Path
from typing import Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from services.runtime.base.settings import SECRETS_DIR, Settings, variable

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"
_KINDS = {
    bool: "`true` or `false`",
    int: "whole number",
    float: "number",
    Path: "path",
    SecretStr: "secret",
    str: "text",
}


def page() -> str:
    """Return the page as Markdown."""
    rows = [
        f"| `{variable(name)}` | {_kind(field)} | {_default(name, field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        (
            "# Configuration",
            "",
            "<!-- Written by `python -m tools.settings_page`; a test compares. -->",
            "",
            "Every setting is an environment variable, the same for all services. A wrong value stops the start with a",
            "sentence that names the variable; one that starts with `CONCORDAT_` and sets nothing is named in the log.",
            "",
            f"`{SECRETS_DIR}` names a folder in which a file called like a variable in lower case, such as",
            "`concordat_api_token`, holds that variable's value: mount secrets there rather than set them openly.",
            "So can every variable be set, an address with a password too. A file there that cannot be read stops",
            "the start; one that begins with `concordat_` and sets nothing is named in the log.",
            "",
            "| Variable | Value | Default | What it does |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        )
    )


def _kind(field: FieldInfo) -> str:
    annotation = field.annotation
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(each for each in get_args(annotation) if each is not type(None))
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(annotation))
    plain = annotation if isinstance(annotation, type) else get_args(annotation)[0]
    return _KINDS[plain]


def _default(name: str, field: FieldInfo) -> str:
    if field.default_factory is not None:
        return f"`{name.removesuffix('_database_url')}.db` in `{variable('data_dir')}` (SQLite)"
    if field.default is None:
        return "–"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())
