# One image for every role; compose.yaml says which command makes it web, imports, offers,
# default or tick.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    HOME=/tmp \
    SPOOL_DIR=/var/spool/offerdock

RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin offerdock \
    && install -d -o offerdock -g offerdock -m 750 /var/spool/offerdock

WORKDIR /app

# Before the code, so that a change of code installs nothing anew.
COPY requirements.txt constraints.txt ./
RUN pip install -r requirements.txt

COPY wsgi.py worker.py ./
COPY webapp/ webapp/
COPY jobs/ jobs/
COPY templates/ templates/
COPY static/ static/
COPY migrations/ migrations/
COPY deploy/gunicorn.conf.py deploy/healthcheck.py deploy/
# The containers' file system is read-only: what Python compiles has to be there already.
RUN python -m compileall -q wsgi.py worker.py webapp jobs migrations

USER offerdock
EXPOSE 8000
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
