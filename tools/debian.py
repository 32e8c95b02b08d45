"""How do we get files of Debian's suite `sid` without touching the system?

With an apt root of its own in the cache: own sources, lists and status, signed by
Debian's keyring. It only downloads packages, which are then unpacked into the cache;
nothing is installed and no root rights are needed.
"""

import os
import pwd
import re
import shutil
import subprocess
import threading
from pathlib import Path

from tools.environment import Stop, cache, locked, megabytes, run, say, step

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SUITE = "sid"
#: Whoever reads the package list into the apt root holds it alone, whoever downloads by
#: that list shares it.
LOCK = "apt"
#: The apt roots whose list was read by this process, and what its threads wait for
_read, _reading = set(), threading.Lock()


def is_available():
    """Return whether this machine has apt, dpkg and Debian's keys."""
    tools = all(shutil.which(name) for name in ("apt-get", "dpkg-deb"))
    return tools and KEYRING.exists()


def unpack(packages, target, what, finish=None):
    """Download packages of the suite and unpack them into a folder.

    Interrupted half-way it leaves no `target`: all is unpacked beside it and gets its
    name in one step.

    :param packages: names of Debian packages
    :param Path target: root of the unpacked files; has the file `versions` afterwards
    :param str what: what this is, for the progress line
    :param finish: called with the unpacked root before it gets its name
    """
    building = target.with_name(f"{target.name}.building")
    for leftover in (building, target):
        shutil.rmtree(leftover, ignore_errors=True)
    archives = _download(packages, cache("apt", f"{target.name}.debs"), what)
    with step(f"unpacking {what}", lambda: megabytes(building)):
        for archive in archives:
            run(["dpkg-deb", "-x", archive, building], log=_log(target))
    _turn_links(building)
    if finish:
        finish(building)
    names = [archive.stem for archive in archives]
    (building / "versions").write_text("\n".join(names) + "\n")
    building.rename(target)
    shutil.rmtree(archives[0].parent)


def _turn_links(root):
    """Re-point absolute links (/usr/share/…) into the unpacked tree."""
    for folder, folders, files in os.walk(root):
        for path in (Path(folder, name) for name in folders + files):
            if path.is_symlink() and os.readlink(path).startswith("/"):
                inside = root / os.readlink(path).lstrip("/")
                path.unlink()
                path.symlink_to(os.path.relpath(inside, folder))


def _download(packages, folder, what):
    """Return the archives; apt checks them and resumes what was interrupted."""
    apt = cache("apt", "root")
    folder.mkdir(parents=True, exist_ok=True)
    _read_list_once(apt)
    with (
        locked(LOCK, shared=True),
        step(f"downloading {what}", lambda: megabytes(folder)),
    ):
        _apt_get(apt, "download", *packages, cwd=folder, log=_log(folder))
    # Sorted by time: what an interrupted call left of an older version is not taken for
    # the new one.
    return [_newest(folder, package) for package in packages]


def _read_list_once(apt):
    # Of two threads the first reads the list and the other finds it read; then both
    # download, each as long as it takes.
    with _reading:
        if apt not in _read:
            with locked(LOCK):
                _read_list(apt)
            _read.add(apt)


def _read_list(apt):
    for path in (apt / "state/lists/partial", apt / "cache/archives/partial"):
        path.mkdir(parents=True, exist_ok=True)
    (apt / "status").touch()
    source = f"deb [signed-by={KEYRING}] {_mirror()} {SUITE} main\n"
    (apt / "sources.list").write_text(source)
    with step(f"reading Debian's package list ({SUITE})"):
        _apt_get(apt, "update", "--error-on=any", log=_log(apt))


def _log(folder):
    # One for each: two threads would empty each other's.
    return cache("logs", f"apt-{folder.stem}.log")


def _newest(folder, package):
    found = folder.glob(f"{package}_*.deb")
    return max(found, key=lambda path: path.stat().st_mtime)


def _apt_get(apt, *command, **kwargs):
    options = {
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State": apt / "state",
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt / "cache",
        # apt as root would hand over to the user _apt, who may not write into our
        # cache.
        "APT::Sandbox::User": pwd.getpwuid(os.geteuid()).pw_name,
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    options = [part for item in options.items() for part in ("-o", "%s=%s" % item)]
    try:
        run(["apt-get", *options, *command], **kwargs)
    except Stop as stop:
        raise Stop(
            f"cannot download from Debian {SUITE}, {stop}:"
            " mend the network or the mirror,"
            " or set ODOO_HOME to a source checkout of Odoo 19.0"
        ) from None


def _mirror():
    """Return the Debian mirror that this machine's apt uses."""
    # A machine that never ran `apt-get update` has sources all the same.
    known = _index_targets() + re.findall(r"\bhttps?://[^\s\]]+", _sources())
    for address in known:
        # Not the security archive (…/debian-security) and not another project's.
        if re.search(r"/debian/?$", address):
            say(f"Debian mirror: {address}")
            return address.rstrip("/")
    raise Stop(
        "this machine's apt names no Debian mirror:"
        " set ODOO_HOME to a source checkout of Odoo 19.0"
    )


def _index_targets():
    done = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.split()


def _sources():
    folder = Path("/etc/apt")
    files = [folder / "sources.list", *folder.glob("sources.list.d/*")]
    lines = [line for path in files if path.is_file() for line in path.open()]
    return "".join(line for line in lines if not line.lstrip().startswith("#"))
