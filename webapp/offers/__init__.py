"""The pure middle: a vendor's record goes in, a canonical offer and its problems come out."""
