"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const {strings, columns, outcomes, model} = data;
  const N = columns.id.length, HEIGHT = 34, MORE = 12;
  const text = (name, i) => { const at = columns[name][i]; return at < 0 ? "" : strings[at]; };
  const $ = id => document.getElementById(id);
  const make = (tag, parent, words, name) => {
    const node = document.createElement(tag);
    if (words !== undefined) node.textContent = words;
    if (name) node.className = name;
    if (parent) parent.append(node);
    return node;
  };
  const FLAKY = 1, TRUNCATED = 2;
  const RANK = {broke: 0, "still stale": 1, differs: 2, "still wrong": 3, fixed: 4};
  const SIGNS = {correct: "✓", unmeasured: "?"};
  const TONES = {correct: "good", unmeasured: "warn"};
  const state = {category: "", kind: "", outcome: "", change: "", flaky: "", truncated: "", q: "", sort: "", probe: ""};
  const fields = ["category", "kind", "outcome", "change", "flaky", "truncated", "q", "sort"];
  const box = $("rows"), body = $("body"), status = $("count"), detail = $("detail"), split = $("split");
  let found = [], printing = false, current = -1, drawn = "", lower = null;
  const positions = new Map();
  for (let i = 0; i < N; i++) if (!positions.has(text("id", i))) positions.set(text("id", i), i);

  function matches(i, words) {
    if (state.category && text("category", i) !== state.category) return false;
    if (state.kind && text("kind", i) !== state.kind) return false;
    const outcome = text("outcome", i);
    if (state.outcome === "failed") { if (outcome === "correct") return false; }
    else if (state.outcome && outcome !== state.outcome) return false;
    if (state.change === "any") { if (!text("change", i) || !(text("change", i) in RANK) || text("change", i) === "still wrong") return false; }
    else if (state.change && text("change", i) !== state.change) return false;
    if (state.flaky && !(columns.flags[i] & FLAKY)) return false;
    if (state.truncated && !(columns.flags[i] & TRUNCATED)) return false;
    return words.every(word => ["id", "question", "expected", "answer", "reason"].some(name => {
      const at = columns[name][i];
      return at >= 0 && lower[at].includes(word);
    }));
  }
  function select() {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && !lower) lower = strings.map(one => one.toLowerCase());
    found = [];
    for (let i = 0; i < N; i++) if (matches(i, words)) found.push(i);
    if (state.sort === "change") found.sort((a, b) => (RANK[text("change", a)] ?? 9) - (RANK[text("change", b)] ?? 9) || a - b);
    if (state.sort === "failed") found.sort((a, b) => (text("outcome", a) === "correct") - (text("outcome", b) === "correct") || a - b);
    status.textContent = found.length === N ? `${N.toLocaleString("en")} answers` : `${found.length.toLocaleString("en")} of ${N.toLocaleString("en")} answers`;
    $("table").setAttribute("aria-rowcount", found.length + 1);
    drawn = "";
    draw();
  }
  function cell(row, tag, words, name) {
    const node = make(tag, row, undefined, name);
    make("bdi", node, words);
    return node;
  }
  function draw() {
    const first = printing ? 0 : Math.max(0, Math.floor(box.scrollTop / HEIGHT) - MORE);
    const last = printing ? found.length : Math.min(found.length, Math.ceil((box.scrollTop + box.clientHeight) / HEIGHT) + MORE);
    const key = `${first}-${last}-${current}`;
    if (key === drawn) return;
    drawn = key;
    const hadFocus = body.contains(document.activeElement);
    const rows = document.createDocumentFragment();
    pad(rows, first);
    for (let at = first; at < last; at++) rows.append(line(at));
    pad(rows, found.length - last);
    body.replaceChildren(rows);
    if (hadFocus) body.querySelector("[aria-current] button")?.focus({preventScroll: true});
  }
  function pad(rows, count) {
    if (!count) return;
    const row = make("tr", rows, undefined, "pad");
    row.setAttribute("aria-hidden", "true");
    const one = make("td", row);
    one.colSpan = data.compared ? 7 : 6;
    one.style.height = `${count * HEIGHT}px`;
  }
  function line(at) {
    const i = found[at], row = make("tr"), outcome = text("outcome", i);
    row.dataset.at = at;
    row.setAttribute("aria-rowindex", at + 2);
    if (at === current) row.setAttribute("aria-current", "true");
    const tone = TONES[outcome] || "bad";
    make("td", row, `${SIGNS[outcome] || "✕"} ${outcome}`, `status ${tone}`);
    if (data.compared) make("td", row, text("change", i));
    const head = make("th", row);
    head.scope = "row";
    const button = make("button", head);
    button.type = "button";
    make("bdi", button, text("question", i));
    button.title = text("id", i);
    cell(row, "td", text("expected", i) || "(declines)", "c-expected hide-m");
    cell(row, "td", text("answer", i), "c-answer");
    cell(row, "td", text("kind", i), "c-kind");
    cell(row, "td", text("category", i), "c-category hide-m");
    return row;
  }
  function entry(list, name, words) {
    if (!words) return null;
    make("dt", list, name);
    return make("dd", list, words);
  }
  const quote = words => /^[\w@%+=:,./-]+$/.test(words) ? words : `'${words.replaceAll("'", "'\\''")}'`;
  function open(at, move) {
    if (at < 0 || at >= found.length) return;
    current = at;
    const i = found[at], id = text("id", i);
    state.probe = id + (columns.repeat[i] ? `~${columns.repeat[i]}` : "");
    remember();
    detail.replaceChildren();
    const head = make("header", detail);
    const title = make("h3", head);
    make("span", title, id, "name");
    const close = make("button", head, "Close");
    close.type = "button";
    close.addEventListener("click", shut);
    const outcome = text("outcome", i);
    const told = make("p", detail);
    make("span", told, `${SIGNS[outcome] || "✕"} ${outcome}`, `status ${TONES[outcome] || "bad"}`);
    told.append(`: ${text("reason", i)}`);
    const list = make("dl", detail);
    entry(list, "question", text("question", i));
    entry(list, "expected", text("expected", i) || "the model declines, or as the grader asks");
    const answer = entry(list, "answer", text("answer", i) || "(empty)");
    if (text("change", i)) {
      const old = text("old", i);
      entry(list, `answer before (${text("oldoutcome", i)})`, old || "(empty)");
      if (old !== text("answer", i)) compare(entry(list, "words that changed", " "), old, text("answer", i));
    }
    entry(list, "system", text("system", i));
    for (const [name, part] of [["thoughts, not graded", "thoughts"], ["what runs on, not graded", "rest"]]) {
      if (!text(part, i)) continue;
      const fold = make("details", detail);
      make("summary", fold, name);
      make("pre", fold, text(part, i));
    }
    const more = make("dl", detail);
    entry(more, "grader", text("grader", i));
    entry(more, "case", text("place", i));
    const flags = [columns.flags[i] & FLAKY ? "flaky: its samples differ" : "", columns.flags[i] & TRUNCATED ? "the answer is cut at its token limit" : ""].filter(Boolean);
    entry(more, "note", flags.join("; "));
    make("dt", more, "ask it again");
    const command = `pytest -k ${quote(`[${id}]`)} --ft-model=${quote(model)}`;
    make("pre", make("dd", more), command);
    const copy = make("button", detail, "Copy the command");
    copy.type = "button";
    copy.addEventListener("click", () => navigator.clipboard?.writeText(command).then(() => { copy.textContent = "Copied"; }));
    detail.hidden = false;
    split.classList.add("open");
    if (move) {
      const top = at * HEIGHT;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + 2 * HEIGHT + 8 > box.scrollTop + box.clientHeight) box.scrollTop = top - box.clientHeight + 3 * HEIGHT;
    }
    draw();
    if (move === "focus") detail.focus({preventScroll: true});
  }
  function shut() {
    detail.hidden = true;
    split.classList.remove("open");
    state.probe = "";
    remember();
    body.querySelector("[aria-current] button")?.focus({preventScroll: true});
  }
  function compare(node, before, after) {
    if (!node) return;
    node.textContent = "";
    const a = before.split(/(\s+)/), b = after.split(/(\s+)/);
    if (a.length * b.length > 400000) { node.textContent = "(too long to compare word by word)"; return; }
    const best = Array.from({length: a.length + 1}, () => new Uint16Array(b.length + 1));
    for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--)
      best[i][j] = a[i] === b[j] ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
    let i = 0, j = 0;
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) { node.append(a[i]); i++; j++; }
      else if (j >= b.length || (i < a.length && best[i + 1][j] >= best[i][j + 1])) make("del", node, a[i++]);
      else make("ins", node, b[j++]);
    }
  }
  function remember() {
    const said = new URLSearchParams();
    for (const [name, value] of Object.entries(state)) if (value) said.set(name, value);
    const hash = said.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }
  function recall() {
    const said = new URLSearchParams(location.hash.slice(1));
    if (!Object.keys(state).some(name => said.has(name))) return false;
    for (const name of Object.keys(state)) state[name] = said.get(name) || "";
    for (const name of fields) {
      const input = $(`f-${name}`);
      if (!input) continue;
      if (input.type === "checkbox") input.checked = Boolean(state[name]);
      else input.value = state[name];
    }
    return true;
  }
  function show() {
    const [id, repeat] = state.probe.split("~");
    let at = found.findIndex(i => text("id", i) === id && columns.repeat[i] === Number(repeat || 0));
    if (at < 0 && positions.has(id)) {
      for (const name of fields) if (name !== "sort") state[name] = "";
      select();
      at = found.indexOf(positions.get(id));
    }
    if (at >= 0) { $("explorer").scrollIntoView(); open(at, "show"); }
  }
  for (const name of fields) {
    const input = $(`f-${name}`);
    if (!input) continue;
    input.addEventListener("input", () => {
      state[name] = input.type === "checkbox" ? (input.checked ? "1" : "") : input.value;
      current = -1;
      box.scrollTop = 0;
      remember();
      select();
    });
  }
  let waiting = false;
  box.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  }, {passive: true});
  body.addEventListener("click", event => {
    const row = event.target.closest("tr[data-at]");
    if (row) open(Number(row.dataset.at), event.detail === 0 ? "focus" : "stay");
  });
  addEventListener("resize", () => { drawn = ""; draw(); });
  addEventListener("hashchange", () => { if (recall()) { select(); show(); } });
  addEventListener("keydown", event => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName || "");
    if (event.key === "Escape" && !detail.hidden) { shut(); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); $("f-q").focus(); $("explorer").scrollIntoView(); }
    if (event.key === "j" || event.key === "k") split.scrollIntoView({block: "nearest"});
    if (event.key === "j") open(Math.min(current + 1, found.length - 1), "show");
    if (event.key === "k") open(Math.max(current - 1, 0), "show");
  });
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const one of folded) one.open = true;
    printing = true;
    draw();
  });
  addEventListener("afterprint", () => { for (const one of folded) one.open = false; printing = false; draw(); });
  document.documentElement.classList.add("js");
  $("explorer").hidden = false;
  const said = recall();
  select();
  if (said && state.probe) show();
})();
