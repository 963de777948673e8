"""How hubs reach one another: within one program, or through NATS."""
