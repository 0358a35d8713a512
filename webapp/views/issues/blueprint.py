"""The blueprint that the pages of issues share."""

from flask import Blueprint

bp = Blueprint("issues", __name__)
