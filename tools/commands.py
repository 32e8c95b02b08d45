"""What does each `./dev …` command do?"""

import os
import subprocess
import sys

from tools import database, testing
from tools.environment import Stop, say
from tools.runtime import ready


def main(arguments):
    """Run one command and return its exit code."""
    command = COMMANDS.get(arguments[0] if arguments else "help")
    if not command:
        say(f"unknown command {arguments[0]!r}; ./dev help lists them")
        return 2
    try:
        return command(arguments[1:]) or 0
    except Stop as stop:
        say(f"cannot go on: {stop}")
        return 1
    except KeyboardInterrupt:
        return 130


def help_(arguments):
    """This list."""
    for name, command in COMMANDS.items():
        print(f"  ./dev {name:12}{command.__doc__.splitlines()[0]}")


def test(arguments):
    """Run the tests: ./dev test [--reuse] [pytest arguments]."""
    return testing.run(ready(), arguments)


def shell(arguments):
    """Odoo shell on the demo database, or on the one given with -d."""
    runtime = ready()
    name = database.DEMO
    if arguments[:1] == ["-d"]:
        name = arguments[1]
    if not sys.stdin.isatty():
        return runtime.shell(name, "-")
    return subprocess.call(
        runtime.command(name, "--no-http", subcommand=["shell"]), env=runtime.env
    )


def odoo(arguments):
    """Run Odoo by hand: ./dev odoo DATABASE [arguments of odoo]."""
    runtime = ready()
    return subprocess.call(runtime.command(*arguments), env=runtime.env)


def psql(arguments):
    """Run psql with the right PostgreSQL: ./dev psql DATABASE."""
    return subprocess.call(["psql", *arguments], env=ready().env)


def env(arguments):
    """Print the environment variables, to be used as: eval "$(./dev env)"."""
    runtime = ready()
    for name, value in runtime.env.items():
        if value != os.environ.get(name):
            print(f"export {name}='{value}'")
    print(f"export ODOO='{runtime.odoo}'")


COMMANDS = {
    "test": test,
    "shell": shell,
    "odoo": odoo,
    "psql": psql,
    "env": env,
    "help": help_,
}
