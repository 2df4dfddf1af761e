// The way of one file to the server, by tus. A lost network, a locked phone and a server that
// starts again only make it longer: it goes on where it stopped, until somebody stops it.

import { askWhy, look } from "./server.js";

const CHUNK_BYTES = 1024 * 1024; // a proxy that buffers keeps whole ones at least
const MOST_CHUNK_BYTES = 8 * CHUNK_BYTES;
const QUICK_SECONDS = 2; // a line that takes a piece so quickly gets bigger ones: fewer round trips
const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds, and then the last one again
const STILL_SECONDS = 45; // a phone does not always tell that its network is gone
const PATIENCE_SECONDS = 120; // waits that the server asks for and that nobody need be told
const CHECKED_ELSEWHERE = 423; // another request of ours has brought the last byte
const NEW_STARTS = 2; // when the server has forgotten an upload

// What an answer means for the file; status 0 is none.
const judge = (status, code, isCreated, retryAfter) => {
  if (code === "incomplete") return "again";
  if (status === 429) return retryAfter <= PATIENCE_SECONDS ? "again" : "failed";
  if (status === 501) return "impossible";
  if (!status || status >= 500 || [408, 409, CHECKED_ELSEWHERE, 425].includes(status)) return "again";
  if (status === 404 || status === 410) return isCreated ? "gone" : "impossible";
  return status === 413 || status === 422 ? "refused" : "impossible";
};

const readProblem = (answer) => {
  try {
    return JSON.parse(answer.getBody());
  } catch {
    return {}; // a proxy's page
  }
};

const canBeRead = (file) => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

// `tell(news)` hears of {kind}: created (url), moving (sent), sent, paused, busy, ready (verdict),
// refused (detail), failed (detail), unreadable, impossible.
export class Travel {
  constructor({ tus, file, size, url, endpoint, token, tell }) {
    Object.assign(this, { tus, file, size, url, endpoint, token, tell });
    this.failures = 0;
    this.newStarts = 0;
    this.isOver = false;
  }

  start() {
    this.rest();
    this.movedAt = this.pieceBeganAt = Date.now();
    this.watch = setInterval(() => this.isStill() && this.pause(0), 5000);
    this.upload = new this.tus.Upload(this.file, {
      endpoint: this.url ? null : this.endpoint,
      uploadUrl: this.url,
      chunkSize: CHUNK_BYTES,
      metadata: { filename: this.file.name, form: this.token },
      retryDelays: null, // ours tell the visitor, and wake up with the network
      storeFingerprintForResuming: false, // it would keep the file's name
      fingerprint: () => Promise.resolve(null),
      onUploadUrlAvailable: () => this.create(this.upload.url),
      onProgress: (sent) => this.move(sent),
      onChunkComplete: () => this.goFaster(),
      onSuccess: ({ lastResponse }) => this.arrive(lastResponse.getHeader("Upload-Verdict")),
      onError: (error) => this.stumble(error),
    });
    this.upload.start();
  }

  create(url) {
    if (!this.url) this.tell({ kind: "created", url });
    this.url = url;
  }

  move(sent) {
    this.movedAt = Date.now();
    this.tell(sent < this.size ? { kind: "moving", sent } : { kind: "sent" });
  }

  // Whatever breaks, the next try begins with a small piece again.
  goFaster() {
    const now = Date.now();
    const { options } = this.upload;
    if (now - this.pieceBeganAt < QUICK_SECONDS * 1000) {
      options.chunkSize = Math.min(2 * options.chunkSize, MOST_CHUNK_BYTES);
    }
    this.pieceBeganAt = now;
    this.failures = 0;
  }

  isStill() {
    return Date.now() - this.movedAt > STILL_SECONDS * 1000;
  }

  // Without a verdict the answer was about bytes alone: another request has them checked.
  async arrive(verdict) {
    if (verdict) return this.finish({ kind: "ready", verdict });
    this.rest();
    this.tell({ kind: "sent" });
    try {
      const found = await look(this.url);
      if (this.isOver) return;
      if (!found) this.startAnew();
      else if (found.isRefused) this.refuse();
      else if (found.verdict) this.finish({ kind: "ready", verdict: found.verdict });
      else this.timer = setTimeout(() => this.arrive(), 2000);
    } catch {
      this.pause(0);
    }
  }

  async stumble(error) {
    const answer = error.originalResponse;
    const status = answer?.getStatus() ?? 0;
    const retryAfter = Number(answer?.getHeader("Retry-After")) || 0;
    const { detail = "", code = "" } = answer ? readProblem(answer) : {};
    if (answer?.getHeader("Upload-Fault")) return this.refuse();
    const meaning = judge(status, code, Boolean(this.url), retryAfter);
    this.rest();
    if (!status && !(await canBeRead(this.file))) return this.finish({ kind: "unreadable" });
    if (this.isOver) return;
    if (meaning === "again") this.pause(status, retryAfter);
    else if (meaning === "gone") this.startAnew();
    else this.finish({ kind: meaning, detail, code });
  }

  async refuse() {
    const detail = await askWhy(this.url, this.size).catch(() => "");
    if (!this.isOver) this.finish({ kind: "refused", detail });
  }

  startAnew() {
    if (!this.file || this.newStarts >= NEW_STARTS) return this.finish({ kind: "failed" });
    this.newStarts += 1;
    this.url = null;
    this.start();
  }

  pause(status, retryAfter = 0) {
    this.rest();
    if (this.isOver) return;
    const seconds = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.failures += 1;
    this.tell({ kind: status === CHECKED_ELSEWHERE ? "sent" : status ? "busy" : "paused" });
    this.timer = setTimeout(() => this.goOn(), Math.max(seconds, retryAfter) * 1000);
    this.isPaused = true;
  }

  goOn() {
    if (this.file) this.start();
    else this.arrive();
  }

  // The network is back, or the visitor is.
  wake() {
    if (this.isPaused || (!this.isOver && this.isStill())) this.goOn();
  }

  rest() {
    clearTimeout(this.timer);
    clearInterval(this.watch);
    this.isPaused = false;
    this.upload?.abort();
  }

  stop() {
    this.isOver = true;
    this.rest();
  }

  finish(news) {
    this.stop();
    this.tell(news);
  }
}
