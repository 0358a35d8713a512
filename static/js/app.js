// Every page works without this file; it adds dialogs, passing toasts, live theme and keys.
// Delegated listeners only, so that what htmx swaps in needs no set-up.
"use strict";
(() => {
  const TOAST_MS = 7000;
  const root = document.documentElement;
  const find = (selector, within = document) => within.querySelector(selector);
  const on = (type, handler, options) => document.addEventListener(type, handler, options);

  // Dialogs and menus
  on("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    if (event.target.closest("[data-closes]") || event.target.matches("dialog.ask[open]")) {
      event.target.closest("dialog")?.close();
    }
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target) || opener) menu.open = false;
    }
  });

  // On a narrow screen the tabs of a source scroll sideways: the page one is on stays in sight.
  for (const current of document.querySelectorAll(":is(.tabs, .steps) li:has(> [aria-current]), .steps li[aria-current]")) {
    const bar = current.closest("nav");
    bar.scrollLeft = current.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2;
  }

  // Toasts: errors stay until dismissed, the others pass unless someone is reading them.
  const toasts = find(".toasts");
  const isHeld = (toast) => toast.matches(":hover, :focus-within");
  const passLater = (toast) => {
    if (toast.dataset.category === "error" || toast.dataset.passing) return;
    toast.dataset.passing = "yes";
    const leave = () => (isHeld(toast) ? setTimeout(leave, 2000) : toast.remove());
    setTimeout(leave, TOAST_MS);
  };
  const showError = (message) => {
    const alerts = document.getElementById("toasts-alert");
    if ([...alerts.querySelectorAll("p")].some((shown) => shown.textContent === message)) return;
    const toast = document.createElement("div");
    toast.className = "toast-card";
    toast.dataset.category = "error";
    const words = document.createElement("p");
    words.textContent = message;
    const button = document.createElement("button");
    button.className = "btn";
    button.type = "button";
    button.dataset.variant = "ghost";
    button.dataset.size = "xs";
    button.dataset.dismisses = "";
    button.textContent = toasts.dataset.dismiss;
    toast.append(words, button);
    alerts.append(toast);
  };
  for (const toast of document.querySelectorAll(".toast-card")) passLater(toast);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node.nodeType === Node.ELEMENT_NODE && node.matches(".toast-card")) passLater(node);
    }
  }).observe(toasts, { childList: true, subtree: true });
  on("click", (event) => {
    if (event.target.closest("[data-dismisses]")) event.target.closest(".toast-card").remove();
  });

  // A value to take along
  on("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copies);
    field.select?.();
    await navigator.clipboard.writeText(field.value ?? field.textContent);
    find("span", button).textContent = button.dataset.copied;
    document.getElementById("announcer").textContent = button.dataset.copied;
  });

  // htmx: what the server says on failure, busy regions, focus, announcements
  on("htmx:responseError", ({ detail: { xhr } }) => {
    const isPlain = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    showError(isPlain && xhr.responseText ? xhr.responseText : toasts.dataset.serverError);
  });
  on("htmx:sendError", () => showError(toasts.dataset.networkError));
  on("htmx:beforeRequest", (event) => {
    const { elt, target } = event.detail;
    const isPoll = (elt.getAttribute("hx-trigger") || "").startsWith("every");
    if (isPoll && document.hidden) event.preventDefault();
    else if (!isPoll) target?.setAttribute("aria-busy", "true");
  });
  on("htmx:afterRequest", ({ detail: { target } }) => target?.removeAttribute("aria-busy"));
  const focusMarked = (within) => find("[data-focus-me]", within)?.focus();
  on("htmx:afterSettle", ({ detail: { elt } }) => focusMarked(elt));
  on("announce", ({ detail }) => {
    document.getElementById("announcer").textContent = detail.value;
  });

  // Theme: shown at once, remembered by the same form that works without scripts.
  on("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-form]") || !event.submitter) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } })
      .then((answer) => answer.ok || showError(toasts.dataset.serverError))
      .catch(() => showError(toasts.dataset.networkError));
    root.dataset.theme = event.submitter.value;
    document.dispatchEvent(new Event("offerdock:theme"));
    for (const button of form.querySelectorAll("[aria-pressed]")) {
      button.setAttribute("aria-pressed", String(button === event.submitter));
    }
  });

  // Keys: "/" search, "g" then a digit goes to a page, "?" help. They can be switched off there.
  const KEYS_OFF = "offerdock-keys-off";
  let awaitsPage = false;
  const isTyping = (element) => element.closest("input, select, textarea, [contenteditable]");
  on("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = find("details[data-menu][open]");
      if (menu) {
        menu.open = false;
        find("summary", menu).focus();
      }
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (localStorage.getItem(KEYS_OFF) || find("dialog[open]")) return;
    const page = awaitsPage && find(`[data-shortcut="${CSS.escape(event.key)}"]`);
    awaitsPage = event.key === "g";
    if (page) page.click();
    else if (event.key === "?") document.getElementById("keyboard-help")?.showModal();
    else if (event.key === "/" && find("input[type=search]")) {
      event.preventDefault();
      find("input[type=search]").focus();
    }
  });
  const keysBox = find("[data-keys-on]");
  if (keysBox) keysBox.checked = !localStorage.getItem(KEYS_OFF);
  on("change", ({ target }) => {
    if (!target.matches("[data-keys-on]")) return;
    if (target.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "yes");
  });

  focusMarked(document);
})();
