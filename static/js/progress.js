// Follow a job that a worker does: ask its status address, show the step, open the page anew at the end.
(function () {
  const box = document.getElementById("progress");
  if (!box) return;
  const words = box.querySelector("[data-step]");
  const steps = box.querySelectorAll("[data-name]");
  let wait = 800;
  const show = function (status) {
    if (words && words.textContent !== status.text) words.textContent = status.text;
    steps.forEach(function (step) {
      const state = status.steps[step.dataset.name];
      if (state && step.className !== state) {
        step.className = state;
        if (state === "now") step.setAttribute("aria-current", "step");
        else step.removeAttribute("aria-current");
      }
    });
  };
  const ask = async function () {
    try {
      const answer = await fetch(box.dataset.status, { headers: { Accept: "application/json" } });
      if (!answer.ok) return window.location.reload();
      const status = await answer.json();
      if (!status.open) return window.location.reload();
      show(status);
      wait = Math.min(wait * 1.2, 5000);
    } catch (error) {
      wait = Math.min(wait * 2, 15000);
      if (words) words.textContent = "The server does not answer. Trying again.";
    }
    window.setTimeout(ask, wait);
  };
  window.setTimeout(ask, wait);
})();
