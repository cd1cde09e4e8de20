"""From YAML files to one plain document: read, checked, every problem named by file and line."""
