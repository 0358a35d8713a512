"""Writes: no request, no template, no commit; views and jobs own the transaction."""
