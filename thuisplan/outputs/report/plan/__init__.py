"""What a report says of a plan: one file per part, in the order in which it is read."""
