"""What on one source needs a person, the most harmful first, for its page."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.extensions import db
from webapp.models import Issue, MappingDraft, Run, RunState, Source
from webapp.views.problem_words import issue_words

ISSUES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Task:
    kind: str
    title: str
    text: str
    href: str


def tasks_of(source: Source, runs: Sequence[Run], issues: Sequence[Issue]) -> list[Task]:
    """`runs`: the latest first; `issues`: the worst first."""
    tasks = [_held(run) for run in runs if run.state == RunState.HELD]
    if runs and runs[0].state == RunState.FAILED:
        last = runs[0]
        href = url_for("runs.show", id=last.id)
        tasks.append(Task("error", _("The last run failed"), last.error_message or "", href))
    tasks += [_issue(issue) for issue in issues[:ISSUES_SHOWN]]
    if (left := len(issues) - ISSUES_SHOWN) > 0:
        words = ngettext("One more open issue", "%(num)d more open issues", left)
        tasks.append(Task("warning", words, "", url_for("sources.problems", id=source.id)))
    if db.session.get(MappingDraft, source.id) is not None:
        text = _("It is in force once somebody saves it.")
        href = url_for("mapping.show", id=source.id)
        tasks.append(Task("paused", _("The mapping has changes that are not saved"), text, href))
    return tasks


def _held(run: Run) -> Task:
    href = url_for("runs.show", id=run.id)
    if run.drift is not None:
        text = _("Nothing of it was used. Look at the difference and decide.")
        return Task("warning", _("A file of another kind than before waits for you"), text, href)
    text = ngettext(
        "%(num)d offer would be withdrawn. Approve or discard the list.",
        "%(num)d offers would be withdrawn. Approve or discard the list.",
        run.held,
    )
    return Task("warning", _("Removals wait for you"), text, href)


def _issue(issue: Issue) -> Task:
    words = ngettext("%(num)d record", "%(num)d records", issue.affected)
    href = url_for("issues.show", id=issue.id)
    return Task(
        "error" if issue.severity == "error" else "warning", issue_words(issue), words, href
    )
