"""`muster import --propose`: the assistant's table on the terminal, and its mapping in a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.base.errors import WorldError
from app.bootstrap.cli.terminal import Terminal
from app.intake.proposing.drafting import draft, source_name
from app.intake.proposing.looks import Known
from app.intake.proposing.preview import Preview, preview
from app.intake.proposing.words import column_words, field_words, mapping_file_text, sure_words, why_words


def run_propose(args: argparse.Namespace, speaking: Terminal, known: Known) -> None:
    """Say what the first file seems to be, and write the mapping where asked to and nothing stands yet."""
    path: Path = args.files[0]
    looked = preview(path, known, sheet=args.sheet)
    _tell(speaking, looked)
    if args.mapping is None:
        return
    mapping = draft(looked.proposal, known, source_name(path.stem), records=looked.chosen)
    text = mapping_file_text(speaking.language, mapping, looked.proposal, path.name)
    speaking.say(
        "cli.import.propose.written" if _write(args.mapping, text) else "cli.import.propose.there",
        path=args.mapping,
    )


def _tell(speaking: Terminal, looked: Preview) -> None:
    language, proposal = speaking.language, looked.proposal
    speaking.say(
        "cli.import.propose.head",
        file=looked.path.name,
        form=looked.read_as,
        kind=language.text(f"import.kind.{proposal.kind}"),
    )
    for one in proposal.fields:
        speaking.say(
            "cli.import.propose.field",
            field=field_words(language, one.field),
            column=column_words(language, one),
            sure=sure_words(language, one),
            why=why_words(language, one),
        )
    for over in proposal.left_over:
        speaking.say(
            "cli.import.propose.left", column=over.column, why=language.text(f"import.left.{over.why}")
        )
    for field in proposal.missing:
        speaking.say("cli.import.propose.missing", field=field_words(language, field))


def _write(path: Path, text: str) -> bool:
    """Whether it was written: a mapping that stands there already is somebody's work."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError:
        raise WorldError("import_mapping_unwritable", path=str(path)) from None
    return True
