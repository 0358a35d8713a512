"""Messages to people: what they say, and how they are sent."""
