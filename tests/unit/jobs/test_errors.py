"""The two fates of an error, and how it reads."""

from jobs.errors import PermanentError, PipelineError, TransientError


def test_an_error_reads_as_what_where_and_what_to_do() -> None:
    error = PermanentError("gone", "The feed is gone.", "Ask the vendor.", place="line 3")
    assert str(error) == "The feed is gone. (line 3) Ask the vendor."
    assert (error.code, error.place) == ("gone", "line 3")


def test_the_two_fates_share_one_parent_and_nothing_else() -> None:
    assert TransientError.__bases__ == PermanentError.__bases__ == (PipelineError,)
