"""Scripts that make the shipped models: the embedding, and the weights of ranking and decision."""
