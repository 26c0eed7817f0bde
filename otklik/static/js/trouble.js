// What was asked for and not done is said, and what was chosen for it is as it was. Of what pages ask by themselves
// nothing is said, and the composers say it where one writes.
export function whyOf({ ctx }) {
  try {
    return JSON.parse(ctx.text).why;
  } catch {
    return "";
  }
}

function tell(why) {
  const template = document.getElementById("trouble");
  const made = template.content.firstElementChild.cloneNode(true);
  if (why) made.querySelector("p").textContent = why;
  let place = document.getElementById("flashes");
  if (!place) {
    place = Object.assign(document.createElement("div"), { id: "flashes", className: "flashes", role: "status" });
    document.getElementById("content").prepend(place);
  }
  place.replaceChildren(made);
}

for (const kind of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(kind, ({ target, detail }) => {
    const form = target.closest?.("form[hx-post]");
    if (!form || form.matches("[data-draft], [data-beat]")) return;
    tell(whyOf(detail));
    for (const list of form.querySelectorAll("select")) for (const option of list.options) option.selected = option.defaultSelected;
  });
}
