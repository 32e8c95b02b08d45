"""How are the benchmarks run? Each script of `bench/` in `env`, on a fresh database."""

from tools import database
from tools.environment import CHECKOUT, Stop, step

NAME = "continuity_bench"


def run(runtime, names):
    """Run the scripts and return the exit code of the last one that failed, else 0.

    :param list names: stems of the scripts, all of them by default
    """
    scripts = sorted((CHECKOUT / "bench").glob("*.py"))
    scripts = [script for script in scripts if not names or script.stem in names]
    if not scripts:
        raise Stop(f"there is no benchmark {' '.join(names)} in {CHECKOUT / 'bench'}")
    code = 0
    for script in scripts:
        with step(f"preparing {NAME} for {script.stem}"):
            database.copy(runtime, database.template(runtime), NAME)
            database.install(runtime, NAME)
        code = runtime.shell(NAME, script) or code
    return code
