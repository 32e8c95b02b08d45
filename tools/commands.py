"""What does each `./dev …` command do?"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys

from tools import demo as demo_company
from tools import lint as linting
from tools import postgres, server, testing
from tools.environment import CHECKOUT, Stop, cache, say
from tools.runtime import ready


def main(arguments):
    """Run one command and return its exit code."""
    name, *rest = arguments or ["help"]
    command = COMMANDS.get(name.lstrip("-"))
    if not command:
        say(f"unknown command {name!r}; ./dev help lists them")
        return 2
    try:
        return command(rest) or 0
    except Stop as stop:
        say(f"cannot go on: {stop}")
        return 1
    except KeyboardInterrupt:
        return 130


def demo(arguments):
    """Make the demo company, walk through it, serve it [--no-serve] [--fresh] …"""
    parser = argparse.ArgumentParser(prog="./dev demo", description=demo.__doc__)
    parser.add_argument("--no-serve", dest="serve", action="store_false")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--port", type=int, default=server.PORT)
    demo_company.show(ready(), **vars(parser.parse_args(arguments)))


def test(arguments):
    """Pass the tests [--reuse: of the last test database] [arguments of pytest]."""
    return testing.run(ready(), arguments)


def lint(arguments):
    """Check the code [--fix: mend it] [--core: Odoo's own test_lint too]."""
    parser = argparse.ArgumentParser(prog="./dev lint", description=lint.__doc__)
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("--core", action="store_true")
    return linting.run(ready(), **vars(parser.parse_args(arguments)))


def shell(arguments):
    """Odoo shell on the demo database [-d DATABASE], or for a script on stdin."""
    parser = argparse.ArgumentParser(prog="./dev shell", description=shell.__doc__)
    parser.add_argument("-d", "--database", default=demo_company.NAME)
    name = parser.parse_args(arguments).database
    runtime = ready()
    if name == demo_company.NAME:
        demo_company.prepare(runtime)
    if not sys.stdin.isatty():
        return runtime.shell(name, "-")
    command = runtime.command(name, "--no-http", subcommand=["shell"])
    return subprocess.call(command, env=runtime.env)


def update(_arguments):
    """Upgrade the addons on the demo database."""
    demo_company.update(ready())


def screenshots(arguments):
    """Take the pictures of the README anew, from the demo database."""
    return demo_company.take_screenshots(ready(), arguments)


def clean(_arguments):
    """Stop the embedded PostgreSQL and remove the cache folder with all databases."""
    postgres.stop()
    folder = cache()
    shutil.rmtree(folder)
    say(f"removed {folder}")


def odoo(arguments):
    """Start Odoo by hand: ./dev odoo DATABASE [arguments of odoo]."""
    runtime = ready()
    return subprocess.call(runtime.command(*arguments), env=runtime.env)


def psql(arguments):
    """Start psql on the PostgreSQL in use: ./dev psql DATABASE [arguments of psql]."""
    return subprocess.call(["psql", *arguments], env=ready().env)


def env(_arguments):
    """Print the environment for work by hand, to be used as: eval "$(./dev env)"."""
    runtime = ready()
    changed = {k: v for k, v in runtime.env.items() if v != os.environ.get(k)}
    for name, value in {**changed, "ODOO": str(runtime.odoo)}.items():
        print(f"export {name}={shlex.quote(value)}")


def help_(_arguments):
    """This list."""
    print(f"Commands of {CHECKOUT / 'dev'}:\n")
    for name, command in COMMANDS.items():
        print(f"  ./dev {name:12} {command.__doc__}")


COMMANDS = {
    "demo": demo,
    "test": test,
    "lint": lint,
    "shell": shell,
    "update": update,
    "screenshots": screenshots,
    "clean": clean,
    "odoo": odoo,
    "psql": psql,
    "env": env,
    "help": help_,
}
