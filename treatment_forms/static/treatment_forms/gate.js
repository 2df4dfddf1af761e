// The moment of sending. It waits for files that are on their way, and asks once before it leaves
// out one that does not come: nobody is to believe that a paper was sent which was not.

import { isNotComing, isOnTheWay } from "./shelf.js";

export class Gate {
  // `isBusy()`: files may appear any moment; `send()` presses the form's button.
  constructor({ panel, words, shelf, isBusy, send }) {
    Object.assign(this, { panel, words, shelf, isBusy, send });
    this.mode = ""; // or `waiting`, or `asking`
    this.part("without").addEventListener("click", () => this.leaveOut());
    this.part("cancel").addEventListener("click", () => this.cancel());
  }

  part(name) {
    return this.panel.querySelector(`[data-tf-${name}]`);
  }

  get isOpen() {
    return this.mode !== "";
  }

  get missing() {
    return this.shelf.items.filter((item) => isOnTheWay(item) || isNotComing(item));
  }

  // Whether the form may go now; if not, the panel says what it waits for.
  pass() {
    if (!this.missing.length && !this.isBusy()) return true;
    this.decide("waiting");
    this.panel.focus();
    return false;
  }

  // After every change of a file.
  update() {
    if (!this.isOpen) return;
    if (!this.missing.length && !this.isBusy()) this.close().send();
    else this.decide(this.mode);
  }

  decide(mode) {
    const canWait = this.isBusy() || this.missing.some(isOnTheWay);
    this.show(mode === "waiting" && canWait ? "waiting" : "asking");
  }

  show(mode) {
    this.listNames(mode === "asking" ? this.missing : []);
    if (this.mode === mode) return;
    this.mode = mode;
    this.panel.hidden = false;
    this.part("text").textContent = this.words.say(`${mode}-to-send`);
    this.part("without").textContent = this.words.say(`${mode}-without`);
    this.part("cancel").textContent = this.words.say(`${mode}-cancel`);
    // Whoever writes elsewhere meanwhile is not torn away; the text is a live region.
    if (document.activeElement === document.body) this.panel.focus();
  }

  listNames(items) {
    const list = items.map((item) => {
      const line = document.createElement("li");
      line.append(Object.assign(document.createElement("bdi"), { textContent: item.name }));
      return line;
    });
    this.part("names").replaceChildren(...list);
  }

  leaveOut() {
    if (this.mode === "waiting") this.show("asking");
    else this.missing.forEach((item) => this.shelf.remove(item));
  }

  // The visitor does something about the files instead of answering.
  cancelAsking() {
    if (this.mode === "asking") this.close();
  }

  cancel() {
    this.close();
    this.panel.closest("form").querySelector('[type="submit"]').focus();
  }

  close() {
    this.mode = "";
    this.panel.hidden = true;
    return this;
  }
}
