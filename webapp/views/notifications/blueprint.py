"""The blueprint that the pages of notifications share."""

from flask import Blueprint

bp = Blueprint("notifications", __name__)
