"""What does each `./dev …` command do? One function each; `./dev help` prints this."""

import argparse
import os
import shlex
import shutil
import signal
import subprocess
import sys

from bench import night, plan
from bench import run as benchmarks
from tools import demo as demo_company
from tools import host, postgres, providers, server, testing
from tools import house as rooms
from tools import lint as linting
from tools.environment import CHECKOUT, Stop, cache, in_use, say
from tools.packages import LINTERS, TESTS
from tools.runtime import ready


def main(arguments):
    """Run one command and return its exit code."""
    name, *rest = arguments or ["help"]
    command = help_ if name in ("-h", "--help") else COMMANDS.get(name)
    if not command:
        say(f"unknown command {name!r}; ./dev help lists them")
        return 2
    # Ended politely, it ends what it started (a server, a test run) too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        # Kept open, and with it the mark, until the command has ended.
        _mark = in_use(exclusive=command is clean)
        return command(rest) or 0
    except Stop as stop:
        say(f"cannot go on: {stop}")
        return 1
    except KeyboardInterrupt:
        return 130


def _parser(command):
    name = command.__name__.rstrip("_")
    return argparse.ArgumentParser(prog=f"./dev {name}", description=command.__doc__)


def demo(arguments):
    """Make the demo company, walk through it, serve it [--no-serve] [--fresh] …"""
    parser = _parser(demo)
    parser.add_argument(
        "--no-serve", dest="serve", action="store_false", help="end after the walk"
    )
    parser.add_argument("--fresh", action="store_true", help="make it anew")
    parser.add_argument("--port", type=int, default=server.PORT)
    demo_company.show(ready(), **vars(parser.parse_args(arguments)))


def test(arguments):
    """Pass the tests [--all: heavy too] [--reuse: last database] [--host: Odoo's] …"""
    if "--host" in arguments:
        names = [name for name in arguments if not name.startswith("-")]
        return host.run(ready(TESTS), names)
    return testing.run(ready(TESTS), arguments)


def providers_(arguments):
    """Try Odoo's modules of payment providers over HTTP [stripe …] …"""
    return providers.run(ready(TESTS), arguments)


def lint(arguments):
    """Check the code [--fix: mend it] [--quick: no database] [--core: Odoo's too]."""
    parser = _parser(lint)
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("--core", action="store_true")
    parser.add_argument("--quick", action="store_true")
    return linting.run(ready(TESTS, LINTERS), **vars(parser.parse_args(arguments)))


def house(arguments):
    """Show figures about the rooms of the house, beside what they should be."""
    _parser(house).parse_args(arguments)
    rooms.show()


def bench(arguments):
    """Measure the jobs beside Odoo and a peer [--quick] [--write] [WORK …] …"""
    parser = _parser(bench)
    names = ", ".join((*plan.WORKS, plan.NIGHT))
    parser.add_argument("works", nargs="*", metavar="WORK", help=names)
    parser.add_argument(
        "--size",
        action="append",
        dest="sizes",
        type=plan.parse_size,
        metavar="DUE/ORDERS",
        help="so many due of so many in the database; may be repeated",
    )
    parser.add_argument("--rounds", type=int, default=benchmarks.ROUNDS)
    parser.add_argument("--quick", action="store_true", help="under five minutes")
    parser.add_argument("--write", action="store_true", help="into bench/README.md")
    parser.add_argument("--profile", metavar="WORK", help="its top costs instead")
    parser.add_argument("--cards", type=int, default=plan.CARDS, help="of the night")
    parser.add_argument("--workers", type=int, default=plan.CHARGE_WORKERS)
    options = vars(parser.parse_args(arguments))
    of_night = options.pop("cards"), options.pop("workers")
    if options["works"] == [plan.NIGHT]:
        return night.run(ready(TESTS), *of_night)
    if work := options.pop("profile"):
        size = (options["sizes"] or plan.QUICK)[0]
        return benchmarks.profile(ready(TESTS), work, *size)
    return benchmarks.run(ready(TESTS), **options)


def shell(arguments):
    """Odoo shell on the demo database [-d DATABASE], or for a script on stdin."""
    parser = _parser(shell)
    parser.add_argument("-d", "--database", default=demo_company.NAME)
    name = parser.parse_args(arguments).database
    runtime = ready()
    if name == demo_company.NAME:
        demo_company.prepare(runtime)
    if not sys.stdin.isatty():
        return runtime.shell(name, "-")
    command = runtime.command(name, "--no-http", subcommand=["shell"])
    return subprocess.call(command, env=runtime.env)


def update(arguments):
    """Upgrade the addons on the demo database."""
    _parser(update).parse_args(arguments)
    demo_company.update(ready())


def screenshots(arguments):
    """Take the pictures of the README anew, from the demo database."""
    return demo_company.take_screenshots(ready(TESTS), arguments)


def clean(arguments):
    """Stop the embedded PostgreSQL and remove the cache folder with all databases."""
    _parser(clean).parse_args(arguments)
    postgres.stop()
    folder = cache()
    shutil.rmtree(folder)
    say(f"removed {folder}")


def odoo(arguments):
    """Start Odoo by hand: ./dev odoo DATABASE [arguments of odoo]."""
    if not arguments:
        raise Stop("which database? ./dev odoo DATABASE [arguments of odoo]")
    runtime = ready()
    return subprocess.call(runtime.command(*arguments), env=runtime.env)


def psql(arguments):
    """Start psql on the PostgreSQL in use: ./dev psql DATABASE [arguments of psql]."""
    return subprocess.call(["psql", *arguments], env=ready().env)


def env(arguments):
    """Print the environment for work by hand, to be used as: eval "$(./dev env)"."""
    _parser(env).parse_args(arguments)
    runtime = ready(TESTS, LINTERS)
    changed = {k: v for k, v in runtime.env.items() if v != os.environ.get(k)}
    # Where a person's own programs look for their settings is not ours to say.
    changed = {k: v for k, v in changed.items() if not k.startswith("XDG_")}
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
    "providers": providers_,
    "lint": lint,
    "house": house,
    "bench": bench,
    "shell": shell,
    "update": update,
    "screenshots": screenshots,
    "clean": clean,
    "odoo": odoo,
    "psql": psql,
    "env": env,
    "help": help_,
}
