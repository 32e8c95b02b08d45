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
        blocked, leaving, skipping = self._get_shown_parts()
        parts = [
            self.env._(
                "%(expected)s = %(open)s open",
                expected=self._format(self.expected),
                open=self._format(self.open_quantity),
            )
        ]
        if blocked:
            figure = self._format(blocked / 10)
            parts.append(self.env._("− %s kept back and not mended", figure))
        if leaving:
            figure = self._format(leaving / 10)
            parts.append(self.env._("− %s who will leave", figure))
        if skipping:
            figure = self._format(skipping / 10)
            parts.append(self.env._("− %s who will skip", figure))
        return parts

    def _get_shown_parts(self):
        """Round the parts so that the sum that is read is right.

        :return: what is kept back, who will leave, who will skip, in tenths
        :rtype: list[int]
        """
        parts = (self.blocked_quantity, self.leaving_quantity, self.skipping_quantity)
        tenths = [round(part * 10) for part in parts]
        rest = round(self.open_quantity * 10) - round(self.expected * 10) - sum(tenths)
        while rest > 0 or (rest and any(tenths)):
            # The one that was rounded most takes it
            step = 1 if rest > 0 else -1
            places = [n for n in range(3) if step > 0 or tenths[n]]
            place = max(places, key=lambda n: step * (parts[n] * 10 - tenths[n]))
            tenths[place] += step
            rest -= step
        return tenths

    def _format(self, quantity, digits=1):
        if digits == 0 and quantity != int(quantity):
            digits = 1
        if not round(quantity, digits):
            # Nothing has no minus sign, also where it is a hair less
            quantity = 0.0
        return formatLang(self.env, quantity, digits=digits)
