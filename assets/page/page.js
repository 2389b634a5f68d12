"use strict";
(() => {
  // A frame that has nothing to scroll is no stop for the tab key.
  const frames = document.querySelectorAll(".scroll");
  const stops = () => frames.forEach((frame) => {
    if (frame.scrollWidth > frame.clientWidth) frame.setAttribute("tabindex", "0");
    else frame.removeAttribute("tabindex");
  });
  // Sizes change with the window, and once more when the fonts are there.
  const watch = new ResizeObserver(stops);
  frames.forEach((frame) => [frame, ...frame.children].forEach((part) => watch.observe(part)));

  // Figures sort as numbers, words as words; totals stay where they are.
  const value = (row, column) => row.cells[column].textContent.trim();
  const asNumber = (text) => parseFloat(text.replace(/[,±%]/g, "").replace("\u2212", "-"));
  const order = (a, b, column) => {
    const [x, y] = [value(a, column), value(b, column)];
    const [p, q] = [asNumber(x), asNumber(y)];
    if (!isNaN(p) && !isNaN(q)) return p - q;
    return isNaN(p) === isNaN(q) ? x.localeCompare(y, "en-GB") : isNaN(p) ? 1 : -1;
  };
  for (const table of document.querySelectorAll("table[data-sorts]")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const descending = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        const body = table.tBodies[0];
        const rows = [...body.rows];
        const moving = rows.filter((row) => !row.classList.contains("total"));
        moving.sort((a, b) => order(a, b, column) * (descending ? -1 : 1));
        body.append(...moving, ...rows.filter((row) => row.classList.contains("total")));
      });
    });
  }

  // Long lists of answers get a field to look for a word.
  document.querySelectorAll("ul[data-filters]").forEach((list, i) => {
    if (list.children.length < 8) return;
    const field = document.createElement("input");
    field.type = "search";
    field.id = "look-" + i;
    const label = document.createElement("label");
    label.htmlFor = field.id;
    label.textContent = "Show answers that contain";
    list.before(label, field);
    field.addEventListener("input", () => {
      const word = field.value.trim().toLowerCase();
      for (const item of list.children) item.hidden = !item.textContent.toLowerCase().includes(word);
    });
  });
})();
