"""Who may come in: the hall's CA, enrolment of devices, accounts and sign-in, bearer tokens."""
