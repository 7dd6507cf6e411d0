"""How a PC joins a hall: its key, the one-time code, the certificate, TLS as a desk speaks it."""
