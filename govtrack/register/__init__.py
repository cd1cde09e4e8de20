"""Where it is kept: the workspace's database, its objects and its journal of entries."""
