"""What every door shares: one model of messages, and the inbox and outbox that lose none of them."""
