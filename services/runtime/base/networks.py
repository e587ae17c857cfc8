"""Where callers come from, as far as it is kept: the network, and never the address of one machine."""

from __future__ import annotations

from ipaddress import ip_address, ip_network


def network_of(host: str) -> str:
    """Return the network that an address of the internet lies in; nothing for what is none."""
    try:
        address = ip_address(host)
    except ValueError:
        return ""
    return str(ip_network((address, 24 if address.version == 4 else 48), strict=False))


def is_this_machine(host: str) -> bool:
    """Say whether a host, by name or number, is this very machine: what goes there is on no wire."""
    if host in ("localhost", ""):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
