"""The clerk: writes down what falls due by time, beside the sequencer only."""
