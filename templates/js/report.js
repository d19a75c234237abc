// Optional: the page is complete without this script. Adds the theme switch, the current entry of the contents, copy buttons, sorting of tables, and, where the report says so, open disclosures in print.
(() => {
  const root = document.documentElement;
  const store = {
    get: () => {
      try {
        return localStorage.getItem("theme");
      } catch {
        return null;
      }
    },
    set: (v) => {
      try {
        v ? localStorage.setItem("theme", v) : localStorage.removeItem("theme");
      } catch {
        /* The browser may refuse storage for file:// pages. */
      }
    },
  };
  const order = ["auto", "light", "dark"];
  const authors = order.includes(root.dataset.theme) ? root.dataset.theme : "auto";
  const button = document.querySelector(".theme-toggle");
  const [auto, light, dark, copyWord, copied, selected, decimal] = (
    button?.dataset.words ?? "auto|light|dark|Copy|Copied|Selected|."
  ).split("|");
  const themeWords = { auto, light, dark };
  const apply = (t) => {
    t === "auto" ? root.removeAttribute("data-theme") : root.setAttribute("data-theme", t);
    if (button) button.querySelector("span").textContent = themeWords[t];
  };
  let theme = order.includes(store.get()) ? store.get() : authors;
  apply(theme);
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      theme = order[(order.indexOf(theme) + 1) % 3];
      store.set(theme === authors ? null : theme);
      apply(theme);
    });
  }

  const links = [...document.querySelectorAll(".toc-side a")];
  const targets = links.map((a) => document.getElementById(a.hash.slice(1))).filter(Boolean);
  let queued = false;
  const mark = () => {
    queued = false;
    const atEnd = innerHeight + scrollY >= root.scrollHeight - 4;
    const current = atEnd
      ? targets.at(-1)
      : targets.filter((t) => t.getBoundingClientRect().top < innerHeight * 0.3).at(-1);
    for (const a of links)
      current && a.hash === `#${current.id}`
        ? a.setAttribute("aria-current", "location")
        : a.removeAttribute("aria-current");
  };
  if (links.length) {
    addEventListener(
      "scroll",
      () => {
        if (!queued) {
          queued = true;
          requestAnimationFrame(mark);
        }
      },
      { passive: true },
    );
    mark();
  }

  for (const bar of document.querySelectorAll(".cell-in .code-bar")) {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "copy";
    b.textContent = copyWord;
    bar.append(b);
    b.addEventListener("click", async () => {
      const code = b.closest(".code").querySelector("pre");
      try {
        await navigator.clipboard.writeText(code.textContent);
        b.textContent = copied;
      } catch {
        getSelection().selectAllChildren(code);
        b.textContent = selected;
      }
      setTimeout(() => {
        b.textContent = copyWord;
      }, 1600);
    });
  }
  // The keyboard reaches what scrolls: at first, in another width, and in a disclosure that opens.
  const reach = (box) => {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) reach(target);
  });
  for (const box of document.querySelectorAll("pre, .scroll")) {
    reach(box);
    sizes.observe(box);
  }

  // A click on the head of a column sorts up, then down, then as in the report.
  const factors = {
    KiB: 2 ** 10,
    MiB: 2 ** 20,
    GiB: 2 ** 30,
    TiB: 2 ** 40,
    ns: 1e-6,
    µs: 1e-3,
    s: 1000,
    min: 60000,
    h: 3600000,
  };
  const sortKey = (row, column) => {
    const text = (row.cells[column]?.firstChild?.textContent ?? "").trim();
    // `1,234.5`, `1.234,5`, `1 234,5`, `1’234.5`: a blank belongs to the number where three digits follow it.
    const [, sign, digits, unit] = /^([−+-]?)(\d(?:[.,’]?\d|[\u00a0\u202f]\d{3})*)\s*([^\s\d]*)/.exec(text) ?? [];
    if (digits === undefined)
      return { text, number: text.endsWith("∞") ? (text === "∞" ? Infinity : -Infinity) : Number.NaN };
    const number =
      Number(
        digits
          .replace(decimal, "#")
          .replace(/[^\d#]/g, "")
          .replace("#", "."),
      ) *
      (factors[unit] ?? 1) *
      (/[−-]/.test(sign) ? -1 : 1);
    return { text, number };
  };
  const compare = (a, b) => {
    const [noA, noB] = [Number.isNaN(a.number), Number.isNaN(b.number)];
    if (noA && noB) return a.text.localeCompare(b.text, undefined, { numeric: true });
    return noA || noB ? noA - noB : a.number === b.number ? 0 : a.number - b.number;
  };
  for (const table of document.querySelectorAll("table.data")) {
    const body = table.tBodies[0];
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    const rows = [...(body?.rows ?? [])];
    if (rows.length < 3 || rows.some((row) => row.cells.length !== heads.length)) continue;
    heads.forEach((head, column) => {
      if (head.textContent.trim() === "") return;
      const sort = document.createElement("button");
      sort.type = "button";
      sort.className = "sort";
      sort.append(...head.childNodes);
      head.append(sort);
      sort.addEventListener("click", () => {
        const was = head.getAttribute("aria-sort");
        const now = was === null ? "ascending" : was === "ascending" ? "descending" : null;
        for (const each of heads) each.removeAttribute("aria-sort");
        if (now !== null) head.setAttribute("aria-sort", now);
        const sign = now === "descending" ? -1 : 1;
        const keyed = rows.map((row) => ({ row, key: sortKey(row, column) }));
        if (now !== null) keyed.sort((a, b) => sign * compare(a.key, b.key));
        body.append(...keyed.map(({ row }) => row));
      });
    });
  }
  addEventListener("beforeprint", () => {
    if (!document.body.matches(".print-folds")) return;
    for (const d of document.querySelectorAll("details:not([open])")) {
      d.open = true;
      d.dataset.print = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const d of document.querySelectorAll("details[data-print]")) {
      d.open = false;
      delete d.dataset.print;
    }
  });
})();
