"""Forms of logging in, passwords, people and agencies."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import EqualTo, InputRequired, Length

from webapp.models import Agency, Role, User
from webapp.services.accounts import AccountRefused
from webapp.services.passwords import weakness
from webapp.views.forms.clean import PageForm

ROLES = [
    SelectChoice(Role.AGENT, _l("Agent: sets up sources of the agency, retries and approves")),
    SelectChoice(Role.VIEWER, _l("Viewer: sees everything of the agency, changes nothing")),
    SelectChoice(Role.ADMIN, _l("Admin: sees and changes every agency, and invites people")),
]


class LoginForm(PageForm):
    email = EmailField(_l("Email"), [InputRequired(_l("Type your email address."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Type your password."))])


class NewPasswordForm(PageForm):
    password = PasswordField(_l("New password"), [InputRequired(_l("Choose a password."))])
    again = PasswordField(
        _l("New password again"),
        [
            InputRequired(_l("Type the new password a second time.")),
            EqualTo("password", _l("The two passwords are not the same.")),
        ],
    )

    def is_good_for(self, user: User) -> bool:
        if not self.validate_on_submit():
            return False
        if reason := weakness(self.password.data, user.name, user.email):
            self.password.errors = [*self.password.errors, reason]
        return not self.errors


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(
        _l("Current password"), [InputRequired(_l("Type the password you have now."))]
    )


class RoleForm(PageForm):
    role = RadioField(_l("Role"), choices=ROLES, default=Role.AGENT)
    agency = SelectField(_l("Agency"), coerce=str)

    def offer_agencies(self, agencies: list[Agency]) -> None:
        self.agency.choices = [
            SelectChoice("", _l("No agency (admins only)")),
            *(SelectChoice(str(agency.id), agency.name) for agency in agencies),
        ]

    def chosen_agency(self, agencies: list[Agency]) -> Agency | None:
        return next((a for a in agencies if str(a.id) == self.agency.data), None)


class InviteForm(RoleForm):
    email = EmailField(_l("Email"), [InputRequired(_l("Type the person’s email address."))])
    name = StringField(_l("Name"), [InputRequired(_l("Give the person’s name.")), Length(max=200)])


class AgencyForm(PageForm):
    name = StringField(_l("Name"), [InputRequired(_l("Give the agency’s name.")), Length(max=200)])


def show_refusal(form: PageForm, refusal: AccountRefused) -> None:
    """Put a service's refusal at the field it is about."""
    field = form[refusal.field]
    field.errors = [*field.errors, str(refusal)]
