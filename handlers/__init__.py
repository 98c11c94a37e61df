"""A question in, an answer out: the steps, the composed text and the conversation's memory."""
