"""How facts about capacity are written as commands."""

from __future__ import annotations

from contracts.events import Fact
from contracts.events.capacity import CapacityPledged, CapacityReleased, ReleaseWithdrawn
from services.programme.capacity import commands
from services.programme.core.written import Written

WRITTEN: dict[type[Fact], tuple[Written, ...]] = {
    CapacityPledged: (Written(commands.PledgeCapacity),),
    CapacityReleased: (Written(commands.ReleaseCapacity),),
    ReleaseWithdrawn: (Written(commands.WithdrawRelease),),
}
