"""Which enrolled device calls: by the certificate of its line, or, without TLS, as a program of this PC."""

from __future__ import annotations

from aiohttp import hdrs, web

from app.domain.devices import DeviceEnrolled
from app.hub.front import Front
from app.hub.requests.problems import ProblemError
from app.hub.requests.routes import Call
from app.hub.safety.peers import live_device, peer_device
from app.sync.hub_calls import ORIGIN


def device_calling(call: Call) -> DeviceEnrolled | None:
    """The live device behind the line; None on a line without TLS, which only loopback may have.
    ProblemError for a line with TLS and no such device."""
    if not call.request.secure:
        return None
    line = call.request.get_extra_info("ssl_object")
    found = live_device(line, call.front.hall.reading.hall.devices)
    if found is None:
        raise ProblemError("not_allowed", rule="device")
    return found


def device_of(call: Call) -> tuple[str, str]:
    """(origin, fingerprint of the key) as the line's certificate says, of a device that may have been put out
    since; both empty without TLS. ProblemError for a line with TLS and no certificate of this hall."""
    if not call.request.secure:
        return "", ""
    origin, key = peer_device(call.request.get_extra_info("ssl_object"))
    if not origin:
        raise ProblemError("not_allowed", rule="device")
    return origin, key


def device_without_token(front: Front, request: web.Request) -> DeviceEnrolled | None:
    """The live device that calls without a token: by its certificate, or, without TLS, by the origin it says
    it has, as on its line. ProblemError for a certificate that is no longer good."""
    if hdrs.AUTHORIZATION in request.headers:
        return None
    devices = front.hall.reading.hall.devices
    if not request.secure:
        return devices.get(request.headers.get(ORIGIN, ""))
    line = request.get_extra_info("ssl_object")
    found = live_device(line, devices)
    if found is None and peer_device(line)[0]:
        raise ProblemError("not_allowed", rule="device")
    return found
