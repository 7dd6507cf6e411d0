"""Proving what lies on the server, as `app.log.proving.verify` proves what lies in a directory."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from app.base.clock import Clock
from app.base.errors import WorldError
from app.log.attachments.proving import Contents
from app.log.entries import Head, Numbered
from app.log.judging import once
from app.log.numbering.homes import subjects_here
from app.log.postgres import founding, head, rows
from app.log.postgres.content_proof import prove_contents
from app.log.postgres.server import open_server
from app.log.postgres.texts import indexed
from app.log.postgres.vault import PgVaultRows
from app.log.proving.proof import LogProof, Problem, Problems, SubjectSum
from app.log.proving.rebuild import REFOLD_BATCH, Progress, no_progress

_REFS = "SELECT ref FROM vault WHERE ref > %s ORDER BY ref LIMIT 1000"


class ServerReport(msgspec.Struct, frozen=True):
    """What was looked at on the server, and what is wrong there."""

    server: str
    entries: int
    head: Head
    problems: tuple[Problem, ...]
    contents: Contents


class _Proof(LogProof):
    """Goes through a server's log; its subjects are as a server can hold them."""

    _after = LogProof._after.replace("?", "%s")

    def __init__(self, problems: Problems, database: str) -> None:
        super().__init__(problems, database)
        self._found = problems
        self._sums = {"subject": SubjectSum(), "unique_subject": SubjectSum()}

    def add(self, entries: list[Numbered]) -> None:
        for numbered in entries:
            found_under = subjects_here(numbered)
            for subject in dict.fromkeys(map(indexed, found_under)):
                self._sums["subject"].add(subject, numbered.gseq)
            if not numbered.verdict:
                for subject in dict.fromkeys(map(indexed, once(found_under))):
                    self._sums["unique_subject"].add(subject, numbered.gseq)

    def check_subjects(self, connection: Connection) -> None:
        for table, expected in self._sums.items():
            actual = SubjectSum()
            # By a cursor of the server's: the whole table need not fit this process.
            with connection.execution_options(stream_results=True).exec_driver_sql(
                f"SELECT subject, gseq FROM {table}"
            ) as found:
                for row in found:
                    actual.add(row[0], row[1])
            if actual.value != expected.value:
                self._found.add("subjects_differ", detail=table)


def prove_server(
    url: str, key: bytes | None, key_path: str, local: Head | None, clock: Clock, told: Progress = no_progress
) -> ServerReport:
    """Prove the database that `url` names, whether hub processes have it open or not; nothing is changed.

    `local` is where the log of this process' directory ends: the server's must have the same there.
    WorldError when the server cannot be reached, or no hall of this key is in it.
    """
    server = open_server(url)
    standing = founding.look(server, clock)
    if standing is None:
        raise WorldError("hub_database_unfounded", server=server.name)
    founding.prove_key(server, standing, key, key_path)
    assert key is not None
    problems = Problems()
    # One moment for all of it: others go on numbering.
    with server.writing.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        ends = head.read(connection, standing.about.database).head
        proof = _Proof(problems, standing.about.database)
        while entries := proof.read(connection, REFOLD_BATCH):
            proof.add(entries)
            told(proof.gseq, ends.gseq)
        proof.check_subjects(connection)
        if (proof.gseq, proof.hash) != (ends.gseq, ends.hash):
            problems.add("head_row_differs", ends.gseq)
        if local is not None and local.gseq and rows.hash_at(connection, local.gseq) != local.hash:
            problems.add("server_differs", local.gseq)
        vault = PgVaultRows(key)
        _check_vault(connection, vault, problems)
        contents = prove_contents(server, connection, vault.contents_key, problems)
        connection.rollback()
    return ServerReport(server.name, proof.gseq, ends, tuple(problems.found), contents)


def _check_vault(connection: Connection, vault: PgVaultRows, problems: Problems) -> None:
    last = ""
    while refs := [str(ref) for ref in connection.exec_driver_sql(_REFS, (last,)).scalars()]:
        last = refs[-1]
        try:
            whole = len(vault.secrets(connection, refs)) == len(refs)
        except WorldError:
            whole = False
        if not whole:
            for ref in refs:
                if not _opens(connection, vault, ref):
                    problems.add("vault_damaged", detail=ref)


def _opens(connection: Connection, vault: PgVaultRows, ref: str) -> bool:
    try:
        return bool(vault.secrets(connection, [ref]))
    except WorldError:
        return False
