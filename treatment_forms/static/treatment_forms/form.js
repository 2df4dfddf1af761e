// Improves a form that works without it: one id for one request, early words about files that
// are too many or too big, and no second request by a second press. Where the server takes uploads,
// each file starts at once (`uploads.js`).

import { forget } from "./memory.js";
import { isolate, readWords } from "./words.js";

const makeId = () => {
  if (crypto.randomUUID) return crypto.randomUUID(); // only on https and localhost
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

const addId = (form) => {
  const input = Object.assign(document.createElement("input"), {
    type: "hidden",
    name: "submission_id",
    value: makeId(),
  });
  form.prepend(input);
};

// What is wrong with the chosen files, as one sentence; empty when nothing is.
const judge = (files, form, status) => {
  const kept = form.querySelectorAll('[name="uploads"]:enabled').length;
  const removed = form.querySelectorAll('[name="remove"]:checked').length;
  if (files.length + kept - removed > Number(form.dataset.maxFiles)) return status.dataset.tooMany;
  const limit = Number(form.dataset.maxBytes);
  const big = files.find((file) => file.size > limit);
  if (!big) return "";
  const { say, size } = readWords(form);
  return say("named-too-big", { name: isolate(big.name), size: size(big.size), limit: size(limit) });
};

const show = (files, list, form) => {
  const { size } = readWords(form);
  const items = files.map((file) => {
    const item = document.createElement("li");
    const name = Object.assign(document.createElement("bdi"), { textContent: file.name });
    item.append(name, ` (${size(file.size)})`);
    item.classList.toggle("tf-files__bad", file.size > Number(form.dataset.maxBytes));
    return item;
  });
  list.replaceChildren(...items);
};

// Null where the server takes none, or this browser cannot: the form sends its files itself.
const startUploads = async (form, button) => {
  if (!form.dataset.uploadsUrl || !form.querySelector("[data-tf-files]")) return null;
  try {
    const { Uploads } = await import("./uploads.js");
    if (button.getAttribute("aria-disabled") === "true") return null; // on its way already
    return new Uploads(form, () => button.click());
  } catch {
    return null;
  }
};

const improve = (form) => {
  const input = form.querySelector('[name="files"]');
  const status = form.querySelector("[data-tf-status]");
  const button = form.querySelector('[type="submit"]');
  let uploads = null;
  const chosen = () => (input ? [...input.files] : []);
  const check = () => input?.setCustomValidity(judge(chosen(), form, status));
  addId(form);
  input?.addEventListener("change", () => {
    if (uploads?.isLive) return;
    show(chosen(), form.querySelector("[data-tf-chosen]"), form);
    check();
    input.reportValidity();
  });
  form.addEventListener("change", check);
  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") return event.preventDefault();
    if (uploads && !uploads.maySend()) return event.preventDefault();
    button.setAttribute("aria-disabled", "true");
    status.textContent = status.dataset.sending;
  });
  // The browser may show this very page again, from its memory, after Back or a lost line.
  addEventListener("pageshow", () => {
    button.removeAttribute("aria-disabled");
    status.textContent = "";
  });
  startUploads(form, button).then((started) => (uploads = started));
};

document.querySelectorAll("[data-tf-form]").forEach(improve);
document.querySelectorAll("[data-tf-sent]").forEach((page) => forget(page.dataset.tfSent));
// Said once: the page of a request stays open, and its next uploads are to outlive a reload.
if (location.search === "?sent=1") history.replaceState(null, "", location.pathname);
document.querySelector("[data-tf-problems]")?.focus();
