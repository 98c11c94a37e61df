"""The doors to the messengers. A door translates, and nothing else."""
