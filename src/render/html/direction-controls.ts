/** Characters that change the order in which a line is shown: embeddings, overrides and isolates of Unicode (UAX #9). */
const CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;
const HAS_CONTROL = /[\u202a-\u202e\u2066-\u2069]/;
/** An element with code or output. `pre` comes first, because it contains the others. */
const CODE_ELEMENT = /<(pre|code|samp)\b[^>]*>[\s\S]*?<\/\1>/g;

/**
 * Makes direction controls in the code and output of a page visible, and ends their effect at once: code could be shown in
 * another order than it runs (N. Boucher and R. Anderson, "Trojan Source", USENIX Security 2023). The character itself stays,
 * so that copied code is the author's. Prose is unchanged: languages written from right to left need the controls.
 * @param page HTML of a page
 */
export function markDirectionControls(page: string): string {
  if (!HAS_CONTROL.test(page)) return page;
  return page.replace(CODE_ELEMENT, (element) => (HAS_CONTROL.test(element) ? markInText(element) : element));
}

/** Marks controls in the text of HTML, and none in its tags. */
function markInText(element: string): string {
  const parts = element.split("<").map((part) => {
    const end = part.indexOf(">") + 1;
    return part.slice(0, end) + part.slice(end).replace(CONTROLS, markControl);
  });
  return parts.join("<");
}

/** The control in an isolate of its own, whose end also ends what the control began; the style sheet shows the title. */
function markControl(control: string): string {
  const code = control.charCodeAt(0).toString(16).toUpperCase();
  return `<bdi class="ctl" title="U+${code}">${control}</bdi>`;
}

/** A title without direction controls, which would reorder the texts around it in tabs, lists and bookmarks. */
export function withoutDirectionControls(title: string): string {
  return title.replace(CONTROLS, "");
}
