"""What is in an image, as a bill of materials (CycloneDX JSON) that scanners and auditors read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_OID, uuid5

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL


@dataclass(frozen=True)
class Contents:
    """What an image says of itself: ``packages`` with name, version and licence (an SPDX expression or empty),
    ``system`` with name, version and architecture; ``digest`` is the image's SHA-256 in hexadecimal digits.
    """

    name: str
    digest: str
    python: str
    packages: list[dict[str, str]]
    system: list[dict[str, str]]


def bill_of_materials(image: Contents, version: str) -> str:
    """Return the bill of an image: the same one whenever it is asked for."""
    bill = Bom(serial_number=uuid5(NAMESPACE_OID, image.digest))
    whole = Component(
        name=image.name,
        version=version,
        type=ComponentType.CONTAINER,
        bom_ref="image",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=image.digest)],
    )
    parts = [_python(image.python), *map(_package, image.packages), *map(_of_system, image.system)]
    bill.metadata.component = whole
    bill.components.update(parts)
    bill.register_dependency(whole, parts)
    return JsonV1Dot6(bill).output_as_string(indent=2)


def _python(version: str) -> Component:
    return Component(name="python", version=version, type=ComponentType.PLATFORM, bom_ref="python")


def _package(package: dict[str, str]) -> Component:
    name, version, licence = package["name"], package["version"], package["licence"]
    url = PackageURL("pypi", name=name.lower().replace("_", "-"), version=version)
    return Component(
        name=name,
        version=version,
        purl=url,
        bom_ref=url.to_string(),
        licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
    )


def _of_system(package: dict[str, str]) -> Component:
    name, version = package["name"], package["version"]
    url = PackageURL("deb", "debian", name, version, {"arch": package["architecture"]})
    return Component(name=name, version=version, purl=url, bom_ref=url.to_string())
