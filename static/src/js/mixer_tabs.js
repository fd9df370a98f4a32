// Tabs: arrows move between them, the chosen one is the only stop of the Tab key.
import { find, findAll } from "./dom.js";

// `name` is the data attribute of the tabs; each names its panel in aria-controls.
export function wireTabs(name, onShow = () => {}) {
  const tabs = findAll(`[data-${name}]`);
  const show = (which, isFocused = false) => {
    for (const tab of tabs) {
      const isIt = tab.dataset[name] === which;
      tab.setAttribute("aria-selected", String(isIt));
      tab.tabIndex = isIt ? 0 : -1;
      find(`#${tab.getAttribute("aria-controls")}`).hidden = !isIt;
      if (isIt && isFocused) tab.focus();
    }
    onShow(which);
  };
  tabs.forEach((tab, at) => {
    tab.addEventListener("click", () => show(tab.dataset[name]));
    tab.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      show(tabs[(at + by + tabs.length) % tabs.length].dataset[name], true);
    });
  });
  return show;
}
