"use strict";
// What scripts add to the page: sorting, searching, the choice of light or dark, printing all of it. The page
// reads without them: pages open by their address, lists and long tables fold by themselves.
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // --- rows, some with a line of text below them ------------------------------------

  const isBelow = (row) => row.cells[0].colSpan > 1;
  const rowsOf = (body) => [...body.rows].filter((row) => !isBelow(row));
  const below = (row) => [row.nextElementSibling].filter((next) => next && isBelow(next));

  // --- sorting ---------------------------------------------------------------------

  const comma = root.lang === "nl";
  const collator = new Intl.Collator(root.lang, { numeric: true });

  /** The number that a cell shows, in the notation of the page; NaN if it shows words. */
  function numberOf(text) {
    const bare = text.replace(/[€%\s]/g, "");
    if (!/^-?\d[\d.,]*$/.test(bare)) return NaN;
    return Number(comma ? bare.replaceAll(".", "").replace(",", ".") : bare.replaceAll(",", ""));
  }

  function sort(heading) {
    const column = heading.cellIndex;
    const up = heading.getAttribute("aria-sort") !== "ascending";
    all("th[aria-sort]", heading.parentNode).forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    const body = heading.closest("table").tBodies[0];
    const rows = rowsOf(body).map((row) => {
      const cell = row.cells[column];
      const text = (cell.firstElementChild?.matches("a") ? cell.firstElementChild : cell).textContent.trim();
      return { row, text, number: numberOf(text) };
    });
    const words = rows.some(({ text, number }) => text && Number.isNaN(number));
    const order = (a, b) => (words ? collator.compare(a.text, b.text) : a.number - b.number);
    // Cells that say nothing stay at the end, whichever way the others go.
    rows.sort((a, b) => !a.text - !b.text || (a.text ? (up ? order(a, b) : order(b, a)) : 0));
    body.append(...rows.flatMap(({ row }) => [row, ...below(row)]));
  }

  function sortable(heading) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(heading.firstChild);
    button.addEventListener("click", () => sort(heading));
    heading.prepend(button);
  }

  // --- searching ---------------------------------------------------------------------

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  /** Let a field show only the elements that have its text, and tell how many those are. */
  function search(label, elements, after) {
    const field = label.querySelector("input");
    label.hidden = false;
    field.addEventListener("input", () => {
      const wanted = plain(field.value.trim());
      const found = elements().filter((element) => {
        const parts = element.matches("tr") ? [element, ...below(element)] : [element];
        const hidden = !parts.some((part) => plain(part.textContent).includes(wanted));
        parts.forEach((part) => { part.hidden = hidden; });
        return !hidden;
      });
      after(wanted, found.length, elements().length);
    });
  }

  function searchable(label) {
    const table = label.parentNode.querySelector("table");
    search(label, () => rowsOf(table.tBodies[0]), (wanted, found, count) => {
      label.querySelector("output").value = wanted ? `${found} / ${count}` : "";
      // The total is that of all rows: beside a part of them it would be read as theirs.
      if (table.tFoot) table.tFoot.hidden = Boolean(wanted);
    });
  }
  for (const label of all(".menu .find")) {
    const list = label.parentNode;
    search(label, () => all("li", list), () => {
      for (const group of all("section", list)) group.hidden = !group.querySelector("li:not([hidden])");
    });
    label.querySelector("input").addEventListener("keydown", (event) => {
      const first = list.querySelector("li:not([hidden]) a");
      if (event.key === "Enter" && first) first.click();
    });
  }

  // --- lists in the bar -----------------------------------------------------------------

  const menus = all(".menu");
  const close = (but) => menus.forEach((menu) => menu !== but && (menu.open = false));
  document.addEventListener("click", (event) => {
    const menu = event.target.closest(".menu");
    close(event.target.closest("a") ? null : menu);
  });
  document.addEventListener("keydown", (event) => {
    const shown = menus.find((menu) => menu.open);
    if (event.key === "Escape" && shown) {
      shown.open = false;
      shown.querySelector("summary").focus();
    }
  });
  for (const menu of menus) {
    menu.addEventListener("toggle", () => {
      const field = menu.querySelector("input");
      if (menu.open && field) {
        field.focus();
        field.select(); // What was searched before is typed over.
      }
    });
    // A list that the keyboard leaves would lie over what it comes to.
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
  }

  // --- pages ------------------------------------------------------------------------------

  const title = document.title;
  const ready = new Set();

  /** Name the page that is open, and make its tables ready: those of 342 pages at once would take seconds. */
  function open() {
    const found = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const page = found?.closest(".page");
    document.title = page ? `${page.querySelector("h1").textContent} · ${title}` : title;
    const shown = page ?? document.getElementById("overview");
    if (ready.has(shown)) return;
    ready.add(shown);
    all("thead th", shown).forEach(sortable);
    all(".table > .find", shown).forEach(searchable);
  }
  addEventListener("hashchange", open);
  open();

  // --- light and dark -------------------------------------------------------------------------

  const theme = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const label = () => { theme.textContent = isDark() ? theme.dataset.light : theme.dataset.dark; };
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    label();
  });
  system.addEventListener("change", label);
  theme.hidden = false;
  label();

  // --- paper --------------------------------------------------------------------------------------

  const print = document.getElementById("print-all");
  print.hidden = false;
  print.addEventListener("click", () => {
    root.classList.add("all");
    window.print();
  });
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details.table:not([open])");
    folded.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => {
    folded.forEach((details) => { details.open = false; });
    root.classList.remove("all");
  });
})();
