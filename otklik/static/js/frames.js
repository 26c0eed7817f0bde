// A formatted message: its frame grows to what it holds, and shows remote pictures once somebody asks.
document.addEventListener(
  "load",
  (event) => {
    if (!event.target.matches?.(".msg__frame")) return;
    const body = event.target.contentDocument?.body;
    if (body) event.target.style.height = `${Math.min(body.offsetHeight + 32, innerHeight * 2)}px`;
  },
  true,
);
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-pictures]");
  if (!link) return;
  event.preventDefault();
  link.closest("details").querySelector("iframe").src = link.href;
  link.parentElement.hidden = true;
});
