// Articles of the knowledge base that go into what is written: a link to one, or its text.
import { areaOf, field, insert } from "./editor.js";
import { refuse } from "./uploads.js";

// What the article gives here; what its writer should know is said below the text.
export async function give(form, url, way) {
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "kind"]) body.append(name, form.elements[name].value);
  body.append("way", way);
  const answer = await fetch(url, { method: "POST", body }).catch(() => null);
  const said = answer && (await answer.json().catch(() => null));
  if (said?.why) refuse(form, "", said.why);
  return said;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-give]");
  const form = button && document.querySelector(`#${document.documentElement.dataset.composer} form[data-draft]`);
  if (!form) return;
  const said = await give(form, button.dataset.url, button.dataset.give);
  if (!said?.html) return;
  insert(form, said);
  (field(form) ?? areaOf(form)).focus();
});
