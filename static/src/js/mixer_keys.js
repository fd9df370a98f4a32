// The console by keys. Sliders, fields and points have keys of their own and are asked first.
const STEP_S = 5;

// `does`: toggle, seekBy(s), toStart, loop, undo, redo, neighbour(by), mute, solo, toFader, toPanel, save.
export function wireKeys(does) {
  // A button that the mouse pressed has the focus, but not the space bar: on a desk that is always play. Who goes from
  // button to button by keys presses them with it.
  let isByHand = false;
  let isSpaceTaken = false;
  addEventListener("pointerdown", () => {
    isByHand = true;
  }, true);
  addEventListener("keydown", (event) => {
    isSpaceTaken = false;
    if (event.key === "Tab" || event.target.matches("[role=tab]")) isByHand = false;
  }, true);
  document.addEventListener("keyup", (event) => event.key === " " && isSpaceTaken && event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      const command = { z: event.shiftKey ? does.redo : does.undo, y: does.redo, s: does.save }[key];
      if (command && !isText(event.target)) stop(event, command);
      return;
    }
    if (isText(event.target)) return;
    const pressable = event.target.closest("button, a, summary, select, [role=tab]");
    const isLeft = isByHand && pressable?.matches("button") && key !== "enter";
    if (pressable && !isLeft && [" ", "enter", "arrowleft", "arrowright"].includes(key)) return;
    isSpaceTaken = key === " ";
    const command = {
      " ": does.toggle, home: does.toStart, l: does.loop, z: event.shiftKey ? does.redo : does.undo,
      arrowleft: () => does.seekBy(-STEP_S), arrowright: () => does.seekBy(STEP_S),
      ",": () => does.neighbour(-1), ".": () => does.neighbour(1), m: does.mute, s: does.solo, f: does.toFader, e: does.toPanel,
    }[key];
    if (command) stop(event, command);
  });
}

const isText = (target) => target.closest("input:not([type=range], [type=checkbox], [type=radio]), textarea, [contenteditable]") !== null;

function stop(event, run) {
  event.preventDefault();
  run();
}
