// The board: a card is dragged, chosen a place for, or moved by keys; all three ask the server, which may refuse.
let held = null;

const board = () => document.querySelector("[data-board]");
const lanes = () => [...board().querySelectorAll(".lane")];
const cards = (lane) => [...lane.querySelectorAll(".card-ticket__link")];

async function refresh(card, lane) {
  const part = board();
  await htmx.ajax("GET", part.dataset.url, { target: part, swap: "innerMorph" });
  // Among older cards it may lie further down than is shown: then one goes on where one was.
  const link = document.getElementById(card)?.querySelector("a") ?? document.querySelector(`#${lane} .card-ticket__link`);
  link?.focus();
}

async function move(card, value) {
  const part = board();
  const lane = card.closest(".lane").id;
  const told = document.getElementById("told");
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
  const body = new URLSearchParams({ ticket: card.dataset.ticketCard, group: part.dataset.group, value });
  part.ariaBusy = true;
  const answer = await fetch(part.dataset.move, { method: "POST", body, headers: { "X-CSRFToken": token, "HX-Request": "true" } });
  // A refusal, or what is left to do on a ticket that is over.
  told.textContent = await answer.text();
  told.hidden = !told.textContent;
  await refresh(card.id, lane);
  part.ariaBusy = false;
}

function step(link, key) {
  const lane = link.closest(".lane");
  const at = cards(lane).indexOf(link);
  const side = lanes()[lanes().indexOf(lane) + { ArrowLeft: -1, ArrowRight: 1 }[key]];
  if (key === "ArrowUp" || key === "ArrowDown") return cards(lane)[at + (key === "ArrowDown" ? 1 : -1)]?.focus();
  (side && (cards(side)[at] ?? cards(side).at(-1)))?.focus();
}

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.(".card-ticket__link");
  if (!link || !event.code.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (!event.shiftKey) return step(link, event.code);
  const lane = link.closest(".lane");
  const side = lanes()[lanes().indexOf(lane) + ({ ArrowLeft: -1, ArrowRight: 1 }[event.code] ?? NaN)];
  const card = link.closest(".card-ticket");
  if (side && card.draggable) move(card, side.dataset.value);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest(".card-ticket__move");
  if (form) move(form.closest(".card-ticket"), event.target.value);
});
document.addEventListener("dragstart", (event) => {
  held = event.target.closest?.(".card-ticket");
  held?.classList.add("card-ticket--held");
});
document.addEventListener("dragover", (event) => {
  const over = held && event.target.closest?.(".lane");
  if (!over) return;
  event.preventDefault();
  for (const lane of lanes()) lane.classList.toggle("lane--over", lane === over);
});
document.addEventListener("drop", (event) => {
  const lane = held && event.target.closest?.(".lane");
  if (!lane) return;
  event.preventDefault();
  if (lane !== held.closest(".lane")) move(held, lane.dataset.value);
});
document.addEventListener("dragend", () => {
  held?.classList.remove("card-ticket--held");
  for (const lane of document.querySelectorAll(".lane--over")) lane.classList.remove("lane--over");
  held = null;
});
