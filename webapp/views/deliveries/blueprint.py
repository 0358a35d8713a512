"""The blueprint that all pages of deliveries share."""

from flask import Blueprint

bp = Blueprint("deliveries", __name__)
