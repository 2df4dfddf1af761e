// One file in the list: its name, how far it is, and what can be done about it.

import { isolate } from "./words.js";

const MOVING = new Set(["uploading", "paused", "busy", "checking"]);

const describe = (item, words) => {
  const facts = { percent: words.percent(item.share), detail: item.detail };
  if (item.state !== "ready") return words.say(item.state, facts);
  return words.say(item.verdict === "clean" ? "ready" : "ready-later");
};

const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

// `actions`: remove, retry, choose; each is called when its button is pressed.
export const makeRow = (template, words, item, actions) => {
  const row = template.content.firstElementChild.cloneNode(true);
  const part = (name) => row.querySelector(`[data-tf-${name}]`);
  for (const [name, action] of Object.entries(actions)) {
    const label = words.say(`${name}-file`, { name: isolate(item.name) });
    part(name).setAttribute("aria-label", label);
    part(name).addEventListener("click", action);
  }
  part("name").textContent = item.name;
  part("size").textContent = words.size(item.size);
  part("progress").setAttribute("aria-label", item.name);

  const show = () => {
    row.dataset.state = item.state;
    setText(part("state"), describe(item, words));
    part("progress").hidden = !MOVING.has(item.state);
    part("progress").value = Math.round(item.share * 100);
    part("retry").hidden = item.state !== "failed";
    part("choose").hidden = item.state !== "lost";
    part("id").disabled = item.state !== "ready";
    part("id").value = item.id ?? "";
  };
  show();
  return { element: row, show, focus: () => part("remove").focus() };
};
