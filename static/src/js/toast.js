// Short messages in the corner. They are read aloud (aria-live) and never take the focus away.
import { element, find, icon } from "./dom.js";

const STAYS_MS = 6000;

// Shows `message`; with `action` {label, run} a button stands beside it. Returns a function that takes it away.
export function toast(message, { kind = "info", action = null, staysMs = action ? 12000 : STAYS_MS } = {}) {
  const card = element("div", { class: `toast-card${kind === "error" ? " is-error" : ""}` }, element("p", { text: message }));
  let timer = 0;
  const close = () => {
    clearTimeout(timer);
    card.remove();
  };
  if (action) {
    card.append(element("button", {
      type: "button", class: "ghost-button is-small", text: action.label,
      onclick: () => {
        close();
        action.run();
      },
    }));
  }
  card.append(element("button", { type: "button", class: "btn-close", "aria-label": "Close this message", onclick: close }));
  find("#toasts").append(card);
  const wait = () => {
    timer = setTimeout(close, staysMs);
  };
  // Whoever reads or reaches for it has all the time they need.
  for (const stay of ["mouseenter", "focusin"]) card.addEventListener(stay, () => clearTimeout(timer));
  for (const leave of ["mouseleave", "focusout"]) card.addEventListener(leave, wait);
  wait();
  return close;
}

export const toastError = (error) => toast(error.message, { kind: "error", staysMs: 12000 });

// A question before something is lost. Resolves to true when people say yes.
export function ask({ title, text, yes, no }) {
  const dialog = element(
    "dialog", { class: "ask", "aria-labelledby": "ask-title", "aria-describedby": "ask-text" },
    element("h2", { id: "ask-title", text: title }),
    element("p", { id: "ask-text", class: "soft", text }),
    element("form", { method: "dialog", class: "d-flex flex-wrap gap-2 justify-content-end" },
      element("button", { class: "ghost-button", value: "no", autofocus: true, text: no }),
      element("button", { class: "ghost-button is-danger", value: "yes" }, icon("xmark"), yes)),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
