# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many cards in a night: chunks, workers, slots, providers that rest."""

from . import (
    payment_provider_pause,
    payment_provider_slot,
    continuity_charge_chunk,
    continuity_charge_worker,
    payment_transaction_query,
    continuity_payment_ask_again,
)
