"""A hub and two desks as programs, whose lines go through one cable that can be pulled out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.helpers.line_programs import Desks, Hub, status
from tests.helpers.proxy import Proxy


class Both:
    """A hub and two desks whose lines go through one cable."""

    def __init__(self, folder: Path, *, tls: bool = False) -> None:
        self.hub = Hub(folder / "hub", tls=tls).start()
        self.proxy = Proxy(self.hub.port)
        url = f"{'https' if tls else 'http'}://127.0.0.1:{self.proxy.port}"
        self.first, self.second = (
            Desks([folder / name], url, [self.hub.invite(name)]).start() for name in ("a", "b")
        )
        self.desks = (self.first, self.second)

    def cut(self) -> None:
        self.proxy.cut()
        for desk in self.desks:
            assert status(desk.ask("wait", phase="cut_off", s=10)).phase == "cut_off"

    def meet(self) -> None:
        """The line is there again, and everything is on both desks."""
        self.proxy.plug()
        for desk in self.desks:
            desk.ask("call")
        for desk in self.desks:
            assert status(desk.ask("wait", pending=0, phase="live")).pending == 0
        head = max(status(desk.ask("status")).hub_gseq for desk in self.desks)
        for desk in self.desks:
            assert status(desk.ask("wait", gseq=head)).gseq >= head

    def done(self, desk: Desks, case: str, action: str, role: str, unit: str = "ZZZX", **more: Any) -> Any:
        answer = desk.ask("submit", incident=case, action=action, role=role, unit=unit, **more)
        assert "eids" in answer, answer
        return answer

    def filed(self) -> str:
        case = str(self.first.ask("register")["incident"])
        self.done(self.first, case, "accept", "intake")
        self.done(self.first, case, "file", "dispatcher")
        return case

    def handled(self, request: str) -> str:
        """A case at work with SZ, who asked for `request`."""
        case = self.filed()
        self.done(self.first, case, "dispatch", "dispatcher", form={"lead_department": "SZ"})
        self.done(self.first, case, "sign", "handler", "SZ")
        self.done(self.first, case, "first_contact", "handler", "SZ")
        self.done(self.first, case, request, "handler", "SZ")
        return case

    def close(self) -> None:
        for desk in self.desks:
            desk.kill()
        self.hub.kill()
        self.proxy.close()
