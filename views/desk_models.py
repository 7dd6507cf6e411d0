"""The view models of one console, made together and let go together; they outlive a change of language."""

from __future__ import annotations

from app.viewmodels.board import BoardModel
from app.viewmodels.board_filter import BoardFilterModel
from app.viewmodels.calls import CallsModel
from app.viewmodels.case import CaseModel
from app.viewmodels.command_find import CommandFindModel
from app.viewmodels.context import Context
from app.viewmodels.link import LinkModel
from app.viewmodels.queues import QueuesModel
from app.viewmodels.report_form import ReportFormModel
from app.viewmodels.seat import Seat
from app.viewmodels.sign_in import SignInModel


class DeskModels:
    """What the console's panels show."""

    def __init__(self, context: Context, seat: Seat) -> None:
        self.queues = QueuesModel(context)
        self.board = BoardModel(context)
        self.filter = BoardFilterModel(context, self.board)
        self.find = CommandFindModel(context)
        self.case = CaseModel(context)
        self.report = ReportFormModel(context)
        self.link = LinkModel(context)
        self.calls = CallsModel(context)
        self.sign_in = SignInModel(context, seat)

    def seat_changed(self) -> None:
        """Somebody else sits here: other queues, other actions; what was shown in clear is masked."""
        self.queues.changed.emit()
        self.filter.seat_changed()
        self.case.seat_changed()

    def close(self) -> None:
        for model in (self.queues, self.board, self.case, self.link, self.calls, self.sign_in):
            model.close()
