// Runs before the first paint: the theme "system" follows the device, so nothing flashes.
"use strict";
(() => {
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const theme = root.dataset.theme;
    root.classList.toggle("dark", theme === "dark" || (theme === "system" && device.matches));
  };
  apply();
  device.addEventListener("change", apply);
  document.addEventListener("offerdock:theme", apply);
})();
