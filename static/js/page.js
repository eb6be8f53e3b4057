// Small helps that a page can do without: the menu on narrow screens, focus on a list of errors, Escape, unsaved text.
(function () {
  const menu = document.getElementById("menu");
  const button = document.getElementById("menu-switch");
  if (menu && button) {
    const set = function (open) {
      menu.classList.toggle("open", open);
      button.setAttribute("aria-expanded", String(open));
    };
    button.setAttribute("role", "button");
    button.setAttribute("aria-controls", "menu");
    set(false);
    button.addEventListener("click", function (event) {
      event.preventDefault();
      set(!menu.classList.contains("open"));
    });
    button.addEventListener("keydown", function (event) {
      if (event.key === " ") {
        event.preventDefault();
        button.click();
      }
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && menu.classList.contains("open")) {
        set(false);
        button.focus();
      }
    });
  }
  document.querySelectorAll("details.switcher").forEach(function (switcher) {
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && switcher.open) {
        switcher.open = false;
        switcher.querySelector("summary").focus();
      }
    });
    document.addEventListener("click", function (event) {
      if (!switcher.contains(event.target)) switcher.open = false;
    });
  });
  const errors = document.getElementById("error-summary");
  if (errors) errors.focus();
  const record = document.querySelector("form.record");
  if (record) {
    let changed = Boolean(errors);
    record.addEventListener("input", function () { changed = true; });
    record.addEventListener("submit", function () { changed = false; });
    window.addEventListener("beforeunload", function (event) {
      if (changed) event.preventDefault();
    });
  }
})();
