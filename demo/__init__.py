"""The demo vendor: fictional offers, the Kyero feeds made of them, and a server that misbehaves."""
