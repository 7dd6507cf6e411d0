"""Parting personal data from what is asked, before anything is decided: masks in, originals to the vault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.masking import mask_name, mask_phone, mask_text
from app.domain.sealed import Sealed
from app.domain.workflow import Field
from app.log.entries import Secret
from app.log.vault import Sealer

WHOLLY_MASKED = "***"
"""Stands for a personal value of which nothing may show."""

FLAT = "address_flat"
"""The vault's name for an exact door."""

SHOWN_IN_PART = ("address",)
"""Personal fields that people need to see: blotted out where they name a door or a number, not whole."""

_TEXTS = ("text", "long_text", "evidence", "position")


class Envelope:
    """Collects the secrets of one case while its entry is made."""

    def __init__(self, sealer: Sealer, case: str) -> None:
        self._sealer = sealer
        self._case = case
        self.secrets: list[Secret] = []

    def put(self, field: str, value: str, mask: str) -> Sealed:
        sealed, secret = self._sealer.seal(self._case, field, value, mask)
        self.secrets.append(secret)
        return sealed

    def text(self, field: str, value: str) -> tuple[str, Sealed | None]:
        """Free text as it may be shown, and the way to the original when masking took something away."""
        mask = mask_text(value)
        return (value, None) if mask == value else (mask, self.put(field, value, mask))

    def name(self, value: str) -> Sealed | None:
        return self.put("person_name", value.strip(), mask_name(value)) if value.strip() else None

    def phone(self, value: str) -> Sealed | None:
        return self.put("phone", value.strip(), mask_phone(value)) if value.strip() else None

    def place(self, address: str, flat: str) -> tuple[str, Sealed | None]:
        """The address to the building, and the way to the exact door: given apart, or taken out of the
        address."""
        address, flat = address.strip(), flat.strip()
        mask = mask_text(address)
        if not flat and mask == address:
            return address, None
        exact = f"{address} {flat}" if flat and mask != address else flat or address
        return mask, self.put(FLAT, exact, mask if mask != address else WHOLLY_MASKED)

    def form(self, fields: tuple[Field, ...], form: Mapping[str, Any]) -> dict[str, Any]:
        """The form as an entry may hold it: every text masked, what is personal replaced whole."""
        types = {field.id: field for field in fields}
        return {name: self._value(types.get(name), name, value) for name, value in form.items()}

    def _value(self, field: Field | None, name: str, value: Any) -> Any:
        if field is not None and field.type == "parts":
            return self._parts(value)
        if field is None or field.type not in _TEXTS or not isinstance(value, str) or not value.strip():
            return value
        text = value.strip()
        in_part = not field.personal or name in SHOWN_IN_PART
        mask = mask_text(text) if in_part else WHOLLY_MASKED
        return text if mask == text else self.put(FLAT if name == "address" else name, text, mask)

    def _parts(self, value: Any) -> Any:
        """The parts of a split: the words of each, masked like a report's."""
        if not isinstance(value, list | tuple):
            return value
        return [
            {**part, "what": mask_text(part["what"])}
            if isinstance(part, Mapping) and isinstance(part.get("what"), str)
            else part
            for part in value
        ]
