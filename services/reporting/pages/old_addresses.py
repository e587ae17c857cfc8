"""Where pages lay while their addresses were named after the service."""

from __future__ import annotations

from services.reporting.pages.files import PACK, PACK_BEFORE

MOVED = {
    "/reporting/": "/home/",
    "/reporting/keys": "/keys",
    "/reporting/{partnership}": "/home/{partnership}",
    "/reporting/{partnership}/packs": "/packs/{partnership}",
    PACK_BEFORE: PACK,
    f"{PACK_BEFORE}/supplements/{{number}}": f"{PACK}/supplements/{{number}}",
    "/reporting/{partnership}/compliance": "/commitments/{partnership}",
    "/reporting/{partnership}/programme": "/projects/{partnership}",
    "/reporting/{partnership}/programme/{project}": "/projects/{partnership}/{project}",
}
