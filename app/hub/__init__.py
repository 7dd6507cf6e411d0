"""The hub's service: desks on the line, the HTTP interface, sign-in and metrics. No Qt."""
