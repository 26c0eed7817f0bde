// The browser prints, and keeps as PDF, what stands on the page.
const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => print());
