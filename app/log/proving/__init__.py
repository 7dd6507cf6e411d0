"""Whether a log is whole: chains, marks of the folded state, verdicts, a fold from nothing."""
