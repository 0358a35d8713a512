"""A background process: `python worker.py imports|offers|default|tick`."""

import os
import sys

from jobs.roles import ROLES, run_role
from webapp import create_app
from webapp.config import Config, ConfigError
from webapp.embedded import environment_with_engines
from webapp.logs import log_to_stderr


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in ROLES:
        print(f"Usage: python worker.py {'|'.join(ROLES)}", file=sys.stderr)
        return 2
    try:
        config = Config.from_env(environment_with_engines(os.environ))
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    log_to_stderr(config.log_format)
    with create_app(config).app_context():
        run_role(arguments[0], config)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
