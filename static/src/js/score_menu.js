// A small menu beside a button: arrows move, Enter does, Escape and a click elsewhere close it.
import { element, findAll, icon } from "./dom.js";

let close = null;

// `choices`: [sign, text, act, isDanger], null for a line between; an act of null leaves the choice out.
export function openMenu(button, title, choices) {
  close?.();
  const rows = choices.map((choice) => {
    if (!choice) return element("hr", { role: "separator" });
    const [sign, text, act, isDanger] = choice;
    return act && element("button", {
      type: "button", role: "menuitem", class: isDanger ? "is-danger" : "", tabindex: "-1",
      onclick: () => {
        close();
        act();
      },
    }, icon(sign), text);
  });
  const menu = element("div", { class: "score-menu", role: "menu", "aria-label": title }, element("p", { class: "menu-title", text: title }), ...rows);
  document.body.append(menu);
  place(menu, button.getBoundingClientRect());
  const away = (event) => {
    if (!menu.contains(event.target)) close();
  };
  close = () => {
    close = null;
    menu.remove();
    removeEventListener("pointerdown", away, true);
    button.setAttribute("aria-expanded", "false");
    button.focus({ preventScroll: true });
  };
  button.setAttribute("aria-expanded", "true");
  addEventListener("pointerdown", away, true);
  menu.addEventListener("keydown", (event) => onKey(event, menu));
  findAll("button", menu)[0].focus();
}

function place(menu, box) {
  const { offsetWidth, offsetHeight } = menu;
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(box.bottom + 4, innerHeight - offsetHeight - 8))}px`;
}

function onKey(event, menu) {
  const items = findAll("button", menu);
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  event.stopPropagation();
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    close?.();
  } else if (to !== undefined) {
    event.preventDefault();
    items[(to + items.length) % items.length].focus();
  }
}
