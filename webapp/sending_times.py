"""When a message may go out: at once, after the quiet hours, or with the day's digest."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class SendingHours:
    """Times of day such as 22:00 in `timezone`; empty where there is none."""

    timezone: str = "UTC"
    quiet_from: str = ""
    quiet_until: str = ""
    digest_at: str = ""


def digest_time(hours: SendingHours, now: datetime) -> datetime:
    """The next time of the digest, in UTC."""
    return _next(hours.digest_at, hours.timezone, now)


def end_of_quiet(hours: SendingHours, now: datetime) -> datetime:
    """`now` itself outside of the quiet hours."""
    if not (hours.quiet_from and hours.quiet_until) or hours.quiet_from == hours.quiet_until:
        return now
    clock = now.astimezone(ZoneInfo(hours.timezone)).time()
    begins, ends = time.fromisoformat(hours.quiet_from), time.fromisoformat(hours.quiet_until)
    is_quiet = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    return _next(hours.quiet_until, hours.timezone, now) if is_quiet else now


def _next(clock: str, timezone: str, now: datetime) -> datetime:
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    moment = _at(today, clock, zone)
    return moment if moment > now else _at(today + timedelta(days=1), clock, zone)


def _at(day: date, clock: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)
