"""What can be wrong in a set of rules, one file a meaning; app.domain.rules_check runs them all."""
