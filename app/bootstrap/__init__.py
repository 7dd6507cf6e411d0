"""Wires the headless parts: an open hall, its worker, and the commands of the command line without Qt."""

from app.bootstrap.config_command import run_config
from app.bootstrap.import_command import run_import
from app.bootstrap.opening import OpenHall, open_hall
from app.bootstrap.proof_commands import run_rebuild, run_verify
from app.bootstrap.worker import Worker

__all__ = ["OpenHall", "Worker", "open_hall", "run_config", "run_import", "run_rebuild", "run_verify"]
