"""Beside the sequencer: appends, pushes and relayed lines are judged, numbered and written together."""
