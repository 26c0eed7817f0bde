// While somebody writes the subject of a form, articles that may answer it appear below; the form works without.
const DELAY = 400; // milliseconds
const LEAST = 5; // letters that tell something
const place = document.querySelector("[data-suggestions]");
const subject = document.querySelector("form [name=subject]");
let timer = null;
let asked = "";

async function look() {
  const text = subject.value.trim();
  if (text === asked) return;
  asked = text;
  const answer = text.length < LEAST ? null : await fetch(`${place.dataset.suggestions}?text=${encodeURIComponent(text)}`).catch(() => null);
  if (asked !== text) return; // something else was typed meanwhile
  place.innerHTML = answer?.ok ? await answer.text() : "";
  place.classList.toggle("suggested", place.childElementCount > 0);
}

if (place && subject) {
  subject.closest(".field").after(place);
  subject.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, DELAY);
  });
  look();
}
