"""The list of issues, the page of one, and what people do there."""

import csv
import io

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.people import log_in, make_agency, make_user
from webapp.extensions import db
from webapp.models import AuditEntry, Issue, IssueState, Role, Run, Source, User

Db = scoped_session[Session]
FORMULA = '=HYPERLINK("https://evil.example")'


@pytest.fixture
def source(session: Db) -> Source:
    return factories.make_source(make_agency("Costa Serena Homes"), "Lirio CRM")


@pytest.fixture
def agent(source: Source) -> User:
    return make_user("una@l.example", "Una Prado", agency=source.agency)


@pytest.fixture
def run(source: Source) -> Run:
    return factories.make_run(source, read=200)


@pytest.fixture
def issue(run: Run) -> Issue:
    made = factories.make_issue(
        run, code="bad_number", field="bedrooms", affected=3, records=200, sample_raw="three"
    )
    for number, raw in enumerate(("three", FORMULA, "vier\x01"), start=1):
        factories.make_problem(
            run,
            f"R-{number}",
            position=number,
            code="bad_number",
            field="bedrooms",
            severity="warning",
            raw=raw.replace("\x01", ""),
            message=f"The bedrooms “{raw[:5]}” is not a number, so it was left out.",
        )
    db.session.commit()
    return made


@pytest.fixture
def page(client: FlaskClient, agent: User, issue: Issue) -> FlaskClient:
    log_in(client, agent)
    return client


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def test_the_list_shows_share_count_and_state_and_links_to_the_records(
    page: FlaskClient, issue: Issue
) -> None:
    html = text_of(page, "/issues")
    assert "“three” is not a number" in html
    assert "2\u00a0%" in html and "Open" in html
    assert f"/sources/{issue.source_id}/problems?code=bad_number" in html


def test_filters_and_states_narrow_the_list(page: FlaskClient, run: Run) -> None:
    factories.make_issue(run, code="missing_price", field="deals", state=IssueState.IGNORED)
    db.session.commit()
    assert "not a number" not in text_of(page, "/issues?code=missing_price")
    assert "There is no price" not in text_of(page, "/issues")
    assert "There is no price" in text_of(page, "/issues?state=ignored")
    assert "No issue matches" in text_of(page, "/issues?severity=error")
    assert "No issue matches" in text_of(page, "/issues?assignee=me")


def test_the_worst_come_first(page: FlaskClient, run: Run) -> None:
    factories.make_issue(run, code="missing_required", field="type", severity="error", affected=1)
    db.session.commit()
    html = text_of(page, "/issues")
    assert html.index("The type is missing") < html.index("is not a number")
    turned = text_of(page, "/issues?sort=-affected")
    assert turned.index("is not a number") < turned.index("The type is missing")


def test_samples_are_walked_one_by_one(page: FlaskClient, issue: Issue) -> None:
    first = text_of(page, f"/issues/{issue.id}")
    assert "R-1" in first and "1 of 3" in first and "Previous" not in first
    last = text_of(page, f"/issues/{issue.id}?sample=99")
    assert "R-3" in last and "3 of 3" in last and ">Next" not in last


def test_resolving_ignoring_and_opening_again_are_noted(
    page: FlaskClient, issue: Issue, agent: User
) -> None:
    page.post(f"/issues/{issue.id}/resolve")
    db.session.refresh(issue)
    assert (issue.state, issue.state_by_id) == (IssueState.RESOLVED, agent.id)
    page.post(f"/issues/{issue.id}/reopen")
    page.post(f"/issues/{issue.id}/ignore", data={"until": "share", "amount": "5"})
    db.session.refresh(issue)
    assert (issue.state, issue.ignored_share) == (IssueState.IGNORED, 0.05)
    assert "until more than 5" in text_of(page, f"/issues/{issue.id}")
    actions = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-3:] == ["issue_resolved", "issue_reopened", "issue_ignored"]


@pytest.mark.parametrize("amount", ["", "0", "-3", "many", "101"])
def test_an_amount_that_makes_no_sense_comes_back_with_a_sentence(
    page: FlaskClient, issue: Issue, amount: str
) -> None:
    answer = page.post(f"/issues/{issue.id}/ignore", data={"until": "share", "amount": amount})
    assert answer.status_code == 422
    assert "One thing to correct" in answer.text
    db.session.refresh(issue)
    assert issue.state == IssueState.OPEN


def test_an_issue_is_assigned_only_to_people_who_may_work_on_it(
    page: FlaskClient, issue: Issue, agent: User
) -> None:
    stranger = make_user("eva@f.example", "Eva Faro", agency=make_agency("Faro Estates"))
    db.session.commit()
    refused = page.post(f"/issues/{issue.id}/assign", data={"person": str(stranger.id)})
    assert refused.status_code == 400
    page.post(f"/issues/{issue.id}/assign", data={"person": str(agent.id)})
    db.session.refresh(issue)
    assert issue.assignee_id == agent.id
    assert "not a number" in text_of(page, "/issues?assignee=me")
    page.post(f"/issues/{issue.id}/assign", data={"person": ""})
    db.session.refresh(issue)
    assert issue.assignee_id is None


def test_comments_are_shown_as_they_were_typed(page: FlaskClient, issue: Issue) -> None:
    page.post(f"/issues/{issue.id}/comment", data={"text": "Asked <b>Lirio</b> today."})
    assert "Asked &lt;b&gt;Lirio&lt;/b&gt; today." in text_of(page, f"/issues/{issue.id}")
    assert page.post(f"/issues/{issue.id}/comment", data={"text": " "}).status_code == 422


def test_a_viewer_reads_and_changes_nothing(client: FlaskClient, issue: Issue) -> None:
    viewer = make_user("vic@l.example", "Vic", role=Role.VIEWER, agency=issue.source.agency)
    db.session.commit()
    log_in(client, viewer)
    html = text_of(client, f"/issues/{issue.id}")
    assert "Mark as resolved" not in html and "apply-again" not in html
    assert client.post(f"/issues/{issue.id}/resolve").status_code == 403


def test_records_for_the_vendor_hold_no_formula(page: FlaskClient, issue: Issue) -> None:
    answer = page.get(f"/issues/{issue.id}/records.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:4] == ["Id", "Record", "Line", "Value"]
    assert [row[0] for row in rows[1:]] == ["R-1", "R-2", "R-3"]
    assert rows[2][3] == f"'{FORMULA}"
    book = load_workbook(io.BytesIO(page.get(f"/issues/{issue.id}/records.xlsx").data))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=2)]
    assert [row[0] for row in cells] == ["R-1", "R-2", "R-3"]
    assert book.active.cell(3, 4).data_type == "s"


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_nothing_that_spreadsheets_begin_a_formula_with_leads_a_cell(
    page: FlaskClient, run: Run, issue: Issue, lead: str
) -> None:
    another_problem(run, f"{lead}1+1")
    answer = page.get(f"/issues/{issue.id}/records.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert rows[4][3] == f"'{lead}1+1"


def test_letters_that_no_workbook_can_hold_are_left_out_of_it(
    page: FlaskClient, run: Run, issue: Issue
) -> None:
    another_problem(run, "drei\uffff\ufffe\x02")
    book = load_workbook(io.BytesIO(page.get(f"/issues/{issue.id}/records.xlsx").data))
    assert book.active.cell(5, 4).value == "drei"


def another_problem(run: Run, raw: str) -> None:
    factories.make_problem(
        run, "R-4", position=4, code="bad_number", field="bedrooms", severity="warning", raw=raw
    )
    db.session.commit()


def test_applying_again_says_the_count_first_and_starts_one_run(
    page: FlaskClient, issue: Issue
) -> None:
    assert "Apply 3 records again?" in text_of(page, f"/issues/{issue.id}/apply-again")
    page.post(f"/issues/{issue.id}/apply-again")
    run = db.session.query(Run).order_by(Run.id.desc()).first()
    assert run is not None and run.remap == {"problems": [["bad_number", "bedrooms"]]}
    page.post(f"/issues/{issue.id}/apply-again")
    assert db.session.query(Run).filter(Run.remap.is_not(None)).count() == 1
