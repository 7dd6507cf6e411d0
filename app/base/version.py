"""The program's own version, as files it writes name their maker."""

VERSION = "0.1.0"
