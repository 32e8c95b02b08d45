import {
    Component,
    onMounted,
    onWillStart,
    useEffect,
    useRef,
    useState,
    useSubEnv,
} from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { getDefaultConfig } from "@web/views/view";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { CustomerSearchDialog } from "./customer_search_dialog";

const MODEL = "continuity.customer.service";

/**
 * The first screen of a call: find the customer, see what he has, start a new order
 * (rules N88). It can be used without the mouse: type, Tab, Enter, Enter.
 */
export class CustomerService extends Component {
    static template = "continuity_program.CustomerService";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.searchInput = useRef("searchInput");
        this.newOrderButton = useRef("newOrderButton");
        // The control panel asks the environment how it looks
        useSubEnv({ config: { ...getDefaultConfig(), ...this.env.config } });
        this.display = { controlPanel: {} };
        this.isSelected = false;
        const { term = "", customerId = false } = this.props.state || {};
        this.state = useState({ term, isBusy: false, data: null });
        useSetupAction({
            getLocalState: () => ({
                term: this.state.term,
                customerId: this.state.data?.customer.id || false,
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
        useEffect(
            () => {
                if (this.isSelected) {
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

    openResult(term, { customers, has_more }) {
        let isSelected = false;
        this.dialog.add(
            CustomerSearchDialog,
            {
                term,
                customers,
                hasMore: has_more,
                onSelect: (id) => {
                    isSelected = true;
                    this.selectCustomer(id);
                },
                onCreate: () => this.createCustomer(term),
            },
            {
                onClose: () => {
                    if (!isSelected) {
                        this.searchInput.el?.focus();
                    }
                },
            }
        );
    }

    createCustomer(term) {
        const field = term.includes("@") ? "default_email" : "default_name";
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("New customer"),
            res_model: "res.partner",
            views: [[false, "form"]],
            context: { [field]: term },
        });
    }

    // === CUSTOMER === //

    async loadCustomer(id) {
        this.state.data = await this.orm.call(MODEL, "get_customer", [id]);
    }

    async selectCustomer(id) {
        this.isSelected = true;
        await this.loadCustomer(id);
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
            await this.openRecord("sale.order", order.id, order.name);
        } finally {
            this.state.isBusy = false;
        }
    }

    openRecord(resModel, resId, name) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    // === FORMAT === //

    formatDate(value) {
        return value ? formatDate(deserializeDate(value)) : "";
    }

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
