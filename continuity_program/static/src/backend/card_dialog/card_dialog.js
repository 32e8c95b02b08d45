import { Component, onWillDestroy, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dialog } from "@web/core/dialog/dialog";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

import { useBusy } from "../busy/busy";

const WIZARD_OK =
    ".modal:has(.o_continuity_wizard) footer button[name=action_wizard_done]";

/** The card page tells on this channel that a card was stored, from the frame or a tab. */
export const CARD_CHANNEL = "continuity_card";

/**
 * *Add credit card*: the customer's own card page in a frame.
 *
 * The number goes from the provider's form to the provider; this dialog never sees it. It
 * closes by itself when the page says that the card of this order is stored.
 */
export class CardDialog extends Component {
    static template = "continuity_program.CardDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        title: String,
        continuity_order_id: Number,
        url: String,
        email: { type: String, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.frame = useRef("frame");
        this.busy = useBusy();
        this.state = useState({ isLoaded: false });
        this.channel = new BroadcastChannel(CARD_CHANNEL);
        this.channel.onmessage = ({ data }) => {
            if (data.continuity_order_id === this.props.continuity_order_id) {
                this.props.close();
            }
        };
        onWillDestroy(() => this.channel.close());
    }

    onFrameLoad() {
        this.state.isLoaded = true;
        // The next Tab is in the form, on each of its pages
        this.frame.el.focus();
    }

    openInTab() {
        browser.open(this.props.url, "_blank");
    }

    sendLink() {
        return this.busy.run("send_link", async () => {
            const notification = await this.orm.call(
                "continuity.order",
                "action_send_card_link",
                [[this.props.continuity_order_id]]
            );
            await this.action.doAction(notification);
        });
    }
}

/**
 * A function, not a component: an action in a dialog would replace the dialog it was
 * called from, and the Continuity wizard has to be there again afterwards.
 */
function openCardDialog(env, action, options = {}) {
    env.services.dialog.add(
        CardDialog,
        { ...action.params, title: action.name },
        {
            onClose: async () => {
                await options.onClose?.();
                // The card was what was missing in the wizard
                document.querySelector(WIZARD_OK)?.focus();
            },
        }
    );
}

registry.category("actions").add("continuity_card_dialog", openCardDialog);
