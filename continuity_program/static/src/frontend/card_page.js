import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** The same name stands in the dialog of the back end. */
const CARD_CHANNEL = "continuity_card";

/**
 * The card page in the dialog of the seller: no header and footer around it, and the
 * dialog is told when the card is stored.
 */
export class ContinuityCardPage extends Interaction {
    static selector = ".o_continuity_card_page";

    start() {
        if (window.self !== window.top) {
            document.body.classList.add("o_continuity_in_dialog");
        }
        const { orderId, cardStored } = this.el.dataset;
        if (cardStored) {
            const channel = new BroadcastChannel(CARD_CHANNEL);
            channel.postMessage({ continuity_order_id: Number(orderId) });
            channel.close();
        }
    }
}

registry
    .category("public.interactions")
    .add("continuity_program.card_page", ContinuityCardPage);
