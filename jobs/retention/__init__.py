"""What is old is forgotten, by a policy for each kind, a little at each tick."""
