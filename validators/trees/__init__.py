"""The three kinds of Tree: in memory, a folder on disk, and the objects of a git repository."""
