// Tasks and time on a ticket: Enter adds what was typed, a form closes once it is sent, a running timer counts.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches?.("textarea[data-enter]")) return;
  event.preventDefault();
  if (event.target.value.trim()) event.target.form.requestSubmit();
});

document.addEventListener("htmx:after:request", (event) => {
  const form = event.target.closest?.("form[data-close]");
  if (form) form.closest("details").open = false;
});

const two = (number) => String(number).padStart(2, "0");

function count() {
  for (const place of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(place.dataset.since)) / 1000));
    const text = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    if (place.textContent !== text) place.textContent = text;
  }
}

setInterval(count, 1000);
document.addEventListener("htmx:after:swap", count);
