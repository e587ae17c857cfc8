// Keeps each line of a draft as soon as it is left. Without this file the page has a button that does the same.
"use strict";

(() => {
  const form = document.getElementById("return");
  const waiting = new Set(); // lines with something that is not kept yet
  const stalled = new Set(); // those of them that could not be sent
  const wrong = new Map(); // by line, what is wrong with what was kept
  let keeping = Promise.resolve();
  let released = Promise.resolve();

  const lineOf = (element) => element.closest("[data-line]");
  const kept = (line) => line.querySelector(".line-kept");

  form.addEventListener("input", (event) => {
    const line = lineOf(event.target);
    if (line === null) return;
    waiting.add(line);
  });
  form.addEventListener("focusout", (event) => {
    const line = lineOf(event.target);
    if (line === null || line.contains(event.relatedTarget)) return;
    if (waiting.has(line)) keep(line);
    else released.then(() => markAll(line));
  });
  form.addEventListener("change", (event) => {
    const line = lineOf(event.target);
    if (line !== null && waiting.has(line)) keep(line);
  });
  // While a button is pressed nothing on the page may move: the click would miss what it is meant for.
  addEventListener("pointerdown", () => {
    released = new Promise((resolve) => {
      for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => setTimeout(resolve), { once: true });
    });
  });
  // What is still waiting goes with the page: a request that outlives it.
  addEventListener("pagehide", () => {
    for (const line of waiting) fetch(line.dataset.line, request(line, true)).catch(() => {});
  });
  addEventListener("online", () => {
    for (const line of [...waiting]) keep(line);
  });

  function request(line, keepalive = false) {
    const content = new URLSearchParams();
    for (const field of line.querySelectorAll("input, select, textarea")) {
      if (field.name && (field.type !== "radio" || field.checked)) content.append(field.name, field.value);
    }
    const csrf = form.querySelector("input[name=csrf]");
    if (csrf !== null) content.append("csrf", csrf.value);
    return { method: "POST", body: content, keepalive, headers: { Accept: "application/json" } };
  }

  function keep(line) {
    // One after the other, so that each says what the one before it has left.
    keeping = keeping.then(() => (waiting.has(line) ? send(line) : undefined));
    return keeping;
  }

  async function send(line, again = true) {
    waiting.delete(line);
    stalled.delete(line);
    let answer;
    try {
      answer = await fetch(line.dataset.line, request(line));
    } catch {
      return failed(line, "Not kept: there is no connection. What you typed stays here, and is sent when it is back.");
    }
    if (answer.status === 403 && again && (await newToken())) {
      waiting.add(line);
      return send(line, false);
    }
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      for (const other of stalled) keep(other);
      await released;
      return show(line, said);
    }
    if (said.reload) return failed(line, `${said.problem} Load this page again.`);
    if (answer.status === 401) {
      return failed(line, "Not kept: you are signed out. Sign in again in a new window, then go on here.");
    }
    return failed(line, `Not kept: ${said.problem || "something went wrong; it is tried again with your next answer."}`);
  }

  function failed(line, sentence) {
    waiting.add(line);
    stalled.add(line);
    kept(line).textContent = sentence;
  }

  // After a new sign-in the forms of this page have the token of the old one.
  async function newToken() {
    const answer = await fetch(location.pathname).catch(() => null);
    if (answer === null || !answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("input[name=csrf]");
    const own = form.querySelector("input[name=csrf]");
    if (fresh === null || own === null || fresh.value === own.value) return false;
    for (const each of document.querySelectorAll("input[name=csrf]")) each.value = fresh.value;
    return true;
  }

  function show(line, said) {
    const from = line.querySelector(`[name="${CSS.escape(line.id)}.from"]`);
    if (from !== null) from.value = said.from;
    if (!waiting.has(line)) kept(line).textContent = said.kept ? `Kept: ${said.kept}` : "";
    line.classList.toggle("line-open", line.classList.contains("line-open") && !said.kept);
    for (const each of document.querySelectorAll("[data-progress]")) each.textContent = said.progress;
    for (const each of document.querySelectorAll("[data-answered]")) {
      const words = said.sections[each.dataset.answered];
      if (words) each.textContent = words;
    }
    for (const old of line.querySelectorAll(".field-error")) old.remove();
    for (const old of [line, ...line.querySelectorAll(".field-wrong")]) old.classList.remove("field-wrong");
    wrong.set(line, said.faults);
    if (!line.contains(document.activeElement)) markAll(line); // nobody is told of a field that they are about to fill in
    if (said.needs_choice) location.reload();
    for (const more of said.more) {
      if (document.getElementById(more.key) === null) line.insertAdjacentHTML("afterend", more.html);
    }
  }

  function markAll(line) {
    for (const [name, sentence] of Object.entries(wrong.get(line) || {})) mark(line, name, sentence);
  }

  function mark(line, name, sentence) {
    const field = line.querySelector(`[name="${CSS.escape(name)}"]`);
    const place = field && (field.type === "radio" ? field.closest("fieldset") : field.closest(".field"));
    if (!place || place.classList.contains("field-wrong")) return;
    const said = document.createElement("span");
    said.className = "field-error";
    said.id = `${name}-error`;
    said.textContent = sentence;
    place.classList.add("field-wrong");
    place.querySelector(field.type === "radio" ? "legend" : "label").after(said);
    field.setAttribute("aria-describedby", said.id);
  }
})();
