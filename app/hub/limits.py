"""The limits of the hub's service, each with a name and a reason; they count before a request is read."""

from __future__ import annotations

import msgspec

BODY_BYTES_MAX = 256 * 1024
"""A report or a filled form with every text at its longest has some 50 KB."""

TELEMETRY_BYTES_MAX = 2 * 1024 * 1024
"""TELEMETRY_MAX positions and as many readings, 200 bytes each."""

DEPTH_MAX = 8
"""Levels of nesting: the deepest true request, a split with its parts, has four."""

TEXT_MAX, LONG_TEXT_MAX = 200, 4_000
"""Characters of a line and of a long text, as the forms of the rules have them."""

LIST_MAX = 50
"""Elements of one list, and fields, of a form."""

NUMBER_MAX = 2**53
"""Beyond this a number of JSON is not the same number to every program."""

ID_MAX = 80
"""Characters of an id, a case code or an order's code: the longest has 50."""

KEY_MAX = 120
"""Characters of an Idempotency-Key; with the token's id before it it still is a one-line text."""

PAGE, PAGE_MAX = 50, 200
"""Incidents of a page, when nobody says and at most."""

SCAN_MAX = 1_000
"""Cases looked at one by one for one page of a unit's list, some 50 ms; the cursor goes on from there."""

LOG_PAGE, LOG_PAGE_MAX = 100, 1_000
"""Entries of a page of the log, when nobody says and at most."""

LOG_PAGE_BYTES = 4 * 1024 * 1024
"""A page of the log ends here at the latest, but holds one entry at least: adopted rules are big."""

TELEMETRY_MAX = 5_000
"""Positions, and readings, in one call: every terminal of a district at once."""

LATEST_MAX = 50_000
"""Terminals and sensors whose latest value is kept, some 20 MB; beyond it those longest silent go."""

BOARD_NEWS_MAX = 20_000
"""Changed cases remembered for followers that lag; who lags behind more is told to read anew."""

LIVE_IDS_MAX = 500
"""Incidents named in one message of the live feed; more at once means: read anew."""

LINES_MAX = 400
"""Desks on the line: six halls of fifty desks, and some that call anew before the old line is given up."""

ENROL_BYTES_MAX = 16 * 1024
"""A certificate request, or a sign-in, has less than 2 KB."""

FOLLOWERS_MAX = 400
"""Live followers of the hub: six halls of fifty desks and their machines."""

FOLLOWER_BYTES_MAX = 4 * 1024
"""What a follower may say: nothing but control frames."""

COALESCE_MS = 100
"""News go out together so often: below what an eye notices, far above what a socket minds."""

SEND_S = 30
"""A follower that takes nothing for so long is gone; the library's send would wait for ever."""

BODY_S = 30
"""A body that has not come in by then does not come; slow senders must not hold handlers."""

HEARTBEAT_S = 20
"""Between two pings of a live feed, so that a dead line is noticed within a minute."""

AGAIN_S = 5
"""A machine's token is looked at again so often while it follows: a stolen one is of no use for longer."""

PERSON_S = 600
"""A person's feed ends after this and is opened anew, with a session that still holds."""

WAITING_MAX = 500
"""Commands that wait to be written; beyond it callers are told to come back rather than to wait."""

CALLERS_MAX = 10_000
"""Tokens and addresses whose pace is remembered; the longest silent is forgotten."""

PAUSE_S = 0.1
"""Before a caller is told that it calls too often: each of its connections then asks ten times a second, and
not as often as we can answer no."""

STRANGERS_PER_S, STRANGERS_BURST = 200, 1_000
"""Requests without a good token, by address: many machines may stand behind one, and no secret is short
enough to be guessed at this pace."""

PIECE_S = 120
"""A piece of a content that has not come in by then comes again: 9 KB a second is no line."""

PIECES_AT_ONCE_MAX = 64
"""Pieces in memory on their way to the disk, 64 MB: entries come before attachments."""

SWEEP_S = 3_600
"""Between two looks for contents that nobody finished or names."""

ATTACHED_MAX = 20
"""Contents named in one report: what a person sends along."""

NEAR_MAX = 5
"""Near duplicates in an answer: what a person compares."""


class Settings(msgspec.Struct, frozen=True):
    """What a hall may set for its own machine clients. `requests_per_s` and `burst` are for one token."""

    requests_per_s: int = 500
    burst: int = 1_000
