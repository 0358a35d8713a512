"""Reads for pages and commands: plain rows, held to what the person may see."""
