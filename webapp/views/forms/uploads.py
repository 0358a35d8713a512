"""The form that sends a feed file from a person's computer."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from webapp.views.forms.clean import PageForm


class UploadForm(PageForm):
    file = FileField(_l("File"), [FileRequired(_l("Choose a file first."))])
