"""What test modules share: arrays, oracles, comparisons, and the paths of a question."""
