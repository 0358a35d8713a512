"""How a transform says that a value cannot be used; the mapping turns it into a problem."""


class BadValue(ValueError):
    """`kept` is what goes on instead of the value: None drops it, a repaired text replaces it."""

    def __init__(self, code: str, kept: object = None, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.kept = kept
        self.details = details
