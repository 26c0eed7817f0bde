// A ticket that stands before somebody's eyes is read; told apart from fetching it, so that reading changes nothing.
let told = "";

function tell() {
  const mark = document.getElementById("newest");
  const { newest, changed } = mark?.dataset ?? {};
  if (!mark || document.hidden || told === newest + changed) return;
  told = newest + changed;
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
  fetch(mark.dataset.url, {
    method: "POST",
    body: new URLSearchParams({ message: newest }),
    headers: { "X-CSRFToken": token },
    keepalive: true,
  });
}

document.addEventListener("DOMContentLoaded", tell);
document.addEventListener("visibilitychange", tell);
document.addEventListener("htmx:after:swap", tell);
