"""What the desk's side of the line wants done: the core says it, a driver or a simulator does it."""

from __future__ import annotations

import msgspec

from app.base.clock import Instant
from app.log.entries import Numbered, Secret
from app.log.epochs import Began
from app.sync.frames import FromDesk


class Send(msgspec.Struct, frozen=True):
    """Put `frame` on the line, behind those before it."""

    frame: FromDesk


class Tell(msgspec.Struct, frozen=True):
    """Tell the hub's clock what the hub said; times of the boot clock in ms."""

    hub_time: Instant
    sent_boot: int
    received_boot: int


class Join(msgspec.Struct, frozen=True):
    """Let the replica follow this stream; comes before the first Take of a line."""

    stream: str
    epoch: int


class Offer(msgspec.Struct, frozen=True):
    """Read waiting entries and bring them to `offered`."""

    after_oseq: int
    limit: int
    most_bytes: int


class Take(msgspec.Struct, frozen=True):
    """Give the replica these entries and bring the outcome to `taken` (or `not_taken`)."""

    lines: tuple[Numbered, ...]


class Compare(msgspec.Struct, frozen=True):
    """Bring the replica's own digest at `gseq` to `compared`."""

    gseq: int


class Keep(msgspec.Struct, frozen=True):
    """Keep this personal data and answer question `ask` with it."""

    ask: int
    secrets: tuple[Secret, ...]


class Recall(msgspec.Struct, frozen=True):
    """Read confirmed lines after `after_gseq` and bring them to `recalled`."""

    after_gseq: int
    limit: int


class Retrace(msgspec.Struct, frozen=True):
    """Bring the last number in common with a hub of these epochs and this head to `retraced`."""

    epochs: tuple[Began, ...]
    hub_gseq: int


class Gather(msgspec.Struct, frozen=True):
    """Read what stands after `after_gseq`, of any origin, and bring it to `gathered`."""

    after_gseq: int
    limit: int
    most_bytes: int


class CutBack(msgspec.Struct, frozen=True):
    """Go back to `gseq`, then tell `was_cut`."""

    gseq: int


class Return(msgspec.Struct, frozen=True):
    """Read this personal data and bring what there is to `returned`."""

    refs: tuple[str, ...]


class Unanswered(msgspec.Struct, frozen=True):
    """Question `ask` has no answer: there is no line, or it was cut."""

    ask: int


class Alarm(msgspec.Struct, frozen=True):
    """Something that nobody can wait out: `code` is `mismatch`, `digest_differs` or `disk`, `gseq` where and
    `rule` what it broke."""

    code: str
    gseq: int = 0
    rule: str = ""


class Close(msgspec.Struct, frozen=True):
    """End the line and say `lost` when it is down. `slow`: calling again soon would change nothing."""

    code: str
    slow: bool = False


Back = Recall | Retrace | Gather | CutBack | Return
"""What a hub that was restored asks of this desk's log."""

DeskEffect = Send | Tell | Join | Offer | Take | Compare | Keep | Unanswered | Alarm | Close | Back
