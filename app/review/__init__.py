"""What to post on a change: which words, on which lines, and what never. Decisions only: no I/O, no clock."""
