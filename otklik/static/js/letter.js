// A letter to a third party says on its button whom it goes to, while that is being typed.
const SHOWN = 2;

function name(form) {
  const words = form.querySelector("[data-to]");
  const addresses = form.elements.to.value.split(/[,;\n]/).map((one) => one.trim()).filter(Boolean);
  words.dataset.usual ??= words.textContent;
  const more = addresses.length > SHOWN ? ` + ${addresses.length - SHOWN}` : "";
  const names = addresses.slice(0, SHOWN).join(", ") + more;
  words.textContent = names ? words.dataset.to.replace("{names}", names) : words.dataset.usual;
}

const form = document.querySelector("form[data-whole]");
if (form) {
  name(form);
  form.elements.to.addEventListener("input", () => name(form));
}

// What leads to a folded side conversation unfolds it.
function unfold() {
  const folded = location.hash.length > 1 && document.getElementById(location.hash.slice(1))?.closest("details.aside");
  if (folded) folded.open = true;
}
addEventListener("hashchange", unfold);
unfold();
