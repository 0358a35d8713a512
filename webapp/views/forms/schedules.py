"""The schedule part of a source's form, which also stands alone for its preview."""

from typing import Protocol

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectChoice, SelectField, StringField

from webapp.models import ScheduleKind, Source, utc_now
from webapp.schedules import (
    HOUR,
    Schedule,
    ScheduleError,
    checked_schedule,
    in_words,
    moment_in_words,
    next_times,
    timezone_names,
)
from webapp.views.forms.clean import CleanForm

TIMES_SHOWN = 3

MINUTES, HOURS = "minutes", "hours"
KINDS = [
    SelectChoice(MINUTES, _l("Every … minutes")),
    SelectChoice(HOURS, _l("Every … hours")),
    SelectChoice(ScheduleKind.DAILY.value, _l("Every day at")),
    SelectChoice(ScheduleKind.CRON.value, _l("By cron line")),
    SelectChoice(ScheduleKind.MANUAL.value, _l("Only when someone asks")),
]


class ScheduleFields:
    """Mixed into a form: the kind, a value for each kind, and the time zone."""

    schedule_kind = RadioField(_l("When it is read"), choices=KINDS, default=HOURS)
    minutes = StringField(_l("Minutes"), default="15")
    hours = StringField(_l("Hours"), default="6")
    daily = StringField(_l("Times of day"), default="03:00")
    cron = StringField(_l("Cron line"), default="30 6 * * 1-5")
    timezone = SelectField(_l("Time zone"), default="Europe/Madrid")

    def offer_timezones(self) -> None:
        self.timezone.choices = [SelectChoice(name) for name in timezone_names()]

    def schedule(self) -> Schedule:
        """:raise ScheduleError: with a sentence about the value of the chosen kind."""
        kind, timezone = self.schedule_kind.data, self.timezone.data or ""
        if kind == MINUTES:
            return checked_schedule(ScheduleKind.INTERVAL, self.minutes.data or "", timezone)
        if kind == HOURS:
            return checked_schedule(ScheduleKind.INTERVAL, self._hours_in_minutes(), timezone)
        if kind == ScheduleKind.DAILY:
            return checked_schedule(kind, self.daily.data or "", timezone)
        if kind == ScheduleKind.CRON:
            return checked_schedule(kind, self.cron.data or "", timezone)
        return checked_schedule(ScheduleKind.MANUAL, "", timezone)

    def value_field(self) -> Field:
        """The field that an error of the schedule is about."""
        return {
            MINUTES: self.minutes,
            HOURS: self.hours,
            ScheduleKind.DAILY: self.daily,
            ScheduleKind.CRON: self.cron,
        }.get(self.schedule_kind.data, self.schedule_kind)

    def _hours_in_minutes(self) -> str:
        hours = (self.hours.data or "").strip()[:9]
        return str(int(hours) * HOUR) if hours.isascii() and hours.isdecimal() else hours


class ScheduleForm(ScheduleFields, CleanForm):
    pass


class ScheduledForm(Protocol):
    """A page's form with the fields above."""

    schedule_kind: RadioField

    def schedule(self) -> Schedule: ...
    def value_field(self) -> Field: ...
    def is_submitted(self) -> bool: ...
    def validate(self) -> bool: ...


def sent_schedule(form: ScheduledForm) -> Schedule | None:
    """Of a form that was sent to be saved and is right in all its parts; what is wrong with the
    schedule stands at its field then."""
    if not form.is_submitted() or "preview" in request.form:
        return None
    is_valid = form.validate()
    try:
        schedule = form.schedule()
    except ScheduleError as error:
        if not form.schedule_kind.errors:
            field = form.value_field()
            field.errors = [*field.errors, str(error)]
        return None
    return schedule if is_valid else None


def preview(form: ScheduleFields) -> dict[str, object]:
    """The schedule in words and its next times, or what is wrong with it."""
    try:
        schedule = form.schedule()
    except ScheduleError as error:
        return {"error": str(error), "words": "", "times": []}
    moments = next_times(schedule, utc_now(), TIMES_SHOWN)
    times = [moment_in_words(moment, schedule.timezone) for moment in moments]
    return {"error": "", "words": in_words(schedule), "times": times}


def fields_of_schedule(source: Source) -> dict[str, object]:
    kind, value = source.schedule_kind, source.schedule_value
    if kind == ScheduleKind.INTERVAL:
        minutes = int(value)
        if minutes % HOUR == 0:
            chosen: dict[str, object] = {"schedule_kind": HOURS, "hours": str(minutes // HOUR)}
        else:
            chosen = {"schedule_kind": MINUTES, "minutes": value}
    elif kind == ScheduleKind.DAILY:
        chosen = {"schedule_kind": kind, "daily": value.replace(",", ", ")}
    elif kind == ScheduleKind.CRON:
        chosen = {"schedule_kind": kind, "cron": value}
    else:
        chosen = {"schedule_kind": kind}
    return {**chosen, "timezone": source.timezone}
