// Runs inside the page, by its tests: plain JavaScript, since the page's own policy lets nothing else in.
globalThis.audit = (() => {
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const describe = (element) => {
    const id = element.id === "" ? "" : `#${element.id}`;
    const names = element.getAttribute("class");
    const within = element.closest("[id]");
    return `${element.localName}${id}${names ? `.${names.split(/\s+/).join(".")}` : ""}${within && within !== element ? ` in #${within.id}` : ""}`;
  };

  /** What reaches beyond the right or left edge of the window and is in no box that scrolls. */
  function overflowing() {
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`page: ${root.scrollWidth} > ${root.clientWidth}`);
    for (const element of document.body.querySelectorAll("*")) {
      if (!isShown(element) || element.closest("svg") !== null) continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || (box.right <= root.clientWidth + 1 && box.left >= -1)) continue;
      let parent = element.parentElement;
      while (parent !== null && !["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(parent).overflowX))
        parent = parent.parentElement;
      const isSkipLink = element.matches(".skip");
      if (parent === null && !isSkipLink)
        found.push(`${describe(element)}: ${Math.round(box.left)}…${Math.round(box.right)}`);
    }
    return found;
  }

  /** For each chart: which of its drawings are shown. */
  function chartViews() {
    return [...document.querySelectorAll(".chart")].filter(isShown).map((chart) => ({
      chart: describe(chart),
      hasNarrow: chart.querySelector(".chart-narrow") !== null,
      shown: [...chart.querySelectorAll(".chart-wide, .chart-narrow")].filter(isShown).map((view) => view.className),
    }));
  }

  /** Text of charts that is smaller on the screen than `least` CSS pixels. */
  function smallChartText(least) {
    const found = [];
    for (const text of document.querySelectorAll(".chart svg text")) {
      if (!isShown(text) || text.textContent.trim() === "") continue;
      const svg = text.ownerSVGElement;
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      const size = Number.parseFloat(getComputedStyle(text).fontSize) * scale;
      if (size < least) found.push(`${describe(svg)}: “${text.textContent}” ${size.toFixed(1)} px`);
    }
    return found;
  }

  /** Chart text that is cut by the edge of its drawing. */
  function cutChartText() {
    const found = [];
    for (const text of document.querySelectorAll(".chart svg text")) {
      if (!isShown(text) || text.textContent.trim() === "") continue;
      const box = text.getBoundingClientRect();
      const frame = text.ownerSVGElement.getBoundingClientRect();
      if (
        box.left < frame.left - 1 ||
        box.right > frame.right + 1 ||
        box.top < frame.top - 1 ||
        box.bottom > frame.bottom + 1
      ) {
        found.push(
          `${describe(text.ownerSVGElement)}: “${text.textContent}” ${[box.left - frame.left, frame.right - box.right, box.top - frame.top, frame.bottom - box.bottom].map((px) => px.toFixed(1)).join(" ")}`,
        );
      }
    }
    return found;
  }

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  /** Any colour that CSS knows, as red, green, blue and alpha from 0 to 1. */
  function parse(colour) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = "#000";
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  }
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  /** https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio */
  const ratio = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  function background(element) {
    const layers = [];
    for (let each = element; each !== null; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  }
  function opacity(element) {
    let product = 1;
    for (let each = element; each !== null; each = each.parentElement)
      product *= Number(getComputedStyle(each).opacity);
    return product;
  }

  /** Text whose colour differs from what is behind it by less than `least`, once for each kind of place. */
  function lowContrast(least) {
    const found = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let checked = 0;
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (
        node.data.trim() === "" ||
        element === null ||
        ["SCRIPT", "STYLE"].includes(element.tagName) ||
        !isShown(element)
      )
        continue;
      checked++;
      const style = getComputedStyle(element);
      const behind = background(element);
      const colour = parse(element.closest("svg") === null ? style.color : style.fill);
      const seen = over([...colour.slice(0, 3), colour[3] * opacity(element)], behind);
      const value = ratio(seen, behind);
      if (value < least)
        found.set(
          `${element.localName}.${element.getAttribute("class") ?? ""} < ${element.parentElement?.getAttribute("class") ?? element.parentElement?.localName}`,
          `“${node.data.trim().slice(0, 40)}” ${value.toFixed(2)}`,
        );
    }
    return { checked, found: [...found].map(([place, what]) => `${place}: ${what}`) };
  }

  /** Pictures, buttons, links and boxes that scroll without a name. */
  function nameless() {
    const nameOf = (element) =>
      (element.getAttribute("aria-label") ?? element.getAttribute("alt") ?? element.textContent ?? "").trim();
    const all = [...document.querySelectorAll("img, [role=img], button, a[href], nav, summary, section")];
    const svgs = [...document.querySelectorAll("svg")].filter(
      (svg) => svg.closest("[aria-hidden=true]") === null && svg.getAttribute("role") !== "img",
    );
    return [...all.filter((element) => nameOf(element) === ""), ...svgs].map(describe);
  }

  function headings() {
    return [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => ({
      level: Number(heading.localName[1]),
      text: heading.textContent,
    }));
  }

  /** Ids that are there twice, and links within the page that lead nowhere. */
  function brokenIds() {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `twice: ${id}`);
    const links = [...document.querySelectorAll('a[href^="#"]')].map((link) =>
      decodeURIComponent(link.getAttribute("href").slice(1)),
    );
    return [...twice, ...links.filter((id) => !ids.includes(id)).map((id) => `nowhere: ${id}`)];
  }

  /** References of SVG parts that lead out of their own drawing, or nowhere: they would borrow another chart's clip. */
  function strayReferences() {
    const found = [];
    for (const svg of document.querySelectorAll("svg")) {
      const own = new Set([...svg.querySelectorAll("[id]")].map((element) => element.id));
      for (const [, id] of svg.outerHTML.matchAll(/url\(#([^)]+)\)/g))
        if (!own.has(id)) found.push(`${describe(svg)}: ${id}`);
    }
    return found;
  }

  return {
    overflowing,
    chartViews,
    smallChartText,
    cutChartText,
    lowContrast,
    nameless,
    headings,
    brokenIds,
    strayReferences,
  };
})();
