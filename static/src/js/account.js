// The account page: copying the token, and asking before it is replaced.
import { find } from "./dom.js";
import { ask, toast } from "./toast.js";

const token = find("#token");
const copy = find("#copy-token");
const rotate = find("#rotate-token");

copy?.addEventListener("click", async () => {
  token.select();
  try {
    await navigator.clipboard.writeText(token.value);
    toast("The token is in the clipboard.");
  } catch {
    toast("The token is selected: copy it with Ctrl-C.");
  }
});

rotate?.addEventListener("submit", async (event) => {
  if (!token) return; // there is none yet: nothing can break
  event.preventDefault();
  const sure = await ask({
    title: "Replace the token?", text: "Programs that use the present one stop working until they get the new one.",
    yes: "Replace it", no: "Keep it",
  });
  if (sure) rotate.submit();
});
