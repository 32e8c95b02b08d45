# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.misc import formatLang

#: Rates that are named; the form shows all of them
NAMED_RATES = 4


class ContinuityForecastLine(models.Model):
    """Why a figure is what it is: the sum in a sentence, and the rates in it."""

    _inherit = "continuity.forecast.line"

    why = fields.Text(compute="_compute_why")
    rate_ids = fields.Many2many(
        "continuity.rate", string="Rates", compute="_compute_rate_ids"
    )

    @api.depends("used", "forecast_id.rate_ids")
    def _compute_rate_ids(self):
        for line in self:
            used = {
                tuple(theta[1:]) for theta in line.used or () if theta[0] == "hazard"
            }
            line.rate_ids = line.forecast_id.rate_ids.filtered(
                lambda rate, used=used: (rate.program_id.id, rate.turn) in used
            )

    @api.depends(
        "open_quantity", "blocked_quantity", "leaving_quantity", "skipping_quantity"
    )
    @api.depends_context("lang")
    def _compute_why(self):
        for line in self:
            line.why = "\n".join(line._get_why_sentences())

    def _get_why_sentences(self):
        """Write the sum out, each part with its reason.

        :rtype: list[str]
        """
        self.ensure_one()
        sentences = [" ".join(self._get_sum_parts()), self._get_band_sentence()]
        sentences += [rate._get_sentence() for rate in self.rate_ids[:NAMED_RATES]]
        if self.kind == "joiner":
            return sentences
        if self.is_untested:
            sentences.append(
                self.env._("Not yet tested: too few weeks have been compared so far.")
            )
        elif self.forecast_id.phi > 1.5:
            sentences.append(
                self.env._(
                    "Members leave faster than the rates say: the band is wider for"
                    " that."
                )
            )
        return sentences

    def _get_band_sentence(self):
        """Say how sure it is.

        :rtype: str
        """
        if self.kind == "joiner":
            return self.env._(
                "Of members who have not joined yet, as the program expects them: no"
                " band is known."
            )
        return self.env._(
            "In eight weeks of ten it is between %(low)s and %(high)s.",
            low=self._format(self.low, 0),
            high=self._format(self.high, 0),
        )

    def _get_sum_parts(self):
        """Write the parts of the sum; what is 0.0 is left out."""
        parts = [
            self.env._(
                "%(expected)s = %(open)s open",
                expected=self._format(self.expected),
                open=self._format(self.open_quantity),
            )
        ]
        if figure := self._get_figure(self.blocked_quantity):
            parts.append(self.env._("− %s kept back and not mended", figure))
        if figure := self._get_figure(self.leaving_quantity):
            parts.append(self.env._("− %s who will leave", figure))
        if figure := self._get_figure(self.skipping_quantity):
            parts.append(self.env._("− %s who will skip", figure))
        return parts

    def _get_figure(self, quantity):
        return self._format(quantity) if round(quantity, 1) else ""

    def _format(self, quantity, digits=1):
        if digits == 0 and quantity != int(quantity):
            digits = 1
        return formatLang(self.env, quantity, digits=digits)
