"""What is said of a partner's load."""

from __future__ import annotations

from domain.figures.load import LoadFlag

FLAGS = {
    LoadFlag.CARRYING_MORE_THAN_ITS_SHARE: "carrying more than its share",
    LoadFlag.UNDER_ITS_PLEDGE: "under its pledge",
}
