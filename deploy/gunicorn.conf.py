"""How gunicorn serves the pages and the vendors' door; WEB_CONCURRENCY sets the processes."""

import gc

from gunicorn.workers.base import Worker

bind = "0.0.0.0:8000"

# A page waits for the database most of its time: threads let one process answer several.
worker_class = "gthread"
threads = 4
timeout = 30
graceful_timeout = 30
keepalive = 5
# A process leaves after so many requests, each at another time, so no leak lives for ever.
# A vendor's flood of webhooks makes hundreds a second: often would be every few seconds.
max_requests = 200_000
max_requests_jitter = 40_000

# The sign of life of each process is a file; on a disk it could stall.
worker_tmp_dir = "/dev/shm"
control_socket_disable = True

logger_class = "webapp.gunicorn_log.GunicornLogger"
accesslog = "-"
# Without query strings: they may hold what nobody should read in a log.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s bytes %(M)s ms'


def post_worker_init(_worker: Worker) -> None:
    """What was loaded stays: the collector would walk over all of it, some 50 ms at a time."""
    gc.collect()
    gc.freeze()
