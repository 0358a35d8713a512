"""The forms of notifications: a place that messages go to, and a rule about who is told what."""

from collections.abc import Collection, Sequence
from datetime import time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput

from webapp.alert_kinds import MACHINERY, AlertKind
from webapp.channel_addresses import LONGEST, AddressRefused, ChannelAddress, checked_address
from webapp.models import Agency, NotificationChannel, NotificationRule, Source
from webapp.schedules import timezone_names
from webapp.services.notifications import RuleSettings
from webapp.views.forms.clean import PageForm
from webapp.views.forms.sources import LONGEST_NAME
from webapp.views.notification_words import ALERT_KINDS

USUAL = (
    AlertKind.RUN_FAILED,
    AlertKind.RUN_HELD,
    AlertKind.NO_SUCCESS_FOR,
    AlertKind.SOURCE_BROKEN,
    AlertKind.DELIVERY_FAILURES,
)
LONGEST_HOURS = 24 * 31


class ChecksField(SelectMultipleField):
    """Several of a list, a checkbox each."""

    option_widget = CheckboxInput()


class NewChannelForm(PageForm):
    name = StringField(_l("Name"), [DataRequired(_l("Give it a name.")), Length(max=LONGEST_NAME)])
    agency = SelectField(_l("Who is told"), coerce=str)
    address = StringField(
        _l("Address"), [DataRequired(_l("Say where messages go.")), Length(max=LONGEST)]
    )

    def offer_agencies(self, agencies: Sequence[Agency], *, all_of_them: bool) -> None:
        """One that there is no choice about isn't asked. `all_of_them`: a person who runs
        Offerdock may also add a channel for those who do."""
        choices = [SelectChoice(str(agency.id), agency.name) for agency in agencies]
        if all_of_them:
            choices.insert(0, SelectChoice("", _("Those who run Offerdock, about all agencies")))
        self.agency.choices = choices
        if len(choices) == 1:
            del self.agency

    def chosen_agency(self, agencies: Sequence[Agency]) -> Agency | None:
        if not self.agency:
            return agencies[0] if agencies else None
        return next((one for one in agencies if str(one.id) == self.agency.data), None)

    def validate_address(self, field: Field) -> None:
        self.checked_address()

    def checked_address(self) -> ChannelAddress:
        """:raise ValidationError: nothing can be sent there"""
        try:
            return checked_address(self.address.data or "")
        except AddressRefused as refusal:
            raise ValidationError(str(refusal)) from refusal


class ChannelForm(PageForm):
    """Of one that exists: its address is a secret, and is not shown again."""

    name = StringField(_l("Name"), [DataRequired(_l("Give it a name.")), Length(max=LONGEST_NAME)])
    address = StringField(_l("Another address"), [Length(max=LONGEST)])

    def validate_address(self, field: Field) -> None:
        self.checked_address()

    def checked_address(self) -> ChannelAddress | None:
        """None: it stays the one that it is.

        :raise ValidationError: nothing can be sent there
        """
        typed = str(self.address.data or "").strip()
        try:
            return checked_address(typed) if typed else None
        except AddressRefused as refusal:
            raise ValidationError(str(refusal)) from refusal


def _percent(label: str, usual: int, most: int) -> IntegerField:
    wrong = _l("Give a whole number of percent, from 1 to %(most)s.", most=most)
    return IntegerField(label, [InputRequired(wrong), NumberRange(1, most, wrong)], default=usual)


class RuleForm(PageForm):
    channels = ChecksField(
        _l("Where messages go"),
        [DataRequired(_l("Choose at least one."))],
        coerce=str,
    )
    source = SelectField(_l("About"), coerce=str)
    kinds = ChecksField(
        _l("Tell when"), [DataRequired(_l("Choose at least one."))], coerce=str, default=USUAL
    )
    no_success_hours = IntegerField(
        _l("No successful run for"),
        [
            InputRequired(_l("Give a whole number of hours.")),
            NumberRange(1, LONGEST_HOURS, _l("Give a number of hours from 1 to 744.")),
        ],
        default=24,
    )
    rejected_percent = _percent(_l("Refused, more than"), 10, 100)
    moved_percent = _percent(_l("Offers moved by more than"), 30, 1_000)
    quiet_from = TimeField(_l("Quiet from"), [Optional()])
    quiet_until = TimeField(_l("Quiet until"), [Optional()])
    critical_at_once = BooleanField(_l("What cannot wait comes at once all the same"), default=True)
    digest_at = TimeField(_l("One message a day, at"), [Optional()])
    timezone = SelectField(_l("Time zone"), default="Europe/Madrid")

    def offer(self, channels: Sequence[NotificationChannel], sources: Sequence[Source]) -> None:
        self._channels = {str(channel.id): channel for channel in channels}
        self._sources = {str(source.id): source for source in sources}
        self.channels.choices = [(id, one.name) for id, one in self._channels.items()]
        if self.source:
            self.source.choices = [
                SelectChoice("", _("All sources")),
                *(SelectChoice(id, source.name) for id, source in self._sources.items()),
            ]
        runs_offerdock = any(channel.agency_id is None for channel in channels)
        self.kinds.choices = [
            (kind.value, str(words))
            for kind, words in ALERT_KINDS.items()
            if runs_offerdock or kind not in MACHINERY
        ]
        self.timezone.choices = [SelectChoice(name) for name in timezone_names()]

    def validate_channels(self, field: Field) -> None:
        if len({channel.agency_id for channel in self.chosen_channels()}) > 1:
            raise ValidationError(
                _("These are channels of several agencies. Make a rule for each of them.")
            )

    def validate_source(self, field: Field) -> None:
        source, channels = self.chosen_source(), self.chosen_channels()
        if source and any(one.agency_id not in (None, source.agency_id) for one in channels):
            raise ValidationError(_("This source is of another agency than the channels."))

    def validate_kinds(self, field: Field) -> None:
        is_of_an_agency = any(one.agency_id is not None for one in self.chosen_channels())
        if is_of_an_agency and MACHINERY & set(field.data or ()):
            raise ValidationError(
                _("Only those who run Offerdock can be told about its workers and schedules.")
            )

    def validate_quiet_from(self, field: Field) -> None:
        # An empty field is never asked: the one that is filled tells that the other is missing.
        if (self.quiet_from.data is None) != (self.quiet_until.data is None):
            raise ValidationError(_("Give both times, or none."))

    validate_quiet_until = validate_quiet_from

    def chosen_channels(self) -> list[NotificationChannel]:
        return [self._channels[id] for id in self.channels.data or () if id in self._channels]

    def chosen_source(self) -> Source | None:
        return self._sources.get(str(self.source.data)) if self.source else None

    def settings(self) -> RuleSettings:
        return RuleSettings(
            kinds=[kind.value for kind in AlertKind if kind in _chosen(self.kinds.data)],
            no_success_hours=int(self.no_success_hours.data or 0),
            rejected_share=int(self.rejected_percent.data or 0) / 100,
            moved_share=int(self.moved_percent.data or 0) / 100,
            quiet_from=_clock(self.quiet_from.data),
            quiet_until=_clock(self.quiet_until.data),
            critical_at_once=bool(self.critical_at_once.data),
            digest_at=_clock(self.digest_at.data),
            timezone=str(self.timezone.data),
        )


def fields_of_rule(rule: NotificationRule) -> dict[str, object]:
    return {
        "channels": [str(channel.id) for channel in rule.channels],
        "kinds": rule.kinds,
        "no_success_hours": rule.no_success_hours,
        "rejected_percent": round(rule.rejected_share * 100),
        "moved_percent": round(rule.moved_share * 100),
        "quiet_from": _time(rule.quiet_from),
        "quiet_until": _time(rule.quiet_until),
        "critical_at_once": rule.critical_at_once,
        "digest_at": _time(rule.digest_at),
        "timezone": rule.timezone,
    }


def _chosen(values: Collection[str] | None) -> set[str]:
    return set(values or ())


def _clock(moment: time | None) -> str:
    return moment.strftime("%H:%M") if moment else ""


def _time(clock: str) -> time | None:
    return time.fromisoformat(clock) if clock else None
