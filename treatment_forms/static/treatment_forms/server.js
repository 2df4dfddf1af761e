// Questions about one upload, by tus 1.0; sending its bytes is `travel.js`.

const HEADERS = { "Tus-Resumable": "1.0.0" };

const getName = (metadata) => {
  const found = /(?:^|,)\s*filename ([A-Za-z0-9+/=]+)/.exec(metadata ?? "");
  if (!found) return "";
  const bytes = Uint8Array.from(atob(found[1]), (char) => char.charCodeAt(0));
  return new TextDecoder().decode(bytes);
};

const ask = (url, method, options) =>
  fetch(url, { method, headers: HEADERS, cache: "no-store", credentials: "omit", ...options });

// Rejects when nobody answers; null when there is no such upload any more.
export const look = async (url) => {
  const answer = await ask(url, "HEAD");
  if (answer.status >= 500 || answer.status === 429) throw new Error(`${answer.status}`);
  if (!answer.ok) return null;
  const size = Number(answer.headers.get("Upload-Length"));
  return {
    size,
    isWhole: Number(answer.headers.get("Upload-Offset")) === size,
    verdict: answer.headers.get("Upload-Verdict") ?? "",
    name: getName(answer.headers.get("Upload-Metadata")),
  };
};

// What the server does not hear now, it deletes by itself after a day.
export const discard = (url) => ask(url, "DELETE", { keepalive: true }).catch(() => {});
