// The values page: says before saving how many words change and how many offers that concerns.
"use strict";
(() => {
  const sum = () => {
    const output = document.querySelector("[data-sums-changes]");
    if (!output) return;
    let words = 0;
    let offers = 0;
    for (const field of document.querySelectorAll("[data-was]")) {
      if (!field.value.trim() || field.value === field.dataset.was) continue;
      words += 1;
      offers += Number(field.closest("[data-records]").dataset.records);
    }
    const { none, some } = output.dataset;
    output.textContent = words ? some.replace("{words}", words).replace("{offers}", offers) : none;
  };
  for (const type of ["input", "change", "htmx:afterSettle"]) document.addEventListener(type, sum);
  sum();
})();
