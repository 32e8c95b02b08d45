# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

#: More than so many of a hundred, and cards seem to be stored in a wrong way
MOST_SHARE = 5


class ContinuityJob(models.AbstractModel):
    """How often the banks wanted to see the customers, for the result of a run.

    A card whose owner has agreed to later charges when it was stored is hardly ever
    asked for him again.
    """

    _inherit = "continuity.job"

    def _get_authenticate_texts(self, run):
        """Say for how many payments of the run the bank wants to see the customer.

        :param continuity.run run: the run
        :return: a sentence per provider that has said so; a hint where it is too often
        :rtype: list[str]
        """
        texts = []
        for provider_id, asked, wanted in self._count_authenticate(run):
            # Not everybody who reads a result may read providers
            provider_sudo = self.env["payment.provider"].sudo().browse(provider_id)
            share = 100 * wanted / asked
            texts.append(
                self.env._(
                    "%(provider)s: the bank wants to see the customer for %(wanted)s of"
                    " %(asked)s payments (%(share)s %%).",
                    provider=provider_sudo.name,
                    wanted=wanted,
                    asked=asked,
                    share=f"{share:.1f}",
                )
            )
            if share > MOST_SHARE:
                texts.append(
                    self.env._(
                        "That is more than %s %%: storing a card does not seem to agree"
                        " later charges with the bank. Ask the provider about it.",
                        MOST_SHARE,
                    )
                )
        return texts

    def _count_authenticate(self, run):
        """Count what was asked since the run began, where a bank wants the customer.

        :return: provider, payments with an answer of the bank, those it wants him for
        :rtype: list[tuple[int, int, int]]
        """
        if run.dry_run or not run.started_at:
            return []
        self.env.flush_all()
        # Not everybody who begins a run may read providers
        providers_sudo = self.env["payment.provider"].sudo()
        providers_sudo = providers_sudo.search([("company_id", "=", run.company_id.id)])
        return self.env.execute_query(
            SQL(
                """
                SELECT provider_id, COUNT(*) AS asked,
                       COUNT(*) FILTER (
                           WHERE continuity_decline_kind = 'authenticate'
                       ) AS wanted
                  FROM payment_transaction
                 WHERE provider_id IN %(providers)s
                   AND continuity_asked_at >= %(since)s
                   AND operation = 'offline'
                   AND (
                       state IN ('pending', 'authorized', 'done')
                       OR continuity_decline_kind IN ('soft', 'hard', 'authenticate')
                   )
                 GROUP BY provider_id
                HAVING COUNT(*) FILTER (
                           WHERE continuity_decline_kind = 'authenticate'
                       ) > 0
                 ORDER BY provider_id
                """,
                providers=providers_sudo._ids or (0,),
                since=run.started_at,
            )
        )
