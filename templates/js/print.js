// Prepares a page for `--to pdf`, before the browser prints it: a reader of paper can neither scroll nor unfold. A function of the
// words of the language, which src/render/pdf/report.ts calls.
((words) => {
  // regexp: digits of one number
  const count = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, words.group);
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => count(values[name]));
  const opened = [
    ...(document.body.matches(".print-folds") ? ["details"] : []),
    ...(document.body.matches(".print-data") ? [".fig-data"] : []),
  ];
  for (const selector of opened) for (const details of document.querySelectorAll(selector)) details.open = true;

  // Long output is cut after about two pages, as it is folded on a screen: 256 KiB would be a hundred pages.
  const [MOST_LINES, MOST_CHARACTERS] = [120, 12000];
  const isWhole = document.body.matches(".print-folds");
  for (const samp of isWhole ? [] : document.querySelectorAll("pre.stdout > samp")) {
    const text = samp.textContent;
    const lines = text.split("\n");
    if (lines.length <= MOST_LINES && text.length <= MOST_CHARACTERS) continue;
    const kept = lines.slice(0, MOST_LINES).join("\n").slice(0, MOST_CHARACTERS);
    const moreLines = lines.length - kept.split("\n").length;
    const note = document.createElement("p");
    note.className = "more";
    note.textContent =
      moreLines > 0
        ? say(words.linesNotPrinted, { n: moreLines })
        : say(words.charactersNotPrinted, { n: text.length - kept.length });
    samp.textContent = kept;
    samp.parentElement.after(note);
  }

  // The provenance goes to the end, unfolded: above the text it would fill half of the first page.
  const provenance = document.querySelector("details.provenance");
  const colophon = document.querySelector(".colophon");
  if (provenance !== null && colophon !== null) {
    const section = document.createElement("section");
    const heading = document.createElement("h2");
    heading.textContent = words.howMeasured;
    provenance.open = true;
    section.append(heading, provenance);
    colophon.before(section);
  }

  // A report with a title page has its contents on paper, with page numbers, which src/browser/print-pdf.ts fills in.
  const contents = document.querySelector(".toc-inline");
  if (contents !== null && document.querySelector(".title-page") !== null) {
    const printed = contents.querySelector("nav").cloneNode(true);
    printed.className = "printed-toc";
    const title = document.createElement("p");
    title.textContent = contents.querySelector("summary").textContent;
    printed.prepend(title);
    for (const link of printed.querySelectorAll("a")) {
      const number = document.createElement("span");
      number.dataset.pageOf = decodeURIComponent(link.hash.slice(1));
      link.append(number);
    }
    contents.after(printed);
  }

  // Widest first: whole words, then a smaller type, then a page on its side, then parts with some of the columns each.
  const fits = (table) => table.offsetWidth <= table.parentElement.clientWidth + 1 && !isCut(table);
  const isCut = (table) => table.scrollWidth > table.parentElement.clientWidth + 1;
  for (const table of document.querySelectorAll(".scroll > table")) {
    const box = table.parentElement;
    if (box.offsetWidth === 0) continue;
    table.classList.add("whole");
    if (fits(table)) continue;
    table.classList.add("tight");
    if (fits(table)) continue;
    const block = box.closest("figure.tbl") ?? box;
    block.classList.add("turned");
    if (!fits(table)) breakColumns(table);
  }

  /** Breaks a table that is wider than a page on its side into parts, each with the first column. */
  function breakColumns(table) {
    const columns = table.rows[0]?.cells.length ?? 0;
    const isRegular = [...table.rows].every((row) => row.cells.length === columns);
    if (!isRegular || columns < 3) {
      table.classList.remove("whole");
      return;
    }
    const box = table.parentElement;
    let first = 1;
    let place = box;
    while (first < columns) {
      const part = box.cloneNode(true);
      place.after(part);
      let end = columns;
      const own = part.querySelector("table");
      const keep = (to) => {
        for (const [index, row] of [...own.rows].entries()) {
          const original = table.rows[index];
          row.replaceChildren(
            ...[...original.cells]
              .filter((_, column) => column === 0 || (column >= first && column < to))
              .map((cell) => cell.cloneNode(true)),
          );
        }
      };
      for (keep(end); !fits(own) && end > first + 1; keep(end)) end -= 1;
      if (!fits(own)) own.classList.remove("whole");
      const note = document.createElement("p");
      note.className = "part-note";
      note.textContent = say(end < columns ? words.columnsContinued : words.columnsLast, {
        first: first + 1,
        end,
        columns,
      });
      part.before(note);
      if (first > 1) own.caption?.remove();
      place = part;
      first = end;
    }
    box.remove();
  }
})(WORDS);
