// After signing in anew in another tab, what this page signs its requests with holds no more: the drafts bring a fresh one.
export function take(token) {
  if (!token) return;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": token }));
}

// Answers why there is none, if so.
export async function renew(url) {
  const { token, why } = await (await fetch(url)).json();
  take(token);
  return why;
}
