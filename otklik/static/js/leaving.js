// An answer that waits to leave counts its seconds down.
const SHOWN = 60;

function count() {
  for (const waiting of document.querySelectorAll("[data-leaves]")) {
    const seconds = Math.ceil(Number(waiting.dataset.leaves) - Date.now() / 1000);
    const left = waiting.querySelector("[data-left]");
    left.textContent = seconds > 0 && seconds < SHOWN ? left.dataset.left.replace("%(seconds)s", seconds) : "";
  }
}

setInterval(count, 1000);
document.addEventListener("htmx:after:swap", count);
count();
