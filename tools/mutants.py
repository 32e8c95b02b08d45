"""Do the pure tests notice a wrong sign? `python -m tools.mutants [module …]`.

Every module of `billing/` is changed in one place at a time: a comparison, a sign, a
number, a condition. The pure tests must fail for each; a change they do not notice is
listed. Some alter nothing anybody could see: `x > 0` and `x > 1`, where x is no 1 ever.
"""

import ast
import contextlib
import importlib
import importlib.machinery
import os
import signal
import sys

from tools import pure
from tools.environment import CHECKOUT

PACKAGE = CHECKOUT / pure.ADDON / "billing"
NAME = f"odoo.addons.{pure.ADDON}.billing"
#: The first failure ends a run: what takes longest is the last.
TESTS = (
    *("cases", "terms", "ask", "bounds", "shares", "suppose", "back", "verdict"),
    *("expiry", "wishes", "kinds", "answers", "attribute"),
)
SEEDS = range(250)
#: Of computing: a machine that is busy otherwise notices nothing.
SECONDS = 90
COMPARE = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
BINARY = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
    ast.FloorDiv: (ast.Mult,),
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


def mutations(tree):
    """Change a tree in one place after the other, and put it right again.

    :param ast.Module tree: of a module
    :return: generator of line and description; the tree is changed while one is used
    """
    # How a class is made decides nothing
    made = {
        part
        for node in ast.walk(tree)
        for decorator in getattr(node, "decorator_list", ())
        for part in ast.walk(decorator)
    }
    # Nor does what only guards against a mistake of ours
    made |= {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "strict"
    }
    for node in (node for node in ast.walk(tree) if node not in made):
        for field, new in _changes(node):
            old = getattr(node, field)
            setattr(node, field, new)
            ast.fix_missing_locations(tree)
            yield getattr(node, "lineno", 0), f"{_text(old)} → {_text(new)}"
            setattr(node, field, old)


def _changes(node):
    """What may be wrong in a node: its field, and another value."""
    change = CHANGES.get(type(node))
    return change(node) if change else ()


def _of_compare(node):
    if len(node.ops) == 1:
        return [("ops", [other()]) for other in COMPARE[type(node.ops[0])]]
    return []


def _of_binary(node):
    return [("op", other()) for other in BINARY.get(type(node.op), ())]


def _of_bool(node):
    yield "op", ast.Or() if isinstance(node.op, ast.And) else ast.And()
    for k in range(len(node.values)):
        yield "values", node.values[:k] + node.values[k + 1 :]


def _of_constant(node):
    if isinstance(node.value, bool):
        yield "value", not node.value
    elif isinstance(node.value, int):
        yield "value", node.value + 1


def _of_condition(node):
    yield "test", ast.UnaryOp(ast.Not(), node.test)


def _of_unary(node):
    return [("op", ast.UAdd())] if isinstance(node.op, ast.USub) else []


def _of_call(node):
    other = CALLS.get(getattr(node.func, "id", None))
    return [("func", ast.Name(other, ast.Load()))] if other else []


CHANGES = {
    ast.Compare: _of_compare,
    ast.BinOp: _of_binary,
    ast.AugAssign: _of_binary,
    ast.BoolOp: _of_bool,
    ast.Constant: _of_constant,
    ast.If: _of_condition,
    ast.IfExp: _of_condition,
    ast.UnaryOp: _of_unary,
    ast.Call: _of_call,
}


def _text(value):
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, ast.expr):
        return ast.unparse(value)
    return type(value).__name__ if isinstance(value, ast.AST) else repr(value)


def survives(name, tree):
    """Pass the tests with a changed module, in a process of its own.

    :param str name: of the module
    :param ast.Module tree: changed
    :return: whether no test noticed
    :rtype: bool
    """
    child = os.fork()
    if not child:
        # A change may make a loop endless, which is noticed, too
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        code = 1
        with contextlib.suppress(BaseException):
            _pass_tests(name, tree)
            code = 0
        os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def _pass_tests(name, tree):
    """Import everything anew and call the tests, without pytest: it takes too long."""
    sys.meta_path.insert(0, _Finder(f"{NAME}.{name}", tree))
    for part in TESTS:
        module = _import_tests(f"test_settle_{part}")
        for test in list(vars(module).values()):
            if getattr(test, "__name__", "").startswith("test_"):
                for values in _parameters(test):
                    test(**values)
    # Random facts without hypothesis, which takes longer to choose them than they take
    _import_tests("test_settle_properties").check_seeds(SEEDS)


def _import_tests(name):
    """Import a file of tests, in whichever room of the tests it is."""
    (path,) = (CHECKOUT / pure.ADDON / "tests").rglob(f"{name}.py")
    inside = path.relative_to(CHECKOUT).with_suffix("").parts
    return importlib.import_module(".".join(["odoo", "addons", *inside]))


def _parameters(test):
    """Return the arguments of all calls of a test; none for one that is left out."""
    calls = [{}]
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "heavy":
            return []
        if mark.name == "parametrize":
            names, values = mark.args
            names = [names] if isinstance(names, str) else names
            calls = [
                {**call, **dict(zip(names, _values(one, names), strict=True))}
                for call in calls
                for one in values
            ]
    return calls


def _values(one, names):
    one = one.values if hasattr(one, "marks") else one
    return one if len(names) > 1 or isinstance(one, tuple) else (one,)


class _Finder:
    """Gives the changed module instead of the one on disk."""

    def __init__(self, name, tree):
        self.name, self.code = name, compile(tree, name, "exec")

    def find_spec(self, name, _path=None, _target=None):
        """The changed module, by its name only."""
        if name == self.name:
            return importlib.machinery.ModuleSpec(name, self)
        return None

    def create_module(self, _spec):
        """Let Python make it."""

    def exec_module(self, module):
        """Run the changed code in it."""
        exec(self.code, module.__dict__)  # noqa: S102 -- it is ours


def main(names):
    """Change every module, or the named ones, and say what was not noticed."""
    # Loaded once, for all children
    import hypothesis.strategies  # noqa: F401
    import pytest  # noqa: F401

    pure.load()
    files = [PACKAGE / f"{name}.py" for name in names] or sorted(PACKAGE.glob("*.py"))
    total = survivors = 0
    for file in files:
        source = file.read_text(encoding="utf-8")
        tree = ast.parse(source)
        if not survives(file.stem, tree):
            print(f"{file.name}: the tests fail without a change")
            return 1
        for line, text in mutations(tree):
            total += 1
            if survives(file.stem, tree):
                survivors += 1
                code = source.splitlines()[line - 1].strip() if line else ""
                print(f"{file.name}:{line}: {text}: {code}", flush=True)
    killed = total - survivors
    print(f"{total} changes, {killed} noticed ({100 * killed / max(1, total):.1f} %)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
