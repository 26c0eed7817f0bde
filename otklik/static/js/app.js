// The worker of the desk in this browser: it makes the desk installable and says so when there is no network.
const where = document.querySelector("link[rel=manifest]")?.dataset.worker;
if (where) navigator.serviceWorker?.register(where);
