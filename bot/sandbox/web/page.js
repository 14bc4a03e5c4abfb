// The page's only script: puts in what the server draws, and sends what a person does.
// It draws nothing itself and trusts no text: whatever it inserts as HTML the server has escaped.

const { channel, as, token } = document.body.dataset;
const marks = JSON.parse(document.body.dataset.marks);
const $ = (id) => document.getElementById(id);
const list = $("messages"), scroll = $("scroll"), box = $("box"), slash = $("slash"), said = $("said");
const path = (act) => `/channels/${channel}/${act}?as=${as}`;

async function act(name, body) {
  try {
    const answer = await fetch(path(name), {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Page-Token": token },
      body: JSON.stringify(body),
    });
    return answer.ok ? await answer.json() : { error: await answer.text() };
  } catch {
    return { error: "The sandbox does not answer. Is it still running?" };
  }
}

// ---- what the server draws

const parsed = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const each of template.content.querySelectorAll("[data-accent]"))
    each.style.setProperty("--accent", each.dataset.accent);
  return template.content;
};
const keyOf = (element) =>
  ["press", "choose", "control", "fill", "dismiss"].map((each) => element?.dataset?.[each]).find(Boolean);

// Replaces an element's content, or the element, and gives the focus back to what had it.
function keepingFocus(within, replace) {
  const had = within?.contains(document.activeElement) ? document.activeElement : null;
  const open = within?.querySelector("details") ? within.querySelector("details").open : null;
  const now = replace();
  const details = now.querySelector("details");
  if (details && open !== null) details.open = open;
  if (!had) return;
  const wanted = keyOf(had), link = had.getAttribute("href");
  const same = [...now.querySelectorAll("button, a, .menu")].find((each) =>
    wanted ? keyOf(each) === wanted : link && each.getAttribute("href") === link);
  (same ?? box).focus({ preventScroll: true });
}

const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
let stuck = !box.disabled; // a forum has its latest posts on top
const toEnd = () => { scroll.scrollTop = scroll.scrollHeight; };

function update({ regions, messages, order }) {
  for (const [id, [mark, html]] of Object.entries(regions)) {
    if (marks[id] === mark) continue;
    marks[id] = mark;
    keepingFocus($(id), () => { $(id).replaceChildren(parsed(html)); return $(id); });
    if (id === "slash") filter();
  }
  let fresh = 0, before = null;
  for (const each of [...list.children]) if (!order.includes(each.id)) each.remove();
  for (const id of order) {
    let element = $(id);
    const [mark, html] = messages[id] ?? [];
    if (html && marks[id] !== mark) {
      const drawn = parsed(html).firstElementChild;
      marks[id] = mark;
      if (element) keepingFocus(element, () => { element.replaceWith(drawn); return drawn; });
      else fresh += 1;
      element = drawn;
    }
    const place = before ? before.nextElementSibling : list.firstElementChild;
    if (element && place !== element) list.insertBefore(element, place);
    before = element ?? before;
  }
  if (stuck) toEnd();
  else if (fresh) $("newer").hidden = false;
}

for (const each of document.querySelectorAll("[data-accent]"))
  each.style.setProperty("--accent", each.dataset.accent);
if (stuck) toEnd();
const events = new EventSource(path("events"));
events.onmessage = (event) => update(JSON.parse(event.data));
events.onerror = () => { document.body.classList.add("cut-off"); };
events.onopen = () => { document.body.classList.remove("cut-off"); };
scroll.addEventListener("scroll", () => {
  stuck = !box.disabled && atEnd();
  if (stuck) $("newer").hidden = true;
});
// What takes room from the messages, such as a form, does not hide the latest.
new ResizeObserver(() => { if (stuck) toEnd(); }).observe(scroll);

// ---- lists to choose from: one line is the current one, and the focus stays where it is

const lines = (listbox) => [...listbox.querySelectorAll('[role="option"]:not([hidden])')];
const current = (listbox) => listbox.querySelector('[role="option"].current:not([hidden])');

function mark(listbox, line) {
  for (const each of listbox.querySelectorAll(".current")) each.classList.remove("current");
  const owner = document.querySelector(`[aria-controls="${listbox.id}"]`);
  if (!line) { owner?.removeAttribute("aria-activedescendant"); return; }
  line.classList.add("current");
  line.id ||= `line-${Math.random().toString(36).slice(2)}`;
  (owner ?? listbox).setAttribute("aria-activedescendant", line.id);
  line.scrollIntoView({ block: "nearest" });
}

function show(input, listbox, open) {
  listbox.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  if (!open) mark(listbox, null);
}

function move(listbox, by) {
  const all = lines(listbox), at = all.indexOf(current(listbox));
  if (all.length) mark(listbox, all[(at + by + all.length + (at < 0 && by < 0 ? 1 : 0)) % all.length]);
}

const nameOf = (line) => line.querySelector(".name").textContent;

function narrow(listbox, typed) {
  const wanted = typed.trim().toLowerCase();
  const starts = (line) => nameOf(line).toLowerCase().startsWith(wanted);
  for (const line of listbox.querySelectorAll('[role="option"]'))
    line.hidden = !line.textContent.toLowerCase().includes(wanted);
  const found = lines(listbox);
  mark(listbox, found.find(starts) ?? found[0]);
  return found.length > 0;
}

// ---- the message box

let opening = false;

const told = (text, wrong = false) => {
  said.textContent = text ?? "";
  said.classList.toggle("wrong", wrong);
};
const form = () => document.querySelector("form.command");

function filter() {
  const typed = box.value;
  if (!typed.startsWith("/") || form() || opening) { show(box, slash, false); return; }
  const words = typed.slice(1);
  const named = [...slash.children].map((each) => each.dataset.value);
  const whole = named.filter((each) => words.startsWith(`${each} `)).sort((a, b) => b.length - a.length)[0];
  if (whole) { openCommand(whole, {}, words.slice(whole.length + 1)); return; }
  const any = narrow(slash, typed);
  show(box, slash, any);
  told(any ? "" : named.length ? "No command begins so." : "There are no commands here.");
}

box.addEventListener("input", () => { told(""); filter(); });
box.addEventListener("keydown", (event) => {
  if (slash.hidden) return;
  const line = current(slash);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(slash, event.key === "ArrowDown" ? 1 : -1);
  else if ((event.key === "Enter" || event.key === "Tab") && line) openCommand(line.dataset.value);
  else if (event.key === "Escape") show(box, slash, false);
  else return;
  event.preventDefault();
});
box.addEventListener("blur", () => setTimeout(() => show(box, slash, false), 150));
$("plain").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = box.value;
  if (!text.trim() || opening) return;
  if (text.startsWith("/")) { told("Pick a command from the list.", true); return; }
  box.value = "";
  const answer = await act("say", { text });
  told(answer.error ?? answer.said, Boolean(answer.error));
  toEnd();
});

// ---- a command's options

// What is typed while the form is on its way goes into its first field.
async function openCommand(command, filled = {}, rest = "") {
  opening = true;
  box.value = rest;
  show(box, slash, false);
  told("");
  const answer = await act("open", { command });
  const first = box.value;
  box.value = "";
  opening = false;
  if (answer.error) { told(answer.error, true); return; }
  $("options").replaceChildren(parsed(answer.html));
  $("plain").hidden = true;
  for (const [name, text] of Object.entries(filled)) { addOption(name); form().elements[name].value = text; }
  const fields = [...form().querySelectorAll(".field:not([hidden]) input")];
  if (first && fields[0]?.type === "text") fields[0].value = first.replace(new RegExp(`^${fields[0].name}: *`), "");
  // Whoever is in the middle of typing stays there.
  const open = first ? fields[0] : fields.find((each) => !each.value) ?? fields.at(-1);
  const next = open ?? form().querySelector('[type="submit"]');
  next.focus();
  if (first && next.value) offer(next);
}

function closeCommand() {
  $("options").replaceChildren();
  $("plain").hidden = false;
  box.focus();
}

function addOption(name) {
  const input = form().elements[name];
  input.closest(".field").hidden = false;
  form().querySelector(`[data-add="${name}"]`)?.setAttribute("hidden", "");
  if (![...form().querySelectorAll("[data-add]")].some((each) => !each.hidden))
    form().querySelector(".more")?.setAttribute("hidden", "");
  return input;
}

const listOf = (input) => $(input.getAttribute("aria-controls"));
// What an input stands for: the value of the choice whose name it shows, or what was typed.
function meant(input) {
  if (input.type === "file") return input.dataset.file ?? "";
  if (input.dataset.chosen !== undefined && input.dataset.shown === input.value) return input.dataset.chosen;
  const typed = input.value.trim().toLowerCase();
  const same = input.dataset.fixed === undefined ? null : [...listOf(input).children]
    .find((each) => nameOf(each).toLowerCase().replace(/^[#@]/, "") === typed.replace(/^[#@]/, ""));
  return same ? same.dataset.value : input.value;
}
const options = () => Object.fromEntries([...form().querySelectorAll(".field:not([hidden]) input")]
  .map((each) => [each.name, meant(each)]));

function take(input, line) {
  input.value = nameOf(line);
  input.dataset.shown = input.value;
  input.dataset.chosen = line.dataset.value;
  input.removeAttribute("aria-invalid");
  show(input, listOf(input), false);
}

let asked = 0, waiting = 0;
function offer(input) {
  const listbox = listOf(input);
  if (!listbox) return;
  if (input.dataset.fixed !== undefined) {
    const typed = input.dataset.shown === input.value ? "" : input.value;
    show(input, listbox, narrow(listbox, typed));
    return;
  }
  clearTimeout(waiting);
  waiting = setTimeout(() => complete(input, listbox), 200);
}

async function complete(input, listbox) {
  const number = ++asked, command = form()?.dataset.command;
  if (!command) return;
  const answer = await act("complete", { command, options: options(), focused: input.name });
  if (number !== asked || document.activeElement !== input) return;
  if (answer.error) { wrong(form(), `Options could not be loaded. ${answer.error}`); return; }
  listbox.replaceChildren(parsed(answer.html));
  show(input, listbox, listbox.children.length > 0);
  // Enter takes what was looked for; where nothing was, it takes nothing.
  if (input.value.trim()) mark(listbox, listbox.firstElementChild);
}

const wrong = (where, text) => { where.querySelector(":scope > .wrong").textContent = text ?? ""; };

const composer = $("composer");
composer.addEventListener("focusin", ({ target }) => {
  if (!target.matches(".field input")) return;
  $("told").textContent = target.dataset.told;
  if (target.dataset.fixed !== undefined || !target.value) offer(target);
});
composer.addEventListener("focusout", ({ target }) => {
  const listbox = target.matches('.field input[role="combobox"]') ? listOf(target) : null;
  if (listbox) setTimeout(() => { if (document.activeElement !== target) show(target, listbox, false); }, 150);
});
async function upload(input) {
  delete input.dataset.file;
  const [file] = input.files;
  if (!file) return;
  try {
    const url = `${path("upload")}&name=${encodeURIComponent(file.name)}`;
    const answer = await fetch(url, { method: "POST", headers: { "X-Page-Token": token }, body: file });
    if (!answer.ok) throw new Error(answer.statusText);
    input.dataset.file = (await answer.json()).file;
  } catch (error) { wrong(form(), `The file was not taken: ${error.message}`); }
}
composer.addEventListener("input", ({ target }) => {
  if (!target.matches(".field input")) return;
  if (target.type === "file") target.uploading = upload(target);
  target.removeAttribute("aria-invalid");
  wrong(form(), "");
  offer(target);
});
composer.addEventListener("keydown", (event) => {
  const input = event.target, key = event.key;
  if (!form() || input === box) return;
  const listbox = input.matches(".field input") ? listOf(input) : null;
  const open = listbox && !listbox.hidden, line = open && current(listbox);
  if (open && (key === "ArrowDown" || key === "ArrowUp")) move(listbox, key === "ArrowDown" ? 1 : -1);
  else if (listbox && key === "ArrowDown") offer(input);
  else if (line && (key === "Enter" || key === "Tab")) {
    take(input, line);
    if (key === "Tab") return; // and on to the next field
  } else if (key === "Escape") { if (open) show(input, listbox, false); else closeCommand(); }
  else if (key === "Backspace" && input.matches(".field input") && !input.value &&
    input.type === "text" && input === form().querySelector(".field:not([hidden]) input")) closeCommand();
  else return;
  event.preventDefault();
});
composer.addEventListener("submit", async (event) => {
  if (!event.target.matches("form.command")) return;
  event.preventDefault();
  const sent = event.target;
  const missing = [...sent.querySelectorAll('[aria-required="true"]')].find((each) => !each.value.trim());
  if (missing) {
    missing.setAttribute("aria-invalid", "true");
    wrong(sent, `${missing.name} is required.`);
    missing.focus();
    return;
  }
  if (sent.getAttribute("aria-busy")) return;
  sent.setAttribute("aria-busy", "true");
  // A slow answer shows among the messages; the box is free meanwhile.
  const away = setTimeout(() => { if (sent.isConnected) closeCommand(); }, 700);
  await Promise.all([...sent.querySelectorAll('[type="file"]')].map((each) => each.uploading));
  const answer = await act("use", { command: sent.dataset.command, options: options() });
  clearTimeout(away);
  sent.removeAttribute("aria-busy");
  if (!answer.error && sent.isConnected) closeCommand();
  else if (answer.error && sent.isConnected) { wrong(sent, answer.error); sent.querySelector(".field:not([hidden]) input")?.focus(); }
  else if (answer.error) told(answer.error, true);
  if (answer.dialog) openDialog(answer.dialog);
  toEnd();
});

// ---- buttons, menus and forms of messages

async function within(message, busy, name, body) {
  if (busy.getAttribute("aria-busy")) return;
  busy.setAttribute("aria-busy", "true");
  const failed = message.querySelector(".failed");
  failed.textContent = "";
  const answer = await act(name, body);
  busy.removeAttribute("aria-busy");
  if (answer.error) ($(message.id)?.querySelector(".failed") ?? said).textContent = `This interaction failed: ${answer.error}`;
  if (answer.dialog) openDialog(answer.dialog);
}

const choose = (menu, values) => within(menu.closest("li[id]"), menu, "choose",
  { custom_id: menu.dataset.choose, values, message: idOf(menu) });
const idOf = (element) => element.closest("li[id]").id.slice(1);

function openMenu(menu, open) {
  const opener = menu.querySelector(".menu-opener"), listbox = menu.querySelector('[role="listbox"]');
  listbox.hidden = !open;
  opener.setAttribute("aria-expanded", String(open));
  if (open) { listbox.scrollIntoView({ block: "nearest" }); mark(listbox, lines(listbox)[0]); listbox.focus({ preventScroll: true }); }
  else mark(listbox, null);
}
const chosenIn = (menu) => [...menu.querySelectorAll('[aria-selected="true"]')].map((each) => each.dataset.value);

function pick(menu, line) {
  if (!(Number(menu.dataset.most) > 1)) {
    openMenu(menu, false);
    menu.querySelector(".menu-opener").focus();
    if (menu.dataset.apps === undefined) choose(menu, [line.dataset.value]);
    else within(menu.closest("li[id]"), menu, "apply", { command: line.dataset.value, message: idOf(menu) });
    return;
  }
  const on = line.getAttribute("aria-selected") === "true";
  if (on || chosenIn(menu).length < Number(menu.dataset.most)) line.setAttribute("aria-selected", String(!on));
}

function leaveMenu(menu) {
  openMenu(menu, false);
  const values = chosenIn(menu);
  if (Number(menu.dataset.most) > 1 && values.length >= Number(menu.dataset.least)) choose(menu, values);
}

list.addEventListener("keydown", (event) => {
  const listbox = event.target.closest('.menu [role="listbox"]');
  if (!listbox) return;
  const menu = listbox.closest(".menu"), { key } = event;
  if (key === "ArrowDown" || key === "ArrowUp") move(listbox, key === "ArrowDown" ? 1 : -1);
  else if (key === "Enter" || key === " ") pick(menu, current(listbox));
  else if (key === "Escape" || key === "Tab") { leaveMenu(menu); menu.querySelector(".menu-opener").focus(); if (key === "Tab") return; }
  else return;
  event.preventDefault();
});

function openDialog(html) {
  $("dialogs").replaceChildren(parsed(html));
  const dialog = $("dialogs").querySelector("dialog");
  dialog.addEventListener("close", () => {
    dialog.remove();
    // Chromium gives the focus back without the caret: what is typed would be lost.
    const back = document.activeElement;
    back.blur();
    (back === document.body ? box : back).focus();
  });
  dialog.showModal();
  dialog.querySelector("input, textarea, select")?.focus();
}

function filledIn(sent) {
  const values = {};
  for (const field of sent.elements) {
    if (!field.name) continue;
    const group = sent.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(field.name)}"]`).length;
    if (field.type === "checkbox" && field.value === "on" && group === 1) values[field.name] = field.checked;
    else if (field.type === "checkbox") values[field.name] = [...(values[field.name] ?? []), ...(field.checked ? [field.value] : [])];
    else if (field.type === "radio") { if (field.checked) values[field.name] = field.value; }
    else if (field.multiple) values[field.name] = [...field.selectedOptions].map((each) => each.value);
    else values[field.name] = field.value;
  }
  return values;
}

$("dialogs").addEventListener("submit", async (event) => {
  event.preventDefault();
  const sent = event.target;
  if (sent.getAttribute("aria-busy")) return;
  sent.setAttribute("aria-busy", "true");
  const answer = await act("submit", { modal: sent.dataset.modal, values: filledIn(sent) });
  sent.removeAttribute("aria-busy");
  if (answer.error) { wrong(sent, answer.error); return; }
  sent.closest("dialog").close();
  if (answer.dialog) openDialog(answer.dialog);
});

// ---- everything else that can be clicked

const clicked = {
  "[data-press]": (button) => within(button.closest("li[id]"), button, "press",
    { custom_id: button.dataset.press, message: idOf(button) }),
  "[data-dismiss]": (button) => act("dismiss", { message: button.dataset.dismiss }).then(() => box.focus()),
  ".menu-opener": (button) => openMenu(button.closest(".menu"), button.getAttribute("aria-expanded") !== "true"),
  '.menu [role="option"]': (line) => pick(line.closest(".menu"), line),
  '#slash [role="option"]': (line) => openCommand(line.dataset.value),
  '.field [role="option"]': (line) => {
    const input = line.closest(".field").querySelector("input");
    take(input, line);
    input.focus();
    show(input, listOf(input), false);
  },
  "[data-add]": (button) => addOption(button.dataset.add).focus(),
  "[data-leave]": closeCommand,
  "[data-close]": (button) => button.closest("dialog").close(),
  "[data-fill]": (button) => {
    const { command, options: filled } = JSON.parse(button.dataset.fill);
    openCommand(command, filled);
  },
  "[data-control]": async (button) => {
    button.setAttribute("aria-busy", "true");
    const answer = await act("control", { name: button.dataset.control });
    button.removeAttribute("aria-busy");
    told(answer.error, true);
  },
  "[data-side]": (button) => {
    const open = document.body.classList.toggle("side-open");
    button.setAttribute("aria-expanded", String(open));
  },
  "button[data-theme]": () => {
    const shown = document.documentElement.dataset.theme
      ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
    const next = shown === "light" ? "dark" : "light";
    document.documentElement.dataset.theme = next;
    document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=strict`;
  },
  ".spoiler": (spoiler) => {
    spoiler.classList.add("shown");
    spoiler.removeAttribute("role");
    spoiler.removeAttribute("aria-label");
    spoiler.firstElementChild.removeAttribute("aria-hidden");
  },
  "#newer": toEnd,
};

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll('.menu-opener[aria-expanded="true"]'))
    if (!open.closest(".menu").contains(event.target)) leaveMenu(open.closest(".menu"));
  if (document.body.classList.contains("side-open") && !event.target.closest("#side, .burger"))
    document.body.classList.remove("side-open");
  for (const [selector, does] of Object.entries(clicked)) {
    const found = event.target.closest(selector);
    if (found && !found.disabled) { does(found); return; }
  }
});
document.addEventListener("mousedown", (event) => {
  // The field keeps the focus while one of its lines is chosen.
  if (event.target.closest('#slash [role="option"], .field [role="option"]')) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  const spoiler = event.target.closest?.(".spoiler:not(.shown)");
  if (spoiler && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); spoiler.click(); }
});
if (matchMedia("(min-width: 900px)").matches) box.focus({ preventScroll: true });
else document.querySelector("#guide details")?.removeAttribute("open");
