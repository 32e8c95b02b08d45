import {
    Component,
    onMounted,
    onWillStart,
    status,
    useEffect,
    useRef,
    useState,
    useSubEnv,
} from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { getDefaultConfig } from "@web/views/view";
import { formatMonetary } from "@web/views/fields/formatters";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { useBusy } from "../busy/busy";
import { READ_ANEW } from "../done_message/read_anew";
import { RunTroubles } from "../run_troubles/run_troubles";
import { CustomerSearchDialog } from "./customer_search_dialog";
import { SeriesCard } from "./series_card";

const MODEL = "continuity.customer.service";
/** Names of customers: gone when the tab is closed. */
const CALLS_KEY = "continuity_last_calls";
const CALLS_KEPT = 5;

/**
 * The first screen of a call: find the customer, see what he has, start a new order
 * (rules N88). It can be used without the mouse: type, Tab, Enter, Enter.
 */
export class CustomerService extends Component {
    static template = "continuity_program.CustomerService";
    static components = { Layout, RunTroubles, SeriesCard };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.searchInput = useRef("searchInput");
        this.newOrderButton = useRef("newOrderButton");
        this.content = useRef("content");
        // The control panel asks the environment how it looks
        useSubEnv({ config: { ...getDefaultConfig(), ...this.env.config } });
        this.display = { controlPanel: {} };
        this.isSelected = false;
        this.pressed = "";
        this.reading = null;
        this.customerId = false;
        const { term = "", customerId = false, marked = false } = this.props.state || {};
        this.openRecord = this.openRecord.bind(this);
        this.onChanged = this.onChanged.bind(this);
        this.performOn = this.performOn.bind(this);
        this.busy = useBusy();
        this.state = useState({ term, isSelecting: false, data: null, marked });
        useSetupAction({
            getLocalState: () => ({
                term: this.state.term,
                customerId: this.customerId,
                marked: this.state.marked,
            }),
        });
        onWillStart(async () => {
            // Back from an order: the customer is still on the telephone.
            if (customerId) {
                await this.restoreCustomer(customerId);
            }
        });
        onMounted(() => {
            this.searchInput.el.focus();
            this.searchInput.el.select();
        });
        // Somebody pressed *Undo* in the message of a dialog
        useBus(this.env.bus, READ_ANEW, ({ detail: readers }) =>
            readers.push(() => this.onChanged(this.state.marked))
        );
        useEffect(
            () => {
                // The next date may have given the series another place
                const card = this.content.el?.querySelector(
                    ".o_continuity_cs_series.border-primary"
                );
                card?.scrollIntoView({ block: "nearest" });
                this.keepFocusOn(card);
            },
            () => [this.state.data]
        );
        useEffect(
            () => {
                if (this.isSelected) {
                    this.isSelected = false;
                    this.newOrderButton.el.focus();
                }
            },
            () => [this.state.data]
        );
    }

    /**
     * Do what was clicked. A click while the customer is read anew waits for it, and finds
     * what is true then; one while something else is under way is not taken.
     *
     * @param {string} key of the button, which says that it works
     * @param {Function} callback
     */
    perform(key, callback) {
        return this.busy.run(key, async () => {
            while (this.reading) {
                // Whoever has asked for it says when it failed
                await this.reading.catch(() => {});
            }
            return callback();
        });
    }

    /**
     * Do what was clicked on the card of a series.
     *
     * @param {number} id of the series
     * @param {string} key of the button
     * @param {Function} callback gets the series as it is then; nothing if it is not shown
     */
    performOn(id, key, callback) {
        this.pressed = key.split(".").at(-1);
        return this.perform(key, () =>
            callback(this.state.data?.series.find((series) => series.id === id))
        );
    }

    /**
     * Whoever works with keys goes on where he was: what has another place in the page, or
     * is gone with its message, has lost the focus.
     */
    keepFocusOn(card) {
        if (card && document.activeElement === document.body) {
            const pressed = card.querySelector(`button[name="${this.pressed}"]`);
            (pressed || card.querySelector("a, button")).focus({ preventScroll: true });
        }
    }

    // === SEARCH === //

    onSearchKeydown(ev) {
        const isTab = ev.key === "Tab" && !ev.shiftKey;
        if ((isTab || ev.key === "Enter") && this.state.term.trim()) {
            ev.preventDefault();
            this.search();
        }
    }

    get isSearching() {
        return this.busy.key === "search" || this.state.isSelecting;
    }

    async search() {
        const term = this.state.term.trim();
        // A second Enter in the list of the result arrives here
        if (!term || this.state.isSelecting) {
            return;
        }
        await this.busy.run("search", async () => {
            const result = await this.orm.call(MODEL, "search_customers", [term]);
            this.openResult(term, result);
        });
    }

    openResult(term, { customers, has_more, can_create }) {
        let isHandled = false;
        this.dialog.add(
            CustomerSearchDialog,
            {
                term,
                customers,
                hasMore: has_more,
                canCreate: can_create,
                onSelect: (id) => {
                    isHandled = true;
                    this.selectCustomer(id);
                },
                onCreate: () => {
                    isHandled = true;
                    this.createCustomer(term);
                },
            },
            {
                onClose: () => {
                    if (!isHandled) {
                        this.searchInput.el?.focus();
                    }
                },
            }
        );
    }

    createCustomer(term) {
        return this.busy.run("search", async () => {
            const defaults = await this.orm.call(MODEL, "get_customer_defaults", []);
            this.openNewCustomer(term, defaults);
        });
    }

    openNewCustomer(term, { view_id, country_id }) {
        this.dialog.add(
            FormViewDialog,
            {
                resModel: "res.partner",
                title: _t("New customer"),
                viewId: view_id,
                size: "lg",
                canExpand: false,
                context: {
                    default_country_id: country_id,
                    [this.getDefaultField(term)]: term,
                },
                onRecordSaved: (record) => this.selectCustomer(record.resId),
            },
            { onClose: () => this.focusSearchOrOrder() }
        );
    }

    getDefaultField(term) {
        if (term.includes("@")) {
            return "default_email";
        }
        // As a telephone is written down; a name has letters
        return /^[\d\s+()./-]+$/.test(term) ? "default_phone" : "default_name";
    }

    /** The next key goes on with the call. */
    focusSearchOrOrder() {
        (this.newOrderButton.el || this.searchInput.el)?.focus();
    }

    // === CUSTOMER === //

    /**
     * Read a customer, and show him unless another one was asked for meanwhile.
     *
     * What is shown stays, and can be used, until the answer is there.
     */
    async loadCustomer(id) {
        const reading = this.orm.call(MODEL, "get_customer", [id]);
        this.reading = reading;
        this.customerId = id;
        try {
            const data = await reading;
            if (reading === this.reading) {
                this.state.data = data;
            }
        } finally {
            if (reading === this.reading) {
                this.reading = null;
                this.customerId = this.state.data?.customer.id || false;
                this.state.isSelecting = false;
            }
        }
    }

    /** A customer who is no more keeps nobody from finding the next one. */
    async restoreCustomer(id) {
        try {
            await this.loadCustomer(id);
        } catch (error) {
            Promise.reject(error);
        }
    }

    async selectCustomer(id) {
        if (this.busy.key) {
            return;
        }
        this.isSelected = true;
        this.state.isSelecting = true;
        this.state.marked = false;
        await this.loadCustomer(id);
        if (this.state.data?.customer.id === id) {
            this.noteCall(this.state.data.customer);
        }
    }

    /** A dialog has done something: show how the series is now. */
    onChanged(orderId) {
        // What the dialog answered may have led to another screen
        if (this.customerId && status(this) !== "destroyed") {
            this.state.marked = orderId;
            this.loadCustomer(this.customerId);
        }
    }

    // === LAST CALLS === //

    get callsKey() {
        return `${CALLS_KEY}.${user.userId}`;
    }

    get lastCalls() {
        try {
            return JSON.parse(browser.sessionStorage.getItem(this.callsKey)) || [];
        } catch {
            return [];
        }
    }

    noteCall({ id, name }) {
        const others = this.lastCalls.filter((call) => call.id !== id);
        const calls = [{ id, name }, ...others].slice(0, CALLS_KEPT);
        browser.sessionStorage.setItem(this.callsKey, JSON.stringify(calls));
    }

    newOrder() {
        return this.perform("new_order", async () => {
            const order = await this.orm.call(MODEL, "create_order", [this.customerId]);
            await this.openRecord("sale.order", order.id, order.name, {
                continuity_new_call: 1,
            });
        });
    }

    openRecord(resModel, resId, name, context = {}) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
            context,
        });
    }

    get finishedCount() {
        const { finished, more } = this.state.data;
        return more.finished ? more.finished.count : finished.length;
    }

    /** All of what only the first ones are shown of, in its list. */
    openAll({ model, domain }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: this.state.data.customer.name,
            res_model: model,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain,
        });
    }

    // === FORMAT === //

    formatAmount(row) {
        return formatMonetary(row.amount, { currencyId: row.currency_id });
    }

    stateClass(state) {
        const classes = {
            running: "text-bg-success",
            sale: "text-bg-success",
            on_hold: "text-bg-danger",
            paused: "text-bg-warning",
            cancel: "text-bg-light",
        };
        return classes[state] || "text-bg-secondary";
    }
}

registry.category("actions").add("continuity_customer_service", CustomerService);
