// Comfort on top of a page that works without it: nothing here is needed to check a posting.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (text) => { const status = one("#status"); if (status) status.textContent = text; };

  // A part of the page that the server made and escaped; scripts in it would not run, and the policy forbids them anyway.
  const fragment = (text) => document.adoptNode(new DOMParser().parseFromString(text, "text/html").body);
  const fill = (target, text) => target.replaceChildren(...fragment(text).childNodes);

  // Details of a sentence: hover and focus show them for the moment, a click keeps them.
  let kept = null;
  const detail = (sentence) => document.getElementById(`d${sentence.dataset.index}`);
  const close = () => {
    all(".detail.open").forEach((box) => box.classList.remove("open"));
    all(".s[aria-expanded=true]").forEach((sentence) => sentence.setAttribute("aria-expanded", "false"));
  };
  const open = (sentence) => {
    close();
    detail(sentence)?.classList.add("open");
    sentence.setAttribute("aria-expanded", "true");
    const rail = one(".rail");
    if (rail) rail.scrollTop = 0;
    // On a phone the details rise from below: the sentence must not lie under them.
    const covered = sentence.getBoundingClientRect().bottom > (detail(sentence)?.getBoundingClientRect().top ?? 0);
    if (narrow.matches && covered) sentence.scrollIntoView({ block: "start" });
  };
  const narrow = matchMedia("(width < 62rem)");
  const wide = matchMedia("(width >= 62rem) and (hover: hover)");
  document.addEventListener("mouseover", (event) => {
    const sentence = event.target.closest(".s");
    if (sentence && wide.matches && !kept) open(sentence);
    all(".s.lit").forEach((other) => other.classList.remove("lit"));
    const finding = event.target.closest("[data-evidence]");
    const indices = finding?.dataset.evidence.split(" ").filter(Boolean) ?? [];
    indices.forEach((index) => document.getElementById(`s${index}`)?.classList.add("lit"));
  });
  document.addEventListener("focusin", (event) => {
    const sentence = event.target.closest(".s");
    if (sentence && wide.matches && !kept) open(sentence);
  });
  document.addEventListener("click", (event) => {
    const sentence = event.target.closest(".s");
    if (sentence) {
      event.preventDefault();
      const again = kept === sentence;
      kept = again ? null : sentence;
      if (again) close(); else open(sentence);
    } else if (event.target.closest("[data-close]")) {
      event.preventDefault();
      dismiss();
    }
  });
  const dismiss = () => {
    const back = kept;
    kept = null;
    close();
    back?.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && one(".detail.open")) dismiss();
    const sentence = event.target.closest?.(".s");
    if (sentence && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const listed = all(".s");
      const next = listed[listed.indexOf(sentence) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) { event.preventDefault(); next.focus(); if (kept) { kept = next; open(next); } }
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("form[data-check]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });
  // Evidence: the sentence comes into view and takes the focus, so that the keyboard goes on from there.
  addEventListener("hashchange", () => {
    const sentence = document.getElementById(location.hash.slice(1));
    if (sentence?.matches(".s")) sentence.focus({ preventScroll: true });
  });

  // Check and correct without leaving the place.
  let running = null;
  const check = async (form, after) => {
    running?.abort();
    running = new AbortController();
    const result = one("#result");
    result.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action.split("#")[0], {
        method: "POST", body: new FormData(form), headers: { "X-Fragment": "result" }, signal: running.signal,
      });
      const text = await answer.text();
      const first = !result.firstElementChild;
      const at = scrollY;
      all(":scope > .complaint", form).forEach((old) => old.remove());
      if (!answer.ok) {
        form.prepend(...fragment(text).childNodes);
        form.scrollIntoView({ block: "start" });
        return;
      }
      kept = null;
      fill(result, text);
      scrollTo({ top: at, behavior: "instant" });
      after(first);
    } catch (error) {
      if (error.name !== "AbortError") say("The service did not answer. Is it still running?");
    } finally {
      result.removeAttribute("aria-busy");
    }
  };
  const verdict = () => one("#headline")?.textContent ?? "";
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-check]") || event.submitter?.matches("[data-plain]")) return;
    event.preventDefault();
    check(form, (first) => {
      const file = one("input[type=file]", form);
      if (first || file?.value) {
        one(".editor").open = false;
        one(".hero")?.remove();
        one(".editor > summary span").textContent = "Change the text and check again";
        one("#result").focus({ preventScroll: true });
        one("#result").scrollIntoView({ block: "start" });
      }
      if (file) file.value = "";
      say(verdict());
    });
  });
  document.addEventListener("change", (event) => {
    const index = event.target.dataset?.fix;
    if (index === undefined) return;
    check(one("#posting"), () => {
      const sentence = document.getElementById(`s${index}`);
      if (!sentence) return;
      kept = sentence;
      open(sentence);
      document.getElementById(`f${index}`)?.focus({ preventScroll: true });
      say(verdict());
    });
  });

  // Copy a draft.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const box = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(box.value);
      button.textContent = "Copied";
    } catch {
      box.select();
      button.textContent = "Selected: press Ctrl C";
    }
  });

  // Drop a file on the box; paste from a job site with its lists and headings.
  document.addEventListener("dragover", (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (zone && event.dataTransfer?.types.includes("Files")) { event.preventDefault(); zone.classList.add("dropping"); }
  });
  document.addEventListener("dragleave", (event) => event.target.closest?.("[data-drop]")?.classList.remove("dropping"));
  document.addEventListener("drop", (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    zone.classList.remove("dropping");
    const suffix = one("textarea", zone)?.id.slice(4) ?? "";
    const input = document.getElementById(`file${suffix}`);
    input.files = event.dataTransfer.files;
    if (input.form.matches("[data-check]")) input.form.requestSubmit();
  });
  document.addEventListener("paste", async (event) => {
    const box = event.target.closest?.("textarea[name^=text]");
    const html = box && event.clipboardData?.getData("text/html");
    if (!html || !/<(li|h[1-6]|p|br)\b/i.test(html) || html.length > 1_000_000) return;
    event.preventDefault();
    const plain = event.clipboardData.getData("text/plain");
    const body = new FormData();
    body.append("html", html);
    let text = plain;
    try {
      const answer = await fetch(new URL("text", new URL(box.form.action)), { method: "POST", body });
      if (answer.ok) text = await answer.text();
    } catch { /* the plain text is there */ }
    box.setRangeText(text || plain, box.selectionStart, box.selectionEnd, "end");
  });

  // The upload was sent once; reloading, or coming back from a posting, fetches the table and does not send it again.
  const address = one("#table[data-address]")?.dataset.address;
  if (address && location.pathname !== address) history.replaceState(null, "", address);

  // The table of many postings, in another order or filtered, without a new page.
  const part = async (address) => {
    const table = one("#table");
    const answer = await fetch(address, { headers: { "X-Fragment": "table" } });
    if (!answer.ok) { location.href = address; return; }
    const words = document.activeElement?.id;
    const caret = document.activeElement?.selectionStart;
    fill(table, await answer.text());
    const again = words && document.getElementById(words);
    if (again) { again.focus({ preventScroll: true }); if (caret != null && again.setSelectionRange) again.setSelectionRange(caret, caret); }
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-part]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    part(link.href.split("#")[0]);
  });
  const filtered = (form) => part(`${form.action.split("#")[0]}?${new URLSearchParams(new FormData(form))}`);
  let waiting;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-filter]");
    if (!form) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => filtered(form), 180);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-filter]")) return;
    event.preventDefault();
    filtered(event.target);
  });
})();
