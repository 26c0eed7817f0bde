// After signing in anew in another tab, what this page signs its requests with holds no more: the drafts bring a fresh one.
export function take(token) {
  if (!token) return;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": token }));
}

// Answers why there is none, if so.
async function renew(form) {
  const { token, why } = await (await fetch(`${form.dataset.draft}?kind=${form.dataset.kind}`)).json();
  take(token);
  return why;
}

// What is typed goes to where it is kept. Throws an error with `why` if the server says so.
export async function post(form, body, again = true) {
  const answer = await fetch(form.dataset.draft, { method: "POST", body: body(form) });
  if (answer.ok) return answer.json();
  const why = answer.status === 403 && again ? await renew(form) : (await answer.json()).why;
  if (why || !again) throw Object.assign(new Error(why), { why });
  return post(form, body, false);
}
