# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """The order: rewards count from its ordinary goods.

    The price of a program was told to the customer and is charged as it was told. A
    reward on it would lower the total of the order and not what is charged.
    """

    _inherit = "sale.order"

    def _get_no_effect_on_threshold_lines(self):
        """Override of `sale_loyalty`: nothing is given for programs, or on them.

        What leaves Odoo's thresholds leaves the bases of its rewards with them.
        """
        return super()._get_no_effect_on_threshold_lines() | (
            self._get_continuity_unrewarded_lines()
        )

    def _get_continuity_unrewarded_lines(self):
        """Return the lines whose price stands: of programs, and paid for already.

        :rtype: sale.order.line
        """
        self.ensure_one()
        if self.continuity_order_id.bill_upfront:
            return self.order_line
        return self.order_line.filtered("is_continuity_parent")

    def _discountable_order(self, reward):
        """Override of `sale_loyalty`: a gift card pays for ordinary goods.

        Odoo lets it pay for the whole order. What is charged up front has a claim of
        its own, which no line of the order lowers.
        """
        discountable, per_tax = super()._discountable_order(reward)
        if reward.program_id.is_payment_program:
            lines = self._get_continuity_unrewarded_lines()
            rest = discountable - sum(lines.mapped("price_total"))
            discountable = max(self.currency_id.round(rest), 0.0) if lines else rest
        return discountable, per_tax

    def _get_reward_line_values(self, reward, coupon, **kwargs):
        """Override of `sale_loyalty` to say why there is nothing to discount or give.

        :raise UserError: all that the reward could lower is a program, or it is one
        """
        given = kwargs.get("product") or reward.reward_product_ids[:1]
        if refusal := reward._get_continuity_refusal(given):
            raise UserError(refusal)
        if refusal := self._get_continuity_reward_refusal(reward):
            raise UserError(refusal)
        return super()._get_reward_line_values(reward, coupon, **kwargs)

    def _try_apply_code(self, code):
        """Override of `sale_loyalty`: a code that can lower nothing is not taken."""
        coupons, rules = self.applied_coupon_ids, self.code_enabled_rule_ids
        result = super()._try_apply_code(code)
        if "error" in result or any(result.values()):
            return result
        taken = self.applied_coupon_ids - coupons
        programs = taken.program_id | (self.code_enabled_rule_ids - rules).program_id
        for reward in programs.reward_ids:
            if refusal := self._get_continuity_reward_refusal(reward):
                self.applied_coupon_ids = coupons
                self.code_enabled_rule_ids = rules
                return {"error": refusal}
        return result

    def _get_continuity_reward_refusal(self, reward):
        """Say why a discount has nothing to count from, where that is for a program.

        :param loyalty.reward reward: any reward
        :rtype: str | bool
        """
        self.ensure_one()
        unrewarded = self._get_continuity_unrewarded_lines()
        if reward.reward_type != "discount" or not unrewarded:
            return False
        others = (self.order_line - unrewarded).filtered(
            lambda line: line.product_id and not line.reward_id and line.price_total > 0
        )
        if reward.discount_applicability == "specific":
            others &= self._get_specific_discountable_lines(reward)
        if others:
            return False
        return self.env._(
            "“%(reward)s” lowers nothing on %(order)s: the price of a continuity"
            " program is the one the customer was told, and is charged as it was told."
            " It counts from other goods only.",
            reward=reward.description,
            order=self.name,
        )

    def _continuity_charge(self, run=None):
        """Override: what is charged is the total that is confirmed afterwards.

        Odoo looks at the rewards again when it confirms, after the charge.

        :raise UserError: a reward has changed; nothing was charged
        """
        for order in self.filtered("order_line.reward_id"):
            before = order.amount_total
            order._update_programs_and_rewards()
            if order.currency_id.compare_amounts(before, order.amount_total):
                raise UserError(order._get_continuity_changed_text(before))
        return super()._continuity_charge(run)

    def _get_continuity_changed_text(self, before):
        """Say that rewards have changed, and what was charged: by an earlier Submit,
        which goes on here.

        :param float before: the total until now
        :rtype: str
        """
        self.ensure_one()
        text = self.env._(
            "The rewards of %(order)s have changed: its total is %(after)s now, not"
            " %(before)s. Open Promotions on the order, tell the customer the new"
            " total, and submit again.",
            order=self.name,
            before=self.currency_id.format(before),
            after=self.currency_id.format(self.amount_total),
        )
        paid = self._get_continuity_paid()
        if self.currency_id.is_zero(paid):
            charged = self.env._("Nothing was charged.")
        else:
            charged = self.env._(
                "%s has been paid already and is not charged again.",
                self.currency_id.format(paid),
            )
        return f"{text} {charged}"
