"""The sign-in of a desk: who, password, second factor when it is asked for, another password at first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.viewmodels.context import Context
from app.viewmodels.sign_in import SignInModel, Step
from views.panel import Panel
from widgets.form import Choice, FieldSpec, Form, FormWords, Match
from widgets.label import Label
from widgets.scroll import Scroll
from widgets.theme import Theme

SITTER, PASSWORD, CODE, NEW, AGAIN = "sitter", "password", "code", "new_password", "again"

FORM_PX = 720
"""At scale 1: a longer line than a form needs is only further to go for the eye."""


class SignInPanel(Panel):
    """`submitted(sitter, password, code, new password)`; `left()` on Esc, where somebody sits already."""

    submitted = Signal(str, str, str, str)
    left = Signal()

    def __init__(self, theme: Theme, context: Context, model: SignInModel, match: Match) -> None:
        super().__init__(theme, context.language, context.text("sign_in.title"))
        self._model = model
        self._asks_code = False
        self._asks_new = False
        self._sitters: Sequence[Choice] = ()
        self._link = Label(theme, "", "body", "text2", wrap=True)
        self._said = Label(theme, "", "body", "overdue", wrap=True)
        self._locked = Label(theme, "", "body", "due_soon", wrap=True)
        words = FormWords(
            context.text("sign_in.submit"), context.text("form.leave"), context.text("form.missing")
        )
        self.form = Form(theme, context.text("sign_in.title"), (), words, match)
        self.form.submitted.connect(self._submit)
        self.form.left.connect(self.left)
        scroll = Scroll(self._lay_out(theme))
        scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.set_body(scroll)
        self.bind(context.pulse.linked)
        self.bind(context.pulse.hall, self.ask)
        self.bind(context.pulse.second, self._tick)

    def refresh(self) -> None:
        self._link.set(self._model.note())
        self._tick()

    def begin(self) -> None:
        """An empty form, the keyboard in its first field; the second factor is asked for when wanted."""
        self._asks_code = self._asks_new = False
        self._tell("")
        self.form.set_fields(self._fields())
        self.busy(False)
        self.refresh_now()
        self.form.focus_first()

    def ask(self) -> None:
        """The same form with the operators the hall knows now; what was typed stays."""
        self.form.set_fields(self._fields(), keep=True)

    def busy(self, is_busy: bool) -> None:
        """While a password is looked at, for up to a second, nothing can be sent twice."""
        self.form.setEnabled(not is_busy)
        self.set_note(self.text("sign_in.checking") if is_busy else "")

    def go_on(self, step: Step) -> None:
        """What the answer asks for next; a wrong password is typed anew, a right one stays."""
        self.busy(False)
        self._asks_code = self._asks_code or step.next == "code"
        self._asks_new = self._asks_new or step.next == "change"
        self.form.set_fields(self._fields(), keep=True)
        if step.next == "again":
            self.form.set_value(PASSWORD, None)
        self._tell(step.words, "overdue" if step.next == "again" else "due_soon")
        self._tick()
        self.form.focus_field(step.field if step.next != "again" or step.field == SITTER else PASSWORD)

    def failed(self, words: str) -> None:
        """It could not be asked at all; everything stays as typed."""
        self.busy(False)
        self._tell(words)
        self.form.focus_field(PASSWORD)

    def _lay_out(self, theme: Theme) -> QWidget:
        inside = QWidget()
        inside.setMaximumWidth(theme.px(FORM_PX))
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.size(4))
        for part in (self._link, self._said, self._locked, self.form):
            column.addWidget(part)
        column.addStretch(1)
        return inside

    def _fields(self) -> tuple[FieldSpec, ...]:
        text = self.text
        self._sitters = tuple(Choice(s.id, f"{s.name} · {s.note}", s.code) for s in self._model.sitters())
        choose = text("form.choose")
        fields = [
            FieldSpec(
                SITTER,
                text("sign_in.sitter"),
                "choice",
                tuple(self._sitters),
                required=True,
                error=choose,
                placeholder=text("sign_in.sitter_hint"),
            ),
            FieldSpec(PASSWORD, text("sign_in.password"), "secret", required=True),
        ]
        if self._asks_code:
            fields.append(
                FieldSpec(CODE, text("sign_in.code"), required=True, hint=text("sign_in.code_hint"))
            )
        if self._asks_new:
            hint = text("sign_in.new_hint")
            fields.append(FieldSpec(NEW, text("sign_in.new"), "secret", required=True, hint=hint))
            fields.append(FieldSpec(AGAIN, text("sign_in.again"), "secret", required=True))
        return tuple(fields)

    def _submit(self, values: dict[str, object]) -> None:
        if self._asks_new and values[NEW] != values[AGAIN]:
            self.form.show_errors({AGAIN: self.text("sign_in.not_the_same")})
            return
        given = [str(values.get(field) or "") for field in (SITTER, PASSWORD, CODE, NEW)]
        self._tell("")
        self.submitted.emit(*given)

    def _tell(self, words: str, tone: str = "overdue") -> None:
        self._said.setVisible(bool(words))
        self._said.set(words, tone)

    def _tick(self) -> None:
        words = self._model.locked_words()
        self._locked.setVisible(bool(words))
        self._locked.set(words)
