"""The blueprint of the studio's pages."""

from flask import Blueprint

bp = Blueprint("mapping", __name__)
