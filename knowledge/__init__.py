"""What the office published: records, their text, their store and how files become records."""
