"""What we put our name to: signatures over mail that we send or forward, and the keys for them."""
