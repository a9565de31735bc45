"""The mathematics: quantities, one file per rule family, measures, the compiled problem."""
