// A view is built: a condition that is dropped is emptied here, so that the form lays itself out anew in one way only.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-asks] [name=drop]");
  if (!button) return;
  event.preventDefault();
  const asked = document.getElementById(`${button.value}-if`);
  asked.value = "";
  asked.dispatchEvent(new Event("change", { bubbles: true }));
});
