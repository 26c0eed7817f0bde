// The worker of the desk in this browser: it makes the desk installable, says so when there is no network, and shows
// notices, if its member asked for that here.
const OURS = "otklik.push"; // the member who asked
const TOLD = "otklik.push.told"; // the sign-in that the server was told the subscription holds for
const desk = document.querySelector("link[rel=manifest][data-worker]")?.dataset;
const panel = document.querySelector("[data-push]");
const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

const post = (where, values) =>
  fetch(where, { method: "POST", body: new URLSearchParams({ ...values, csrfmiddlewaretoken: token() }), keepalive: true });

async function tell(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  const answer = await post(desk.browsers, { endpoint, public: keys.p256dh, auth: keys.auth });
  if (answer.ok) localStorage.setItem(TOLD, desk.signIn);
  return answer.ok;
}

function show(name, shown = true) {
  panel.querySelector(`[data-push-${name}]`).hidden = !shown;
}

async function ask(worker) {
  const allowed = await Notification.requestPermission();
  if (allowed !== "granted") return show("forbidden", allowed === "denied");
  try {
    await (await worker.pushManager.getSubscription())?.unsubscribe(); // it may be of another key
    const wish = { userVisibleOnly: true, applicationServerKey: panel.dataset.push };
    if (!(await tell(await worker.pushManager.subscribe(wish)))) return show("failed");
  } catch {
    return show("failed");
  }
  localStorage.setItem(OURS, desk.member);
  location.reload();
}

function offer(worker, subscription) {
  show("cannot", false);
  show("forbidden", Notification.permission === "denied");
  const row = [...panel.querySelectorAll("[data-endpoint]")].find((one) => one.dataset.endpoint === subscription?.endpoint);
  if (row) row.querySelector("[data-push-this]").hidden = false;
  show("ask", !row && Notification.permission !== "denied");
  panel.querySelector("[data-push-ask]").addEventListener("click", () => ask(worker));
}

// Whoever signs out is told nothing here any more; the server knows it by the session that ended, too.
function leave(subscription) {
  localStorage.removeItem(OURS);
  localStorage.removeItem(TOLD);
  subscription?.unsubscribe();
}

async function begin() {
  await navigator.serviceWorker.register(desk.worker);
  const worker = await navigator.serviceWorker.ready;
  const subscription = (await worker.pushManager?.getSubscription()) ?? null;
  if (subscription && localStorage.getItem(OURS) === desk.member && localStorage.getItem(TOLD) !== desk.signIn) tell(subscription);
  if (panel && worker.pushManager && "Notification" in window) offer(worker, subscription);
  document.querySelector("[data-sign-out]")?.addEventListener("submit", () => leave(subscription));
}

if (desk && navigator.serviceWorker) begin();
