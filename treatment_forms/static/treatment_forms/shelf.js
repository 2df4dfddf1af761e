// The files of one request: those that are here, on their way, or cannot be sent.

import { getMark, isEqual } from "./content.js";
import { askWhy, discard, look } from "./server.js";
import { Travel } from "./travel.js";

const AT_ONCE = 2;
const ON_THE_WAY = new Set(["waiting", "uploading", "paused", "busy", "checking"]);
const NOT_COMING = new Set(["refused", "failed", "lost"]);
const SETTLED = new Set(["ready", "refused", "failed"]);
// What news of a file's travel is to the visitor; what it does not name changes no state.
const STATES = {
  moving: "uploading",
  sent: "checking",
  paused: "paused",
  busy: "busy",
  ready: "ready",
  refused: "refused",
  failed: "failed",
  unreadable: "refused",
};

const getId = (url) => new URL(url, location).pathname.split("/").filter(Boolean).pop();

const looksSame = (item, { name, size }) =>
  item.size === size && item.name.normalize() === name.normalize();

// Without the file at hand its mark must do; where there is none, twice is better than not at all.
const isSame = async (item, file) => {
  if (!looksSame(item, file)) return false;
  try {
    if (item.file) return await isEqual(item.file, file);
    return Boolean(item.mark) && item.mark === (await getMark(file));
  } catch {
    return false; // it cannot be read: its upload will tell
  }
};

export const isOnTheWay = (item) => ON_THE_WAY.has(item.state);
export const isNotComing = (item) => NOT_COMING.has(item.state);

export class Shelf {
  // `changed(item)` is called after every change; `retreat()` when uploads do not work here.
  constructor({ endpoint, token, limits, memory, words, loadTus, changed, retreat }) {
    Object.assign(this, { endpoint, token, limits, memory, words, loadTus, changed, retreat });
    this.items = [];
    this.isClosed = false;
    this.coming = new Set(); // files that are being compared with those in the list
  }

  get count() {
    return this.items.filter((item) => item.state !== "refused").length;
  }

  put(facts) {
    const item = { state: "waiting", share: 0, detail: "", verdict: "", ...facts };
    this.items.push(item);
    this.change(item, {});
    return item;
  }

  change(item, facts) {
    Object.assign(item, facts);
    this.changed(item);
  }

  // --- Choosing ---------------------------------------------------------------------------

  // Resolves to what is to be told: files already here, and files that there is no place for.
  async add(files) {
    const told = { twice: [], tooMany: [] };
    files.forEach((file) => this.coming.add(file));
    for (const file of files) {
      const goesOn = await this.goOn(file);
      const isTwice = !goesOn && (await this.has(file));
      if (this.isClosed) return told;
      this.coming.delete(file);
      if (isTwice) told.twice.push(file);
      else if (!goesOn && !this.addOne(file)) told.tooMany.push(file);
    }
    this.startNext();
    return told;
  }

  async has(file) {
    for (const item of [...this.items]) {
      if (!(await isSame(item, file))) continue;
      if (item.state !== "refused") return true;
      this.remove(item); // chosen once more, judged once more
    }
    return false;
  }

  addOne(file) {
    const { name, size } = file;
    const refused = this.explain(file);
    if (refused) return this.put({ file, name, size, state: "refused", detail: refused });
    return this.count < this.limits.files && this.put({ file, name, size });
  }

  explain({ size }) {
    if (!size) return this.words.say("empty");
    if (size <= this.limits.bytes) return "";
    const facts = { size: this.words.size(size), limit: this.words.size(this.limits.bytes) };
    return this.words.say("too-big", facts);
  }

  // The rest of a file that a reload of the page has cut.
  async goOn(file) {
    const lost = this.items.filter((item) => item.state === "lost" && item.size === file.size);
    if (!lost.length) return false;
    const mark = await getMark(file).catch(() => "");
    const item = lost.find((one) => one.mark && one.mark === mark);
    if (item) this.change(item, { file, state: "waiting" });
    return item;
  }

  // --- Sending ----------------------------------------------------------------------------

  startNext() {
    if (!this.items.some((item) => item.state === "waiting")) return;
    this.loadTus().then((tus) => this.startWith(tus), () => this.retreat());
  }

  startWith(tus) {
    const running = this.items.filter((item) => item.travel).length;
    const next = this.items.filter((item) => item.state === "waiting" && !item.travel);
    for (const item of next.slice(0, Math.max(AT_ONCE - running, 0))) {
      item.travel = this.makeTravel(item, tus);
      item.travel.start();
    }
  }

  makeTravel(item, tus) {
    const { endpoint, token } = this;
    const { file, size, url } = item;
    const tell = (news) => {
      try {
        this.hear(item, news);
      } catch {
        this.retreat(); // a fault of ours must not cost a file
      }
    };
    return new Travel({ tus, file, size, url, endpoint, token, tell });
  }

  hear(item, { kind, url, sent, verdict = "", detail = "" }) {
    if (!this.items.includes(item)) return;
    if (kind === "impossible") return this.retreat();
    if (kind === "created") this.keep(item, url);
    if (kind === "moving") item.share = sent / item.size;
    if (kind === "unreadable") item.detail = this.words.say("unreadable");
    else item.detail = detail || this.words.say("why-not");
    const state = STATES[kind] ?? item.state;
    if (SETTLED.has(state)) item.travel = null;
    if (state === "refused") this.memory.drop(item.id);
    this.change(item, { state, verdict });
    if (SETTLED.has(state)) this.startNext();
  }

  keep(item, url) {
    if (item.id) this.memory.drop(item.id);
    const id = getId(url);
    Object.assign(item, { url, id });
    this.memory.add(id);
    getMark(item.file).then(
      (mark) => this.items.includes(item) && item.id === id && this.memory.add(id, mark),
      () => {}, // it cannot be read: the upload itself will tell
    );
  }

  retry(item) {
    this.change(item, { state: "waiting" });
    this.startNext();
  }

  wake() {
    for (const item of this.items) item.travel?.wake();
  }

  remove(item) {
    item.travel?.stop();
    this.items = this.items.filter((one) => one !== item);
    if (item.id) this.memory.drop(item.id);
    if (item.url) discard(item.url);
    this.change(item, { state: "removed", travel: null });
    this.startNext();
  }

  // --- Before and after ---------------------------------------------------------------------

  getUrl(id) {
    const url = new URL(this.endpoint);
    url.pathname = `${url.pathname.replace(/\/$/, "")}/${id}`;
    return url.href;
  }

  // What this tab has sent before the page was loaded again, as far as the server still has it.
  // Resolves to what is to be told of those that were refused meanwhile.
  async recall(marks) {
    const ids = Object.keys(marks);
    const found = await Promise.all(ids.map((id) => look(this.getUrl(id))));
    if (found.some((one) => one?.isBusy)) throw new Error("one of them is being checked");
    const refused = ids.filter((id, at) => found[at]?.isRefused);
    const why = await Promise.all(refused.map((id) => askWhy(this.getUrl(id), 0)));
    ids.forEach((id, at) => {
      if (!found[at] || found[at].isRefused) this.memory.drop(id);
      else this.putBack({ ...found[at], id, mark: marks[id], url: this.getUrl(id) });
    });
    return why;
  }

  putBack({ isWhole, verdict, ...facts }) {
    const state = verdict ? "ready" : isWhole ? "checking" : "lost";
    const item = this.put({ ...facts, verdict, state });
    if (state !== "checking") return;
    item.travel = this.makeTravel(item);
    item.travel.arrive();
  }

  // Back to the plain form: what is here stays, everything else is given back.
  close() {
    this.isClosed = true;
    const rest = this.items.filter((item) => item.state !== "ready");
    const files = rest.filter((item) => item.file && item.state !== "refused");
    this.items = this.items.filter((item) => item.state === "ready");
    for (const item of rest) {
      item.travel?.stop();
      if (item.id) this.memory.drop(item.id);
      this.change(item, { state: "removed", travel: null });
    }
    return [...new Set([...files.map((item) => item.file), ...this.coming])];
  }
}
