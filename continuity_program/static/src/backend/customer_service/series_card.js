import { Component, status } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

/**
 * What can be done with a series: the method on the server, and of which record. The
 * server says which of them are offered; each opens the dialog that says what it means.
 */
const ACTIONS = {
    complete: { label: _t("Complete"), icon: "fa-pencil", open: "order" },
    skip: { label: _t("Skip"), on: "next", method: "action_open_skip" },
    move: { label: _t("Move"), on: "next", method: "action_open_move" },
    swap: { label: _t("Swap"), on: "next", method: "action_open_swap" },
    postpone: { label: _t("Postpone"), on: "next", method: "action_open_postpone" },
    end: { label: _t("End after it"), on: "next", method: "action_open_end" },
    pause: { label: _t("Pause"), on: "order", method: "action_open_pause" },
    resume: {
        label: _t("Resume"),
        on: "order",
        method: "action_resume",
        confirm: _t(
            "The shipments that fell into the pause are moved or left out, as the program says."
        ),
    },
    cancel: { label: _t("Cancel"), on: "order", method: "action_open_cancel" },
    address: { label: _t("Address"), open: "address" },
    card: { label: _t("New card"), on: "order", method: "action_add_card" },
    link: { label: _t("Mail card link"), on: "order", method: "action_send_card_link" },
    authenticate: {
        label: _t("Mail link of the bank"),
        on: "order",
        method: "action_send_authenticate_link",
    },
    return: { label: _t("Return"), on: "returnable", method: "action_open_return" },
    hold: { label: _t("Hold"), on: "order", method: "action_open_hold" },
    release: { label: _t("Release hold"), on: "order", method: "action_release" },
};

/** One series: what comes next, until when it can be changed, and the buttons. */
export class SeriesCard extends Component {
    static template = "continuity_program.SeriesCard";
    static props = {
        series: Object,
        isMarked: Boolean,
        busy: String,
        perform: Function,
        openRecord: Function,
        onChanged: Function,
    };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
    }

    get buttons() {
        return this.props.series.actions.map((name) => ({ name, ...ACTIONS[name] }));
    }

    get stateClass() {
        const classes = {
            running: "text-bg-success",
            on_hold: "text-bg-danger",
            paused: "text-bg-warning",
        };
        return classes[this.props.series.state] || "text-bg-secondary";
    }

    parcelClass(parcel) {
        const classes = {
            done: "text-bg-success",
            ordered: "text-bg-info",
            skipped: "text-bg-light text-decoration-line-through",
        };
        return classes[parcel.state] || "text-bg-secondary";
    }

    parcelLabel(parcel) {
        return _t("Parcel %(number)s, %(state)s: %(title)s", {
            number: parcel.number,
            state: parcel.state_label,
            title: parcel.title,
        });
    }

    getKey({ name }) {
        return `${this.props.series.id}.${name}`;
    }

    perform(button, callback) {
        return this.props.perform(this.props.series.id, this.getKey(button), callback);
    }

    onClick(button) {
        return this.perform(button, (series) => this.start(button, series));
    }

    /** What was clicked is done with the series as it is now. */
    start(button, series) {
        if (!series?.actions.includes(button.name)) {
            return this.sayGone(button.label);
        }
        if (button.open === "order") {
            return this.props.openRecord("sale.order", series.order_id, series.order);
        }
        if (button.open === "address") {
            return this.openAddress();
        }
        if (button.confirm) {
            return this.dialog.add(ConfirmationDialog, {
                body: button.confirm,
                confirm: () => this.perform(button, () => this.run(button, series)),
                cancel: () => {},
            });
        }
        return this.run(button, series);
    }

    sayGone(label) {
        this.notification.add(
            _t("%(series)s has changed: %(button)s is not offered any more.", {
                series: this.props.series.name,
                button: label,
            }),
            { type: "warning" }
        );
    }

    /** Call the method of a button, and open what it answers, or say it. */
    async run({ label, on, method }, { id, shipment_id, returnable_id }) {
        const target = {
            order: ["continuity.order", id],
            next: ["continuity.shipment", shipment_id],
            returnable: ["continuity.shipment", returnable_id],
        };
        const [model, recordId] = target[on];
        // Not of `useService`: that one never answers once the card is gone
        const { orm } = this.env.services;
        const action = await orm.call(model, method, [[recordId]]);
        if (status(this) === "destroyed" && action.tag !== "continuity_done") {
            this.sayGone(label);
        } else {
            await this.action.doAction(action, { onClose: this.getOnClose(id) });
        }
    }

    /**
     * The dialog closes at once: Odoo would keep it until what is behind it was read, and
     * mix it up with the next one.
     */
    getOnClose(id) {
        return (closed) => {
            if (!closed?.noReload) {
                this.props.onChanged(id);
            }
        };
    }

    openAddress() {
        this.dialog.add(
            FormViewDialog,
            {
                resModel: "continuity.order",
                resId: this.props.series.id,
                title: _t("Addresses of %s", this.props.series.name),
                size: "md",
                canExpand: false,
                context: {
                    form_view_ref:
                        "continuity_program.continuity_order_view_form_address",
                },
            },
            { onClose: this.getOnClose(this.props.series.id) }
        );
    }
}
