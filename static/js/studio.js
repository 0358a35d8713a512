// The mapping studio: connecting by drag and drop, keys, and a choice that outlives what htmx swaps.
// Everything here presses buttons of the page, which work without it.
"use strict";
(() => {
  const KEYS_OFF = "offerdock-keys-off";
  const find = (selector, within = document) => within.querySelector(selector);
  const on = (type, handler) => document.addEventListener(type, handler);
  const chosen = () => find('input[name="path"]:checked');
  const radioOf = (path) => find(`input[name="path"][value="${CSS.escape(path)}"][form="connect"]`);

  // Drag a field of the record onto a field of the offer: the radio is chosen, the button pressed.
  on("dragstart", (event) => {
    const radio = event.target.closest?.(".record-field") && find('input[name="path"]', event.target);
    if (!radio) return;
    radio.checked = true;
    event.dataTransfer.setData("text/plain", radio.value);
    event.dataTransfer.effectAllowed = "link";
  });
  const targetOf = (event) => chosen() && event.target.closest?.("[data-drop]");
  on("dragover", (event) => {
    const target = targetOf(event);
    for (const marked of document.querySelectorAll("[data-over]")) if (marked !== target) delete marked.dataset.over;
    if (!target) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "link";
    target.dataset.over = "";
  });
  on("dragend", () => find("[data-over]")?.removeAttribute("data-over"));
  on("drop", (event) => {
    const target = targetOf(event);
    if (!target) return;
    event.preventDefault();
    delete target.dataset.over;
    find('.connects button[form="connect"]', target).click();
  });

  // What was chosen on the left stays chosen, unless it has just been connected.
  let kept = "";
  let focusOn = "";
  on("htmx:beforeRequest", ({ detail: { elt } }) => {
    kept = elt.id === "connect" ? "" : (chosen()?.value ?? "");
    if (elt.id === "connect") focusOn = `[data-edits="${CSS.escape((pressed || find("#connect-to").value).split("|")[0])}"]`;
    if (elt.dataset.closesEditor) focusOn = `[data-edits="${CSS.escape(elt.dataset.closesEditor.split("#")[0])}"]`;
  });
  let pressed = "";
  on("click", (event) => {
    const button = event.target.closest('button[form="connect"]');
    if (button) pressed = button.value;
  });
  on("htmx:afterSettle", () => {
    const radio = kept && radioOf(kept);
    if (radio) radio.checked = true;
    const opened = find("#editor [data-focus-me]");
    opened?.removeAttribute("data-focus-me");
    opened?.focus();
    if (focusOn && (document.activeElement === document.body || !document.activeElement)) find(focusOn)?.focus();
    focusOn = "";
  });

  // Enter in the list chooses, and never sends; beside a new name it presses its own button.
  on("keydown", (event) => {
    if (event.key !== "Enter" || event.target.form?.id !== "connect" || event.target.type === "submit") return;
    event.preventDefault();
    if (event.target.id === "extra-name") find("button", event.target.parentElement).click();
    else if (event.target.id !== "connect-to") find("#connect-to").focus();
  });

  const isTyping = (element) => element.closest('input:not([type="radio"]), select, textarea');
  on("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (localStorage.getItem(KEYS_OFF) || find("dialog[open]")) return;
    if (event.key === "f") {
      event.preventDefault();
      find("#offer-fields-title")?.focus();
      return;
    }
    const button = find(`[data-key="${CSS.escape(event.key)}"]:not([disabled])`);
    if (button) {
      event.preventDefault();
      if (button.matches("select")) button.focus();
      else button.click();
    }
  });
})();
