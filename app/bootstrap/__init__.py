"""Wires the headless parts: an open hall and its worker; beside them the commands of the command line."""

from app.bootstrap.opening import OpenHall, open_hall
from app.bootstrap.worker import Worker

__all__ = ["OpenHall", "Worker", "open_hall"]
