# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestMixinMethods(TransactionCase):
    """A model does not replace a check of a mixin of ours by chance.

    A check that has the name of a check of the mixin takes its place, and nobody sees.
    """

    def test_checks_of_mixins_are_continued(self):
        replaced, seen = set(), set()
        for model in self.env.registry.values():
            classes = [
                part
                for part in model.mro()
                if part.__module__.startswith("odoo.addons.continuity_program")
                and "_name" in part.__dict__
            ]
            mixins = [part for part in classes if part._name.endswith(".mixin")]
            for mixin in mixins:
                seen.add(mixin._name)
                for part in classes[: classes.index(mixin)]:
                    replaced.update(self._find_replaced(part, mixin))
        self.assertIn("continuity.typed.mixin", seen)
        self.assertEqual(replaced, set())

    def _find_replaced(self, part, mixin):
        """List the checks of a mixin that a class has and does not continue."""
        if part._name == mixin._name:
            return
        for name in part.__dict__.keys() & mixin.__dict__.keys():
            is_check = name.startswith("_check_")
            if is_check and "super()" not in inspect.getsource(part.__dict__[name]):
                yield f"{part._name}.{name}"
