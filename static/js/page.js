// Small helps that a page can do without: the menu on narrow screens, and focus on the list of errors.
(function () {
  const menu = document.getElementById("menu");
  const button = document.getElementById("menu-switch");
  if (menu && button) {
    const set = function (open) {
      menu.classList.toggle("open", open);
      button.setAttribute("aria-expanded", String(open));
    };
    button.addEventListener("click", function () {
      set(!menu.classList.contains("open"));
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && menu.classList.contains("open")) {
        set(false);
        button.focus();
      }
    });
  }
  const errors = document.getElementById("error-summary");
  if (errors) errors.focus();
})();
