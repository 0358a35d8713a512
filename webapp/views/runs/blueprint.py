"""The blueprint that all pages of runs share."""

from flask import Blueprint

bp = Blueprint("runs", __name__)
