"""Pure facts and rules of the hall: no I/O, no clock, no randomness."""
