"""Inside a replica: what waits is held, what the hub numbered is proved, both are shown as one."""
