// Files that are dragged onto the field. An extra: everything can be done without.

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

const isFolder = (entry) => entry.webkitGetAsEntry?.()?.isDirectory ?? false;

const getFiles = ({ items }) =>
  [...items]
    .filter((entry) => entry.kind === "file" && !isFolder(entry))
    .map((entry) => entry.getAsFile())
    .filter(Boolean);

export const acceptDrops = (field, take, isLive) => {
  const listen = (name, act) =>
    addEventListener(name, (event) => {
      if (!isLive() || !hasFiles(event)) return;
      event.preventDefault(); // beside the field, too: the browser would leave the page
      act(event);
    });
  const mark = (isOver) => field.classList.toggle("tf-files--over", isOver);
  listen("dragover", (event) => mark(field.contains(event.target)));
  listen("drop", (event) => {
    mark(false);
    if (field.contains(event.target)) take(getFiles(event.dataTransfer));
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? mark(false));
};
