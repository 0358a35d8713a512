"""What is raised when PostgreSQL can't be reached or restarts: nothing can be noted then, and
leases bring the work back."""

import psycopg
from sqlalchemy.exc import InterfaceError, OperationalError

DATABASE_AWAY = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
