// Only in pages that `heapbook preview` serves, never in written ones: swaps the page in place when it was rendered anew.
(() => {
  const slug = decodeURIComponent(location.pathname.replace(/^\/|\/(?:index\.html)?$/g, ""));
  const box = document.createElement("div");
  box.setAttribute("role", "status");
  Object.assign(box.style, {
    position: "fixed",
    insetInline: "1rem",
    bottom: "1rem",
    maxHeight: "50vh",
    overflow: "auto",
    padding: "0.75rem 1rem",
    font: "13px/1.5 ui-monospace, monospace",
    whiteSpace: "pre-wrap",
    background: "#1b1b1b",
    color: "#f2f2f2",
    borderLeft: "4px solid #888",
    zIndex: "9999",
  });
  const show = (text, isFailure) => {
    box.textContent = text;
    box.style.borderLeftColor = isFailure ? "#e5484d" : "#888";
    box.dataset.state = text === "" ? "idle" : isFailure ? "failed" : "running";
    if (text === "") box.remove();
    else if (!box.isConnected) document.body.append(box);
  };

  // A disclosure is known by the text of its summary, and by its number among those of the same text.
  const folds = (root) => {
    const seen = new Map();
    return [...root.querySelectorAll("details")].map((element) => {
      const text = (element.querySelector("summary")?.textContent || "").trim();
      const number = seen.get(text) || 0;
      seen.set(text, number + 1);
      return { element, key: `${number} ${text}` };
    });
  };
  const metaOf = (doc) => doc.querySelector('meta[http-equiv="Content-Security-Policy"]')?.content;
  const run = (text) => {
    const script = document.createElement("script");
    script.textContent = text;
    document.body.append(script);
  };

  const swap = async () => {
    const response = await fetch(location.pathname, { cache: "no-store" });
    if (!response.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    // The policy allows the styles of the loaded page only.
    if (metaOf(next) !== metaOf(document)) {
      sessionStorage.setItem("heapbook-scroll", String(scrollY));
      sessionStorage.setItem("heapbook-folds", JSON.stringify(openFolds()));
      location.reload();
      return;
    }
    const [open, top] = [openFolds(), scrollY];
    const scripts = [...next.body.querySelectorAll("script:not([data-heapbook-preview])")].map((s) => s.textContent);
    for (const script of next.body.querySelectorAll("script")) script.remove();
    document.title = next.title;
    document.documentElement.lang = next.documentElement.lang;
    document.body.replaceChildren(...next.body.childNodes);
    restoreFolds(open);
    for (const text of scripts) run(text);
    scrollTo(0, top);
  };
  const openFolds = () =>
    folds(document)
      .filter(({ element }) => element.open)
      .map(({ key }) => key);
  const restoreFolds = (open) => {
    const known = new Set(open);
    for (const { element, key } of folds(document)) if (known.has(key)) element.open = true;
  };

  const top = sessionStorage.getItem("heapbook-scroll");
  if (top !== null) {
    restoreFolds(JSON.parse(sessionStorage.getItem("heapbook-folds") || "[]"));
    scrollTo(0, Number(top));
    sessionStorage.removeItem("heapbook-scroll");
    sessionStorage.removeItem("heapbook-folds");
  }

  let failure = "";
  // The page may be written before a waiting page listens.
  let version = document.documentElement.dataset.previewWaiting === undefined ? undefined : 0;
  const events = new EventSource("/__heapbook/events");
  events.addEventListener("message", async ({ data }) => {
    const event = JSON.parse(data);
    if (event.slug !== undefined && event.slug !== slug) return;
    if (event.type === "state") {
      // After a lost connection: the page may have changed meanwhile.
      if (version !== undefined && version !== event.version) await swap();
      version = event.version;
      failure = event.failure;
      show(failure, true);
    }
    if (event.type === "progress") show(event.text, false);
    if (event.type === "failed") {
      failure = event.text;
      show(failure, true);
    }
    if (event.type === "page") {
      version = event.version;
      failure = event.text;
      await swap();
      show(failure, true);
      document.documentElement.dataset.previewVersion = String(version);
    }
  });
  events.addEventListener("error", () => show("The preview has ended.", true));
})();
