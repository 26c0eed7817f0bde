// A list of choices under a field that keeps the focus: arrows walk it, Enter and Tab take, Escape closes it.
let open = null; // {field, list, take, leave}

export const isOpen = (field) => open?.field === field;

export function close() {
  if (!open) return;
  open.list.hidden = true;
  open.list.replaceChildren();
  for (const name of ["aria-activedescendant", "aria-controls", "aria-expanded"]) open.field.removeAttribute(name);
  open = null;
}

// Shows what `list` holds; `take` is told of the choice and of what was pressed, `leave` when Escape was pressed.
export function show(field, list, { take, leave }) {
  open = { field, list, take, leave };
  list.hidden = false;
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "true");
  choose(0);
}

function choose(step) {
  const all = [...open.list.querySelectorAll("[role=option]")];
  if (!all.length) return;
  const now = all.findIndex((one) => one.ariaSelected === "true");
  const next = all[(Math.max(now, 0) + step + all.length) % all.length];
  for (const one of all) one.ariaSelected = one === next;
  open.field.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function take(choice, event) {
  const { field, take: taken } = open;
  close();
  taken(choice, event);
  field.focus();
}

// Pressing the list must not take the focus from the field.
document.addEventListener("mousedown", (event) => open?.list.contains(event.target) && !event.target.closest("a") && event.preventDefault());
document.addEventListener("click", (event) => {
  const choice = open?.list.contains(event.target) && event.target.closest("[role=option]");
  if (choice) take(choice, event);
  else if (open && !open.list.contains(event.target) && !open.field.contains(event.target)) close();
});
document.addEventListener(
  "keydown",
  (event) => {
    if (!open?.field.contains(event.target)) return;
    const choice = open.list.querySelector("[aria-selected=true]");
    const keys = { ArrowDown: () => choose(1), ArrowUp: () => choose(-1), Enter: () => take(choice, event), Tab: () => take(choice, event) };
    const act = event.key === "Escape" ? () => (open.leave(), close()) : choice && !event.ctrlKey && !event.metaKey && keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  },
  true,
);
