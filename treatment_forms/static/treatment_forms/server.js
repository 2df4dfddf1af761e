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

// Rejects when nobody answers, or not now; null when there is no such upload any more. An upload
// that was refused is told apart by `isRefused`, and nothing else is known of it.
export const look = async (url) => {
  const answer = await ask(url, "HEAD");
  const { status } = answer;
  if (status === 423) return { isBusy: true };
  if (status >= 500 || status === 429) throw new Error(`${status}`);
  if (!answer.ok) return answer.headers.get("Upload-Fault") ? { isRefused: true } : null;
  const size = Number(answer.headers.get("Upload-Length"));
  return {
    size,
    isWhole: Number(answer.headers.get("Upload-Offset")) === size,
    verdict: answer.headers.get("Upload-Verdict") ?? "",
    name: getName(answer.headers.get("Upload-Metadata")),
  };
};

// The words for a refused upload: an answer to HEAD has no body, and one to no more bytes has.
export const askWhy = async (url, offset) => {
  const type = "application/offset+octet-stream";
  const headers = { ...HEADERS, "Content-Type": type, "Upload-Offset": `${offset}` };
  const answer = await ask(url, "PATCH", { headers });
  return (await answer.json().catch(() => ({}))).detail ?? "";
};

// What the server does not hear now, it deletes by itself after a day.
export const discard = (url) => ask(url, "DELETE", { keepalive: true }).catch(() => {});
