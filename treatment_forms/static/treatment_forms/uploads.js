// Each file starts on its way as soon as it is chosen, and the form is sent with the ids of those
// that are here. Where that does not work the files go back into the form, which sends them itself.

import { acceptDrops } from "./drop.js";
import { Gate } from "./gate.js";
import { remember } from "./memory.js";
import { makeRow } from "./rows.js";
import { isNotComing, isOnTheWay, Shelf } from "./shelf.js";
import { isolate, readWords } from "./words.js";

const ASK_AGAIN_MS = 5000;
const CALM_MS = 700; // one sentence about several files is better than several

let tus = null;
const loadTus = () => {
  tus ??= import("./vendor/tus.min.js").then(() => {
    if (!globalThis.tus?.isSupported) throw new Error("uploads do not work here");
    return globalThis.tus;
  });
  return tus;
};

const giveBack = (input, files) => {
  const transfer = new DataTransfer();
  files.forEach((file) => transfer.items.add(file));
  input.files = transfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

export class Uploads {
  // `send()` presses the form's button.
  constructor(form, send) {
    this.form = form;
    this.isLive = true;
    this.isRecalling = false;
    this.rows = new Map();
    this.field = form.querySelector("[data-tf-files]");
    this.input = this.field.querySelector('[name="files"]');
    this.words = readWords(form);
    this.memory = remember(form.dataset.formKey);
    this.shelf = this.makeShelf();
    this.gate = new Gate({
      panel: form.querySelector("[data-tf-wait]"),
      words: this.words,
      shelf: this.shelf,
      isBusy: () => this.isRecalling || this.shelf.coming.size > 0,
      send,
    });
    new DataTransfer(); // old browsers have none: better to know before anything is taken
    this.field.classList.add("tf-files--live");
    this.listen();
    this.takeKept();
    this.recall();
    this.takeChosen();
  }

  makeShelf() {
    const { dataset } = this.form;
    return new Shelf({
      endpoint: new URL(dataset.uploadsUrl, location).href,
      token: this.form.elements.form_token?.value ?? "",
      limits: { files: Number(dataset.maxFiles), bytes: Number(dataset.maxBytes) },
      memory: this.memory,
      words: this.words,
      loadTus,
      changed: (item) => this.show(item),
      retreat: () => this.retreat(),
    });
  }

  listen() {
    const wake = () => this.shelf.wake();
    this.input.addEventListener("change", () => this.isLive && this.takeChosen());
    acceptDrops(this.field, (files) => this.take(files), () => this.isLive);
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", () => document.hidden || wake());
    // Fetched while the visitor still looks for the file.
    this.form.addEventListener("focusin", () => loadTus().catch(() => {}), { once: true });
  }

  // --- Taking ---------------------------------------------------------------------------

  // Files that the server has listed, after something else was wrong with the form.
  takeKept() {
    const marks = this.memory.read();
    for (const box of this.field.querySelectorAll("[data-tf-kept]")) {
      const { name, size, verdict } = box.dataset;
      const id = box.value;
      const url = this.shelf.getUrl(id);
      const mark = marks[id] ?? "";
      this.memory.add(id, mark);
      this.shelf.put({ id, url, mark, name, size: Number(size), verdict, state: "ready" });
    }
    this.field.querySelector(".tf-files__kept")?.remove();
  }

  async recall() {
    const marks = this.memory.read();
    for (const { id } of this.shelf.items) delete marks[id];
    if (!Object.keys(marks).length) return;
    this.isRecalling = true;
    try {
      this.note(await this.shelf.recall(marks));
      this.isRecalling = false;
      this.gate.update();
    } catch {
      setTimeout(() => this.isLive && this.recall(), ASK_AGAIN_MS); // no connection
    }
  }

  takeChosen() {
    const files = [...this.input.files];
    this.input.value = "";
    this.input.setCustomValidity("");
    this.field.querySelector("[data-tf-chosen]").replaceChildren();
    this.take(files);
  }

  async take(files) {
    if (!files.length) return;
    this.gate.cancelAsking();
    try {
      this.note(this.explain(await this.shelf.add(files)));
      this.gate.update();
    } catch {
      this.retreat();
    }
  }

  note(sentences) {
    this.tell("note", sentences.join(" "));
  }

  explain({ twice, tooMany }) {
    const list = (files) => files.map((file) => isolate(file.name)).join(", ");
    const facts = { count: this.words.number(this.shelf.limits.files), names: list(tooMany) };
    return [
      ...(tooMany.length ? [this.words.say("too-many", facts)] : []),
      ...(twice.length ? [this.words.say("twice", { names: list(twice) })] : []),
    ];
  }

  // --- Showing --------------------------------------------------------------------------

  show(item) {
    if (item.state === "removed") this.takeRowAway(item);
    else this.getRow(item).show();
    this.input.required = this.input.hasAttribute("data-tf-required") && !this.shelf.count;
    clearTimeout(this.summing);
    this.summing = setTimeout(() => this.sumUp(), CALM_MS);
    this.gate.update();
  }

  getRow(item) {
    if (!this.rows.has(item)) {
      const row = makeRow(this.form.querySelector("[data-tf-row]"), this.words, item, {
        remove: () => this.act("remove", item),
        retry: () => this.act("retry", item),
        choose: () => this.input.click(),
      });
      this.rows.set(item, row);
      this.field.querySelector("[data-tf-list]").append(row.element);
    }
    return this.rows.get(item);
  }

  act(name, item) {
    this.gate.cancelAsking();
    this.shelf[name](item);
  }

  takeRowAway(item) {
    const rows = [...this.rows.values()];
    const row = this.rows.get(item);
    const at = rows.indexOf(row);
    const hadFocus = row.element.contains(document.activeElement);
    row.element.remove();
    this.rows.delete(item);
    if (hadFocus) (rows[at + 1] ?? rows[at - 1] ?? this.input).focus();
  }

  // For those who do not see the list.
  sumUp() {
    const { items } = this.shelf;
    const here = items.filter((item) => item.state === "ready").length;
    const bad = items.filter(isNotComing).length;
    const facts = { here: this.words.number(here), all: this.words.number(items.length) };
    const told = items.length ? [this.words.say("summary", facts)] : [];
    if (bad) told.push(this.words.say("summary-bad", { count: this.words.number(bad) }));
    const isPaused = items.some(({ state }) => state === "paused");
    this.tell("summary", told.join(" "));
    this.tell("pause", isPaused ? this.words.say("summary-paused") : "");
  }

  tell(part, text) {
    const element = this.field.querySelector(`[data-tf-${part}]`);
    if (element.textContent !== text) element.textContent = text;
  }

  // --- Sending --------------------------------------------------------------------------

  maySend() {
    return !this.isLive || this.gate.pass();
  }

  retreat() {
    if (!this.isLive) return;
    this.isLive = false;
    giveBack(this.input, this.shelf.close());
    this.field.classList.remove("tf-files--live");
    if (this.gate.isOpen) this.gate.close().send();
  }
}
