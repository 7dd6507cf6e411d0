"""What each kind of entry does to an incident, one file a meaning; `EFFECTS` are the names rules may use."""

from app.domain.effects.asking import breached, confirmation_asked, confirmation_refused
from app.domain.effects.attaching import attached
from app.domain.effects.merging import merged, unmerged
from app.domain.effects.moving import EFFECTS, moved
from app.domain.effects.ordering import orders_issued
from app.domain.effects.reaching import reached
from app.domain.effects.settling import settled
from app.domain.effects.splitting import split

__all__ = [
    "EFFECTS",
    "attached",
    "breached",
    "confirmation_asked",
    "confirmation_refused",
    "merged",
    "moved",
    "orders_issued",
    "reached",
    "settled",
    "split",
    "unmerged",
]
