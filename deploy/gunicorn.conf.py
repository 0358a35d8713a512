"""How gunicorn serves the pages and the vendors' door; WEB_CONCURRENCY sets the processes."""

bind = "0.0.0.0:8000"

# A page waits for the database most of its time: threads let one process answer several.
worker_class = "gthread"
threads = 4
timeout = 30
graceful_timeout = 30
keepalive = 5
# A process leaves after so many requests, each at another time, so no leak lives for ever.
max_requests = 10_000
max_requests_jitter = 2_000

# The sign of life of each process is a file; on a disk it could stall.
worker_tmp_dir = "/dev/shm"
control_socket_disable = True

accesslog = "-"
# Without query strings: they may hold what nobody should read in a log.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s bytes %(M)s ms'
