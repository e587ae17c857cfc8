"""Permissions of files that bind tests too, whoever runs them."""

from __future__ import annotations

import ctypes

_CAPABILITY_VERSION = 0x20080522
_CAP_DAC_OVERRIDE = 1 << 1
_CAP_DAC_READ_SEARCH = 1 << 2


def give_up_the_right_to_any_file() -> None:
    """Have permissions bind this thread, and those that it starts, even where it is root's.

    Raises OSError where the system does not let go of it.
    """
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, twice
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capget(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capabilities cannot be read")
    for each in range(3):
        sets[each] &= ~(_CAP_DAC_OVERRIDE | _CAP_DAC_READ_SEARCH)
    if libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capabilities cannot be given up")
