"""What may be commanded at a console: by key, and by name in the command bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.viewmodels.case_view import ActionLine
from app.viewmodels.finding import Findable
from app.viewmodels.queues import QueueLine
from views.keys import Bound, Keys, key_name

if TYPE_CHECKING:
    from views.desk_face import DeskFace
    from views.windows.console import ConsoleWindow

ACTION, CASE, AREA, UNIT, SIT = "action:", "case:", "area:", "unit:", "sit:"
"""What a choice of the command bar begins with."""

DESK, QUEUE, STEP, SHELL = "desk.", "queue.", "step.", "shell."
"""Behind `action:`: the console's own commands, a queue, a step of the open case, a command of the shell."""

WHILE_LOCKED = frozenset({"seat", "link", "large", "theme", "language"})
"""What a desk that waits for somebody to sign in still does."""

SLASH = "/"
"""The command bar's second key, known from everywhere."""


class DeskCommands:
    """The console's own commands with their keys; the open case's steps by theirs."""

    def __init__(
        self,
        window: ConsoleWindow,
        keys: Keys,
        shell_actions: Callable[[], Sequence[Findable]],
        run: Callable[[str], None],
    ) -> None:
        self._window = window
        self._keys = keys
        self._shell_actions = shell_actions
        self._run = run
        self._bound: Bound | None = None
        self._work: dict[str, Callable[[], None]] = {
            "report": lambda: window.show_report(short=False),
            "short_report": lambda: window.show_report(short=True),
            "next": window.next_case,
            "seat": lambda: window.side.pick_seat(),
            "sign_out": lambda: window.side.sign_out(),
            "command": lambda: window.face.bar.open_command(),
            "find": lambda: window.face.board.narrow(),
            "only_urgent": lambda: window.face.board.press("urgent"),
            "queues": lambda: window.face.queues.list.setFocus(),
            "board": lambda: window.face.board.take_focus(),
            "case": lambda: window.face.case.focus_actions(),
            "more": lambda: window.face.case.toggle_more(),
            "deadlines": lambda: window.face.case.toggle_deadlines(),
            "reveal": lambda: window.flow.reveal(),
            "undo": lambda: window.flow.undo(),
            "link": lambda: window.side.show_link(),
            "conflicts": lambda: window.side.show_conflicts(),
            "requests": lambda: window.side.show_requests(),
            "map": lambda: window.side.show_map(),
            "import": lambda: window.side.show_importing(),
            "calls": lambda: window.side.focus_calls(),
            "called": lambda: window.side.note_call(),
            "large": lambda: window.switch("large"),
            "theme": lambda: window.switch("theme"),
            "language": lambda: window.switch("language"),
        }

    def bind(self, face: DeskFace) -> None:
        """Bind every key to this face; those of the face before are gone with it."""
        self._bound = Bound(face)
        for name in self._work:
            self._bound.bind(self._keys.console[name], lambda name=name: self._run_own(name))  # type: ignore[misc]
        self._bound.bind(SLASH, lambda: self._run_own("command"))
        for key in sorted({key_name(key) for key in self._keys.case.values()}):
            self._bound.bind(key, lambda key=key: self._step(key))  # type: ignore[misc]

    def listed(self) -> Sequence[Findable]:
        """Everything that can be commanded now: the open case's steps first, for they are meant most."""
        text = self._window.text
        found = [
            Findable(f"{ACTION}{STEP}{place}", line.label, line.id, self._step_key(line))
            for place, line in enumerate(self._window.face.case.lines)
            if not line.why_not
        ]
        found += [
            Findable(
                f"{ACTION}{DESK}{name}", text(f"desk.do.{name}"), name, key_name(self._keys.console[name])
            )
            for name in self._work
        ]
        found += list(self._queues())
        found += [Findable(f"{ACTION}{SHELL}{a.id}", a.name, a.code, a.note) for a in self._shell_actions()]
        return found

    def chosen(self, chosen: str) -> None:
        """Do what was chosen in the command bar."""
        window, narrowing = self._window, self._window.models.filter
        window.back_to_work()
        if chosen.startswith(ACTION):
            self._do(chosen.removeprefix(ACTION))
        elif chosen.startswith(CASE):
            window.open_case(chosen.removeprefix(CASE))
            window.face.case.focus_actions()
        elif chosen.startswith(AREA):
            narrowing.open_area(chosen.removeprefix(AREA))
            window.list_changed()
        elif chosen.startswith(UNIT):
            narrowing.open_unit(chosen.removeprefix(UNIT))
            window.list_changed()
        elif chosen.startswith(SIT):
            window.sit(chosen.removeprefix(SIT))

    def _do(self, action: str) -> None:
        window = self._window
        if action.startswith(STEP):
            lines = window.face.case.lines
            place = int(action.removeprefix(STEP))
            if place < len(lines):
                window.flow.want(lines[place])
        elif action.startswith(QUEUE):
            window.show_queue(action.removeprefix(QUEUE))
            window.list_changed()
        elif action.startswith(SHELL):
            self._run(action.removeprefix(SHELL))
        else:
            self._run_own(action.removeprefix(DESK))

    def _run_own(self, name: str) -> None:
        """One of the console's own commands; of a locked one only those that show nothing."""
        if not self._window.locked or name in WHILE_LOCKED:
            self._work[name]()

    def _queues(self) -> Sequence[Findable]:
        lines: tuple[QueueLine, ...] = self._window.models.queues.lines()
        return [Findable(f"{ACTION}{QUEUE}{line.id}", line.label, line.id) for line in lines if line.id]

    def _step(self, key: str) -> None:
        """A step of the open case by its key; letters in a form are letters."""
        window = self._window
        if window.locked or window.face.report_shown() is not None or window.flow.filling_in:
            return
        for line in window.face.case.lines:
            if line.key_id and not line.why_not and self._step_key(line) == key:
                window.flow.want(line)
                return

    def _step_key(self, line: ActionLine) -> str:
        key = self._keys.case.get(line.key_id, "")
        return key_name(key) if key else ""
