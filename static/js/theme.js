// Before the first paint: light or dark as the person chose, else as the system asks. The choice is a cookie.
(function () {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const show = function () {
    const chosen = root.dataset.theme;
    root.dataset.bsTheme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
  };
  root.classList.add("js");
  dark.addEventListener("change", show);
  show();
  window.addEventListener("DOMContentLoaded", function () {
    const button = document.getElementById("theme-switch");
    if (!button) return;
    button.addEventListener("click", function () {
      const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
      root.dataset.theme = next;
      document.cookie = "theme=" + next + ";path=/;max-age=31536000;samesite=lax";
      show();
    });
  });
})();
