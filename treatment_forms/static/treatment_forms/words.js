// The words of the page, translated by the server: <template data-tf-words> with [data-word].

import { isSmall, kilobytes, megabytes } from "./sizes.js";

const FIRST_STRONG = "\u2068"; // a name in another script must not turn the sentence around it
const END = "\u2069";

export const isolate = (name) => `${FIRST_STRONG}${name}${END}`;

export const readWords = (form) => {
  const language = form.closest("[lang]")?.lang || undefined;
  const digits = { numberingSystem: "latn" }; // the server writes these, in Arabic too
  const percents = new Intl.NumberFormat(language, { style: "percent", ...digits });
  const numbers = new Intl.NumberFormat(language, digits);
  const found = form.querySelector("[data-tf-words]").content.querySelectorAll("[data-word]");
  const words = new Map([...found].map((one) => [one.dataset.word, one.textContent.trim()]));

  const say = (word, facts = {}) =>
    (words.get(word) ?? "").replace(/\{(\w+)\}/g, (_, fact) => facts[fact] ?? "");
  const number = (value) => numbers.format(value);
  const size = (bytes) =>
    isSmall(bytes)
      ? say("kilobytes", { size: number(kilobytes(bytes)) })
      : say("megabytes", { size: number(megabytes(bytes)) });
  return { say, size, number, percent: (share) => percents.format(share) };
};
