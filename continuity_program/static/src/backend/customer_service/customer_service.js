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
        const { term = "", customerId = false, marked = false } = this.props.state || {};
        this.openRecord = this.openRecord.bind(this);
        this.onChanged = this.onChanged.bind(this);
        this.onOpened = (orderId) => {
            this.state.marked = orderId;
        };
        this.state = useState({ term, isBusy: false, data: null, marked: marked });
        useSetupAction({
            getLocalState: () => ({
                term: this.state.term,
                customerId: this.state.data?.customer.id || false,
                marked: this.state.marked,
            }),
        });
        onWillStart(async () => {
            // Back from an order: the customer is still on the telephone.
            if (customerId) {
                await this.loadCustomer(customerId);
            }
        });
        onMounted(() => {
            this.searchInput.el.focus();
            this.searchInput.el.select();
        });
        // Somebody pressed *Undo* in the message of a dialog
        useBus(this.env.bus, "CONTINUITY:UNDONE", () => this.onChanged(this.state.marked));
        useEffect(
            () => {
                // The next date may have given the series another place
                this.content.el
                    ?.querySelector(".o_continuity_cs_series.border-primary")
                    ?.scrollIntoView({ block: "nearest" });
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

    // === SEARCH === //

    onSearchKeydown(ev) {
        const isTab = ev.key === "Tab" && !ev.shiftKey;
        if ((isTab || ev.key === "Enter") && this.state.term.trim()) {
            ev.preventDefault();
            this.search();
        }
    }

    async search() {
        const term = this.state.term.trim();
        if (!term || this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            const result = await this.orm.call(MODEL, "search_customers", [term]);
            this.openResult(term, result);
        } finally {
            this.state.isBusy = false;
        }
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

    async createCustomer(term) {
        const { view_id, country_id } = await this.orm.call(
            MODEL,
            "get_customer_defaults",
            []
        );
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

    async loadCustomer(id) {
        this.state.data = await this.orm.call(MODEL, "get_customer", [id]);
    }

    async selectCustomer(id) {
        this.isSelected = true;
        this.state.marked = false;
        await this.loadCustomer(id);
        this.noteCall(this.state.data.customer);
    }

    /** A dialog has done something: show how the series is now. */
    async onChanged(orderId) {
        // What the dialog answered may have shown the screen anew already
        if (this.state.data && status(this) !== "destroyed") {
            this.state.marked = orderId;
            await this.loadCustomer(this.state.data.customer.id);
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

    async newOrder() {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            const order = await this.orm.call(MODEL, "create_order", [
                this.state.data.customer.id,
            ]);
            await this.openRecord("sale.order", order.id, order.name, {
                continuity_new_call: 1,
            });
        } finally {
            this.state.isBusy = false;
        }
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
