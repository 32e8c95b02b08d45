# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError


class LoyaltyReward(models.Model):
    """The reward: goods may be given away, the shipments of a program may not."""

    _inherit = "loyalty.reward"

    @api.constrains("reward_type", "reward_product_id", "reward_product_tag_id")
    def _check_continuity_products(self):
        for reward in self:
            if refusal := reward._get_continuity_refusal(reward.reward_product_ids):
                raise ValidationError(refusal)

    def _get_continuity_refusal(self, products):
        """Say that a program is no reward, where one of these products is a program.

        :param product.product products: what the reward gives
        :rtype: str | bool
        """
        self.ensure_one()
        # Portal users and visitors of the web shop cannot read programs
        programs_sudo = products.sudo().filtered("continuity_program_id")
        if not programs_sudo:
            return False
        return self.env._(
            "“%(reward)s” gives %(product)s. A continuity program cannot be a reward:"
            " its shipments are charged as the customer was told. Let the reward give"
            " other goods.",
            reward=self.description or self.program_id.name,
            product=programs_sudo[0].display_name,
        )
