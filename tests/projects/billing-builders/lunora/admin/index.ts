export * from "./reports";
export { ledger, overdue } from "../invoices";
