"""The page of one municipality for its council, and of one corporation."""
