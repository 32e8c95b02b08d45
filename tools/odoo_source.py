"""Where does Odoo 19 come from?

1. `ODOO_HOME`: a source checkout or an installation;
2. an `odoo` 19 that this Python can import;
3. Debian's package `odoo-19`. It is in the suite `sid` only, so it is fetched with an apt root of its own in the
   cache: own sources, lists and status. The system's packages are never touched, no root rights are needed.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.environment import Stop, cache, locked, run, say, step

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
ODOO_PACKAGE = "odoo-19"
# What Odoo's static files link to, and Debian keeps in packages of their own.
STATIC_PACKAGES = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
)
# Debian leaves these files out, and the web assets log an error without them.
EMPTY_FILES = ("addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js",)


def find_odoo():
    """Return the folder of the Python package `odoo`, fetching Odoo if there is none."""
    if os.environ.get("ODOO_HOME"):
        return _from_home(Path(os.environ["ODOO_HOME"]).expanduser().resolve())
    return _importable() or _from_debian()


def addons_paths(odoo):
    """Return the addons folders that belong to the package folder `odoo`."""
    # A source checkout keeps most addons beside the package. Debian has such a folder too, but only with the
    # Python files in it: what counts is `web` with its manifest *and* its static files.
    beside = odoo.parent / "addons"
    paths = [odoo / "addons"]
    if (beside / "web" / "static").is_dir():
        paths.append(beside)
    return paths


def odoo_version(odoo):
    """Return the text that tells one Odoo from another: version and where it lies."""
    stamp = odoo.parent.joinpath("continuity-version")
    if stamp.exists():
        return stamp.read_text().strip()
    return f"{_series(odoo)} {odoo}"


def _series(odoo):
    release = odoo / "release.py"
    found = re.search(
        r"^version_info = \((\d+), (\d+)",
        release.read_text() if release.exists() else "",
        re.M,
    )
    return ".".join(found.groups()) if found else None


def _from_home(home):
    for odoo in (
        home / "odoo",
        home,
        home / "usr/lib/python3/dist-packages/odoo",
    ):
        if _series(odoo) == "19.0":
            return odoo
    raise Stop(
        f"ODOO_HOME={home} holds no Odoo 19: point it at a source checkout of Odoo 19.0"
    )


def _importable():
    code = "import odoo, os; print(os.path.dirname(odoo.release.__file__))"
    code = f"import odoo.release; {code}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd="/"
    )
    odoo = Path(done.stdout.strip()) if done.returncode == 0 else None
    return odoo if odoo and _series(odoo) == "19.0" else None


def _from_debian():
    root = cache("odoo")
    odoo = root / "usr/lib/python3/dist-packages/odoo"
    stamp = odoo.parent / "continuity-version"
    if stamp.exists():
        return odoo
    with locked("odoo"):
        if not stamp.exists():
            _fetch(root)
    return odoo


def _fetch(root):
    """Unpack Odoo beside its final place and move it there in one step: no half Odoo ever has the right name."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise Stop(
            "no apt here to fetch Odoo with: set ODOO_HOME to a source checkout of Odoo 19.0"
        )
    building = cache("odoo.building")
    for leftover in (building, root):
        shutil.rmtree(leftover, ignore_errors=True)
    archives = _download()
    with step("unpacking Odoo"):
        for archive in archives:
            run(["dpkg-deb", "-x", archive, building])
    odoo = building / "usr/lib/python3/dist-packages/odoo"
    for name in EMPTY_FILES:
        path = odoo / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    _turn_links(building)
    stamp = [a.name for a in archives if a.name.startswith(ODOO_PACKAGE + "_")]
    (odoo.parent / "continuity-version").write_text(stamp[0])
    building.rename(root)
    shutil.rmtree(archives[0].parent)


def _turn_links(root):
    """Re-point absolute links (/usr/share/…) into the unpacked tree."""
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = Path(folder, name)
            if path.is_symlink() and os.readlink(path).startswith("/"):
                inside = root / os.readlink(path).lstrip("/")
                path.unlink()
                path.symlink_to(os.path.relpath(inside, folder))


def _download():
    """Download the packages with an apt of our own and return the files."""
    apt = cache("apt")
    debs = apt / "debs"
    for folder in ("state/lists/partial", "cache/archives/partial", "debs"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    (apt / "status").touch()
    (apt / "sources.list").write_text(
        f"deb [signed-by={KEYRING}] {_mirror()} sid main\n"
    )
    options = [
        f"Dir::Etc::sourcelist={apt}/sources.list",
        "Dir::Etc::sourceparts=/dev/null",
        f"Dir::State={apt}/state",
        f"Dir::State::status={apt}/status",
        f"Dir::Cache={apt}/cache",
        f"APT::Sandbox::User={_user()}",
        "Acquire::Languages=none",
        "Acquire::Retries=3",
    ]
    options = [part for option in options for part in ("-o", option)]
    with step("reading Debian's package list (sid)"):
        _apt(["apt-get", *options, "update", "--error-on=any"], apt)
    with step("downloading Odoo (about 130 MB)"):
        _apt(
            ["apt-get", *options, "download", ODOO_PACKAGE, *STATIC_PACKAGES], debs
        )
    return sorted(debs.glob("*.deb"))


def _apt(command, folder):
    try:
        run(command, log=cache("logs", "apt.log"), cwd=folder)
    except Stop as error:
        raise Stop(
            f"cannot fetch Odoo from Debian sid (is there a network?): {error}; "
            "or set ODOO_HOME to a source checkout of Odoo 19.0"
        ) from error


def _user():
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


def _mirror():
    """Return the Debian mirror that this machine's apt uses."""
    done = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(SITE)|$(REPO_URI)"],
        capture_output=True,
        text=True,
        check=False,
    )
    mirrors = [line.split("|")[2] for line in done.stdout.splitlines()]
    mirrors = mirrors or re.findall(r"https?://[^\s]+", _sources())
    mirrors = [m.rstrip("/") for m in mirrors if m.rstrip("/").endswith("/debian")]
    if not mirrors:
        raise Stop(
            "this machine's apt knows no Debian mirror: set ODOO_HOME to a source checkout of Odoo 19.0"
        )
    say(f"Debian mirror: {mirrors[0]}")
    return mirrors[0]


def _sources():
    folder = Path("/etc/apt")
    files = [folder / "sources.list", *folder.glob("sources.list.d/*")]
    return "\n".join(path.read_text() for path in files if path.is_file())
