// Optional: the page is complete without this script. Adds the theme switch, the current entry of the contents, copy buttons, and, where the report says so, open disclosures in print.
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
  const apply = (t) => {
    t === "auto" ? root.removeAttribute("data-theme") : root.setAttribute("data-theme", t);
    if (button) button.querySelector("span").textContent = t;
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

  for (const b of document.querySelectorAll(".copy")) {
    b.hidden = false;
    b.addEventListener("click", async () => {
      const code = b.closest(".cell-in").querySelector("pre");
      try {
        await navigator.clipboard.writeText(code.textContent);
        b.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        b.textContent = "Selected";
      }
      setTimeout(() => {
        b.textContent = "Copy";
      }, 1600);
    });
  }
  for (const box of document.querySelectorAll("pre, .scroll"))
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
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
