/** Stands for a backslash that is text, so that it is told from the backslash of a command that nothing reads. */
const BACKSLASH_TEXT = "\ue003";

/** Accents of TeX as characters of their own, of an accent without a letter: `\~{}`. */
const LONE_ACCENTS: Readonly<Record<string, string>> = {
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "`": "\\textasciigrave{}",
  "'": "´",
  '"': "¨",
  "=": "¯",
  ".": "˙",
  u: "˘",
  v: "ˇ",
  H: "˝",
  c: "¸",
  k: "˛",
  r: "˚",
  b: "",
  d: "",
  t: "",
};

/** Commands that stand for a text, which the parser of BibTeX lacks. */
const TEXTS: Readonly<Record<string, string>> = {
  ...words("aa å AA Å ldots … dots … textellipsis … euro € pounds £ S § P ¶ dag † ddag ‡ cprime ʹ aleph ℵ"),
  ...words("le ≤ leq ≤ leqslant ≤ ge ≥ geq ≥ geqslant ≥ ne ≠ neq ≠ ll ≪ gg ≫ approx ≈ sim ∼ simeq ≃ equiv ≡ propto ∝"),
  ...words(
    "to → rightarrow → leftarrow ← gets ← Rightarrow ⇒ Leftarrow ⇐ leftrightarrow ↔ mapsto ↦ uparrow ↑ downarrow ↓",
  ),
  ...words("times × cdot · div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • infty ∞ partial ∂ nabla ∇ sum ∑ prod ∏ int ∫"),
  ...words(
    "in ∈ notin ∉ subset ⊂ subseteq ⊆ cup ∪ cap ∩ emptyset ∅ forall ∀ exists ∃ neg ¬ land ∧ lor ∨ oplus ⊕ otimes ⊗",
  ),
  ...words(
    "ell ℓ hbar ℏ Re ℜ Im ℑ prime ′ degree ° omicron ο cdots ⋯ vdots ⋮ lbrack [ rbrack ] lbrace { rbrace } vert |",
  ),
  ...words(
    "langle ⟨ rangle ⟩ lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋ mid | parallel ∥ perp ⊥ angle ∠ sharp ♯ flat ♭ natural ♮",
  ),
  textbackslash: BACKSLASH_TEXT,
  backslash: BACKSLASH_TEXT,
};

/** Names of functions, and commands that change only how a text looks: `\log`, `\protect`. */
const NAMES = "log ln lg exp min max sup inf lim sin cos tan det dim ker gcd arg mod Pr".split(" ");
const SILENT =
  "relax protect newblock null limits nolimits left right big Big bigg Bigg displaystyle textstyle scriptstyle small tiny footnotesize normalsize large Large sffamily ttfamily rmfamily upshape mdseries normalfont selectfont sloppy allowbreak nobreak hfill xspace".split(
    " ",
  );
const BLANKS = "quad qquad space newline linebreak thinspace enspace".split(" ");

/** Commands of one argument, of which the argument is shown. */
const SHOWN =
  "mathrm mathit mathsf mathtt mathbf mathnormal boldsymbol bm text textnormal textup mbox hbox operatorname underline uline uppercase lowercase MakeUppercase MakeLowercase ensuremath textgreek natexlab titlecap mkbibparens citenamefont bibnamefont bibfnamefont NoCaseChange capitalisewords textquote lowercase";
/** Commands of one argument that is not shown. */
const HIDDEN = "noopsort SortNoop sortas label hspace vspace phantom cite citep citet footnotemark";
/** Commands of two arguments, of which the second is shown. */
const SECOND = "foreignlanguage texorpdfstring bibinfo bibfield href textcolor selectlanguage";

/** Letters in double strokes, by `\mathbb`. */
const DOUBLE_STRUCK: Readonly<Record<string, string>> = words("C ℂ H ℍ N ℕ P ℙ Q ℚ R ℝ Z ℤ E 𝔼 F 𝔽 K 𝕂");

function words(list: string): Readonly<Record<string, string>> {
  const parts = list.split(" ");
  return Object.fromEntries(parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1] ?? ""]] : [])));
}

function anyOf(names: string): string {
  return `(?:${names.split(" ").join("|")})`;
}

const ARGUMENT = String.raw`[ \t]*\{([^{}]{0,400})\}`;
const SHOWN_COMMAND = new RegExp(String.raw`\\${anyOf(SHOWN)}${ARGUMENT}`, "g");
const HIDDEN_COMMAND = new RegExp(String.raw`\\${anyOf(HIDDEN)}${ARGUMENT}`, "g");
const SECOND_COMMAND = new RegExp(String.raw`\\${anyOf(SECOND)}[ \t]*\{[^{}]{0,400}\}${ARGUMENT}`, "g");

/** Most braces in each other of which the commands are read. */
const DEEPEST = 4;

/**
 * Replaces the commands of TeX that the parser of BibTeX does not read, or reads wrongly: accents without a letter (`\~{}`) and over
 * `\i`, signs of mathematics, fonts and spaces. Lines stay. A command that is in no list stays, for `findUnreadCommands`.
 */
export function replaceCommands(source: string): string {
  let text = source
    .replace(
      /\\([~^`'"=.uvHckrbdt])(?:\{\s*\}|(?:(?<=\{\\[^a-zA-Z])|[ \t]+)(?=[},]))/g,
      (whole, accent: string) => LONE_ACCENTS[accent] ?? whole,
    )
    .replace(
      /\\([~^`'"=.]|[uvHckr](?![A-Za-z]))[ \t]*(?:\{[ \t]*\\([ij])[ \t]*(?:\{\})?\}|\\([ij])(?![A-Za-z])(?:\{\})?)/g,
      "\\$1{$2$3}",
    )
    .replace(/\\\((.{0,200}?)\\\)/g, "$$$1$$")
    .replace(/\\char(?:'([0-7]{1,3})|"([0-9A-F]{1,4})|([0-9]{1,5}))(?:\{\}|[ \t])?/g, readCharacter)
    .replace(/\\penalty-?[0-9]{1,5}[ \t]?/g, "");
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const before = text;
    text = text
      .replace(
        /\\mathbb[ \t]*(?:\{([A-Z])\}|([A-Z]))/g,
        (_, braced?: string, bare?: string) => DOUBLE_STRUCK[braced ?? bare ?? ""] ?? braced ?? bare ?? "",
      )
      .replace(/\\math(?:cal|scr|frak)[ \t]*(?:\{([A-Za-z]{1,20})\}|([A-Za-z]))/g, "$1$2")
      .replace(/\\[dt]?frac[ \t]*\{([^{}]{1,100})\}[ \t]*\{([^{}]{1,100})\}/g, "$1/$2")
      .replace(/\\sqrt[ \t]*\{([^{}]{1,100})\}/g, (_, inner: string) =>
        inner.length > 1 ? `√(${inner})` : `√${inner}`,
      )
      .replace(HIDDEN_COMMAND, "")
      .replace(SECOND_COMMAND, "{$1}")
      .replace(SHOWN_COMMAND, "{$1}");
    if (text === before) break;
  }
  return text
    .replace(/\\([A-Za-z]+)(\{\}|\\(?= )|[ \t]+(?=[A-Za-z])|(?![A-Za-z]))/g, (whole, name: string) => {
      const sign = Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined;
      if (sign !== undefined) return sign;
      if (NAMES.includes(name)) return /\s$/.test(whole) || whole.endsWith("}") ? `${name} ` : name;
      if (SILENT.includes(name)) return "";
      return BLANKS.includes(name) ? " " : whole;
    })
    .replace(/\\(?:[,:;]|thinspace(?![A-Za-z]))/g, "\u202f")
    .replace(/\\\\/g, " ")
    .replace(/\\(?:[-/!@]|(?=\s))/g, "");
}

function readCharacter(whole: string, octal?: string, hexadecimal?: string, decimal?: string): string {
  const code =
    octal === undefined
      ? Number.parseInt(hexadecimal ?? decimal ?? "", hexadecimal === undefined ? 10 : 16)
      : Number.parseInt(octal, 8);
  if (!(code >= 0x20 && code < 0xd800)) return whole;
  const character = String.fromCharCode(code);
  if (character === "\\") return BACKSLASH_TEXT;
  if (character === "~") return LONE_ACCENTS["~"] ?? whole;
  return /[{}$%#&_^]/.test(character) ? `\\${character}` : character;
}

/** Fields that no style shows, or that hold addresses. */
const UNSHOWN: ReadonlySet<string> = new Set(
  "id system_id URL DOI abstract keyword note annote custom language citation-key _graph".split(" "),
);

/** The commands of TeX that are left in the texts of an entry: `\foo`, and the `undefined` of an accent without a letter. @param value CSL-JSON, or a part of it */
export function findUnreadCommands(value: unknown, name = ""): readonly string[] {
  if (UNSHOWN.has(name)) return [];
  if (typeof value === "string")
    return [...new Set(value.match(/\\(?:[A-Za-z]+|[^A-Za-z\s])|undefined[\u0300-\u036f]/g) ?? [])];
  if (typeof value !== "object" || value === null) return [];
  return [...new Set(Object.entries(value).flatMap(([key, each]) => findUnreadCommands(each, key)))];
}

/** A value with the backslashes that are text. */
export function withBackslashes<Value>(value: Value): Value {
  if (typeof value === "string") return value.replaceAll(BACKSLASH_TEXT, "\\") as Value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => withBackslashes(each)) as Value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withBackslashes(each)])) as Value;
}
