"""The part of a source's form that says which files and pages belong to the feed."""

from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import Length, NumberRange, StopValidation, ValidationError

from webapp.fetching import Fetching, Paging
from webapp.models import Source
from webapp.views.forms.clean import CleanForm
from webapp.views.forms.locations import scheme_of

NO_PAGES = ""


def _given_where_counted(form: "FetchingFields", field: Field) -> None:
    """The size of a page may be left empty where nothing is counted by it."""
    if field.raw_data and str(field.raw_data[0]).strip():
        return
    field.errors = []
    kind = form.paging_kind.data
    if kind == "offset" or (kind == "page" and form.paging_size_param.data):
        raise StopValidation(_("Say how many records a page has."))
    raise StopValidation


class FetchingFields(CleanForm):
    pick = SelectField(
        _l("When there are several files"),
        choices=[
            SelectChoice("newest", _l("Read the newest one")),
            SelectChoice("all", _l("Read all of them, the oldest first")),
        ],
        default="newest",
    )
    paging_kind = SelectField(
        _l("Pages"),
        choices=[
            SelectChoice(NO_PAGES, _l("It comes in one piece")),
            SelectChoice("next_link", _l("Each page says where the next one is")),
            SelectChoice("page", _l("Pages are numbered in the address")),
            SelectChoice("offset", _l("The address counts the records to skip")),
        ],
        default=NO_PAGES,
    )
    paging_path = StringField(_l("Where the next address stands"), [Length(max=100)])
    paging_param = StringField(_l("Name of the page or offset"), [Length(max=100)])
    paging_size_param = StringField(_l("Name of the page’s size"), [Length(max=100)])
    paging_size = IntegerField(
        _l("Records a page"),
        [_given_where_counted, NumberRange(1, 100_000, _l("Give a number from 1 to 100,000."))],
    )
    paging_first = SelectField(
        _l("The first page is number"),
        choices=[SelectChoice("1", "1"), SelectChoice("0", "0")],
        default="1",
    )
    own_certificate = BooleanField(
        _l("This server’s certificate is not signed by a known authority")
    )

    def validate_own_certificate(self, field: Field) -> None:
        scheme = scheme_of(str(self["location"].data or "").strip())
        if field.data and scheme not in ("ftps", "ftpes"):
            raise ValidationError(_("This is for addresses that begin with ftps:// or ftpes://."))

    def validate_paging_param(self, field: Field) -> None:
        if self.paging_kind.data in ("page", "offset") and not field.data:
            raise ValidationError(_("Give the name of the parameter, such as page or offset."))

    def fetching(self, known: Source | None) -> Fetching:
        """Of a form that is valid; what the fetches themselves noted is kept."""
        noted = fetching_of(known) if known is not None else Fetching()
        decided: dict[str, object] = {
            "pick": self.pick.data,
            "paging": self._paging(),
            "own_certificate": self.own_certificate.data,
        }
        if self.own_certificate.data != noted.own_certificate:
            decided |= {"host_key": None, "offered_key": None}
        return noted.model_copy(update=decided)

    def _paging(self) -> Paging | None:
        if not self.paging_kind.data:
            return None
        given: dict[str, Any] = {"kind": self.paging_kind.data}
        if self.paging_kind.data == "next_link":
            return Paging(**given, path=(self.paging_path.data or "").strip())
        if self.paging_size.data is not None:
            given["size"] = self.paging_size.data
        return Paging(
            **given,
            param=self.paging_param.data or "",
            size_param=self.paging_size_param.data or "",
            first=int(self.paging_first.data),
        )


def fetching_of(source: Source) -> Fetching:
    return Fetching.model_validate(source.fetching)


def host_key_fingerprint(host_key: str | None) -> str:
    """As ssh-keygen -l and a vendor's support show it: "ssh-ed25519 SHA256:…"."""
    kind, _separator, key = (host_key or "").partition(" ")
    if not key or kind == "certificate":
        return key
    digest = b64encode(sha256(b64decode(key)).digest()).decode().rstrip("=")
    return f"{kind} SHA256:{digest}"


def fields_of_fetching(source: Source) -> dict[str, object]:
    fetching = fetching_of(source)
    paging = fetching.paging
    decided: dict[str, object] = {
        "pick": fetching.pick,
        "own_certificate": fetching.own_certificate,
    }
    if paging is None:
        return decided
    return decided | {
        "paging_kind": paging.kind,
        "paging_path": paging.path,
        "paging_param": paging.param,
        "paging_size_param": paging.size_param,
        "paging_size": paging.size,
        "paging_first": str(paging.first),
    }
