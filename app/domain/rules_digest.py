"""A short name for a whole set of rules, so that two desks can tell whether theirs are the same."""

from __future__ import annotations

import hashlib

import msgspec

from app.domain.rules import Rules


def rules_digest(rules: Rules) -> str:
    """`sha256:<hex>` of the rules as canonical JSON: keys sorted, so the same rules give the same text."""
    return f"sha256:{hashlib.sha256(msgspec.json.encode(rules, order='sorted')).hexdigest()}"
