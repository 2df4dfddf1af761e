// What outlives a reload of the page, in this tab only: the ids of uploads, each with a mark made
// of its file's bytes. Not a name, not a size: the next person at this computer learns nothing.

const KEY = "treatment_forms.uploads";
const ID = /^[\w-]{1,64}$/;

const readAll = () => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // switched off, or not ours
  }
};

const write = (form, marks) => {
  const all = { ...readAll(), [form]: marks };
  if (!Object.keys(marks).length) delete all[form];
  try {
    if (Object.keys(all).length) sessionStorage.setItem(KEY, JSON.stringify(all));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Switched off or full: uploads work, they only do not outlive a reload.
  }
};

const read = (form) => {
  const marks = Object.entries(Object(readAll()[form]));
  return Object.fromEntries(marks.filter(([id]) => ID.test(id)));
};

export const remember = (form) => ({
  read: () => read(form),
  add: (id, mark = "") => write(form, { ...read(form), [id]: mark }),
  drop: (id) => {
    const { [id]: _, ...rest } = read(form);
    write(form, rest);
  },
});

export const forget = (form) => write(form, {});
