"""What ``make bench`` measures: speed, accuracy, rivals, law questions, and quoting word for word."""
