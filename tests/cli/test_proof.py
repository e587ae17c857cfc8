"""A pack is proved from its files and a public key alone, and nothing else passes for one."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.cli import main
from services.reporting.signing import NotAKey, PublicKey, SigningKey, read_signature

FILES = {"pack.html": b"<html>", "pack.pdf": b"%PDF", "pack.json": b"{}", "pack.xlsx": b"PK"}


@pytest.fixture
def signing() -> SigningKey:
    return SigningKey.new()


@pytest.fixture
def pack(tmp_path: Path, signing: SigningKey) -> Path:
    """The folder of a pack as it was issued."""
    folder = tmp_path / "LAP-B02-PACK"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    files = [{"name": name, "sha256": sha256(content).hexdigest()} for name, content in FILES.items()]
    manifest = json.dumps({"pack": "LAP-B02-PACK", "title": "London", "files": files}).encode()
    (folder / "manifest.json").write_bytes(manifest)
    (folder / "manifest.sig").write_bytes(signing.sign(manifest))
    return folder


@pytest.fixture
def key(tmp_path: Path, signing: SigningKey) -> Path:
    """The public key, as its page gives it to people."""
    path = tmp_path / "concordat.pem"
    path.write_bytes(signing.public.pem)
    return path


@pytest.fixture
def proved(pack: Path, key: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Prove the pack, and return the exit code and what was said."""

    def prove(by: Path = key) -> tuple[int, str]:
        code = main(["verify", str(pack), "--key", str(by)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return prove


Proved = Callable[..., tuple[int, str]]


def test_a_pack_as_it_was_issued_is_proved(proved: Proved) -> None:
    code, said = proved()

    assert code == 0
    assert "was signed with this key" in said
    assert said.count("is as it was issued") == len(FILES)


def test_what_lies_beside_a_pack_is_not_called_proved(pack: Path, proved: Proved) -> None:
    (pack / "pack-corrected.pdf").write_bytes(b"%PDF")

    code, said = proved()

    assert code == 0
    assert f"{pack / 'pack-corrected.pdf'} is not part of the pack" in said


@pytest.mark.parametrize(
    ("name", "spoil", "words"),
    [
        pytest.param("pack.pdf", lambda content: content + b" ", "pack.pdf is not as it was issued", id="a byte more"),
        pytest.param(
            "manifest.json",
            lambda content: content + b" ",
            "it does not belong to this manifest",
            id="another manifest",
        ),
        pytest.param(
            "manifest.sig", lambda _: SigningKey.new().sign(b"{}"), "it was made with another key", id="another key"
        ),
        pytest.param("manifest.sig", lambda _: b"", "manifest.sig cannot be read", id="nothing"),
        pytest.param("manifest.sig", lambda _: b"\xff\xfe", "manifest.sig cannot be read", id="no text"),
        pytest.param("manifest.sig", lambda _: b"[" * 100_000, "manifest.sig cannot be read", id="a deep nest"),
        pytest.param(
            "manifest.sig",
            lambda content: content.replace(b'"signature"', b'"other"'),
            "manifest.sig cannot be read",
            id="no value",
        ),
        pytest.param(
            "manifest.sig",
            lambda content: content.replace(b'"Ed25519"', b'"none"'),
            "in a format that this version",
            id="no algorithm",
        ),
    ],
)
def test_a_pack_that_somebody_altered_is_not_proved(
    pack: Path, proved: Proved, name: str, spoil: Callable[[bytes], bytes], words: str
) -> None:
    (pack / name).write_bytes(spoil((pack / name).read_bytes()))

    code, said = proved()

    assert code == 1
    assert words in said


def test_a_pack_whose_forger_signs_it_himself_is_not_proved(pack: Path, proved: Proved) -> None:
    forged = (pack / "manifest.json").read_bytes().replace(b"London", b"Paris")
    (pack / "manifest.json").write_bytes(forged)
    (pack / "manifest.sig").write_bytes(SigningKey.new().sign(forged))

    code, said = proved()

    assert code == 1
    assert "it was made with another key" in said


@pytest.mark.parametrize("missing", ["manifest.sig", "manifest.json", "pack.pdf"])
def test_a_pack_that_lacks_a_file_is_not_proved(pack: Path, proved: Proved, missing: str) -> None:
    (pack / missing).unlink()

    code, said = proved()

    assert code == 1
    assert missing in said


@pytest.mark.parametrize("content", ["nothing", "empty", "half a key", "a private key", "a key of another kind"])
def test_a_file_that_holds_no_public_key_is_said_to_hold_none(proved: Proved, tmp_path: Path, content: str) -> None:
    wrong = tmp_path / "wrong.pem"
    match content:
        case "empty":
            wrong.write_bytes(b"")
        case "half a key":
            wrong.write_bytes(b"-----BEGIN PUBLIC KEY-----\nMCow")
        case "a private key":
            SigningKey.kept_in(wrong)
        case "a key of another kind":
            other = generate_private_key(65537, 2048).public_key()
            wrong.write_bytes(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    code, said = proved(by=wrong)

    assert code == 1
    assert str(wrong) in said


def test_a_key_without_a_pack_is_asked_for_one(key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--key", str(key)]) == 1
    assert "name the pack's folder" in capsys.readouterr().err


def test_a_signing_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = SigningKey.kept_in(tmp_path / "keys" / "key.pem")

    assert SigningKey.kept_in(tmp_path / "keys" / "key.pem").public == first.public
    assert stat.S_IMODE((tmp_path / "keys" / "key.pem").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["key.pem"]


def test_a_file_that_holds_no_signing_key_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("not a key")
    with pytest.raises(NotAKey, match="does not hold a private key as PEM"):
        SigningKey.kept_in(tmp_path / "key.pem")


def test_a_signature_is_that_of_any_other_tool() -> None:
    """Source: RFC 8032, section 7.1, test 2."""
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    signing = SigningKey(Ed25519PrivateKey.from_private_bytes(seed))

    key, value = read_signature(signing.sign(b"\x72"))

    assert key == PublicKey(bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
    assert value.hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
