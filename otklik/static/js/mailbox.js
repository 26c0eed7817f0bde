// Choosing a provider fills its servers in and shows where a password is made. Without this, a button does it.
const list = document.querySelector("[data-presets]");
const hint = document.getElementById("preset-hint");

function set(name, value) {
  const found = list.form.elements.namedItem(name);
  if (!found) return;
  found.value = value;
  const control = found instanceof RadioNodeList ? found[0] : found;
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

if (list) {
  for (const button of document.querySelectorAll("[data-without-js]")) button.hidden = true;
  list.addEventListener("change", () => {
    const chosen = list.selectedOptions[0];
    hint.textContent = chosen.dataset.hint ?? "";
    for (const [name, value] of Object.entries(JSON.parse(chosen.dataset.values ?? "{}"))) set(name, value);
  });
}
