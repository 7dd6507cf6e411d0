"""A proposal in words: how sure, and why; for the terminal, the window and the mapping file alike."""

from __future__ import annotations

from app.base.language import Language
from app.intake.mapping import TableMapping
from app.intake.proposing.drafting import mapping_text
from app.intake.proposing.proposal import Proposal, Proposed, Reason


def field_words(language: Language, field: str) -> str:
    """What a field is called."""
    return language.text(f"import.field.{field}")


def why_words(language: Language, one: Proposed) -> str:
    """Every reason, in one line."""
    return language.text("list.dot").join(_reason(language, reason) for reason in one.reasons)


def sure_words(language: Language, one: Proposed) -> str:
    """How sure, in a word."""
    return language.text(f"import.sure.{one.sureness}")


def column_words(language: Language, one: Proposed) -> str:
    """The columns, joined, or the constant that stands for one."""
    if not one.columns:
        return language.text("import.constant", value=one.constant)
    return " + ".join(one.columns)


def mapping_file_text(language: Language, mapping: TableMapping, proposal: Proposal, file: str) -> str:
    """The mapping file of a proposal, commented with what the assistant thought."""
    head = [language.text("import.file.head", file=file), language.text("import.file.check")]
    notes = {
        one.field: language.text(
            "import.file.field", sure=sure_words(language, one), why=why_words(language, one)
        )
        for one in proposal.fields
    }
    if proposal.left_over:
        left = ", ".join(over.column for over in proposal.left_over)
        head.append(language.text("import.file.left_over", columns=left))
    return mapping_text(mapping, head, notes)


def _reason(language: Language, reason: Reason) -> str:
    return language.text(f"import.why.{reason.key}", n=reason.n, of=reason.of)
