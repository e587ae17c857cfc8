// Tells the secretary, on Home, of e-mails that failed lately. Another service has them: the page waits for nothing.
"use strict";

(() => {
  const told = document.getElementById("failed-emails");
  const [words, state] = [told.querySelector("a"), told.querySelector(".chip")];

  fetch(told.dataset.failed, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then(({ failed }) => tell(failed))
    .catch(() => show("Whether e-mails failed cannot be said at the moment", "Not known"));

  function tell(failed) {
    if (failed === 0) return;
    const nothing = document.getElementById("nothing-needed");
    if (nothing !== null) nothing.hidden = true;
    state.classList.replace("chip-none", "chip-bad");
    show(failed === 1 ? "1 e-mail could not be delivered" : `${failed} e-mails could not be delivered`, "Failed");
  }

  function show(said, how) {
    words.textContent = said;
    state.lastChild.data = how;
    const needs = told.previousElementSibling;
    if (needs.matches(".task-list")) needs.append(told.querySelector("li"));
    else told.hidden = false;
  }
})();
