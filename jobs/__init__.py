"""The background work: fetch, read, stage, apply, finish, sweep, tick."""
