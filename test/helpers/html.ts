import { HtmlValidate } from "html-validate";

/**
 * The HTML standard and its accessibility rules, all as errors. Off are rules on style that HTML itself does not have, where the text is
 * the author's: the length of titles, blanks at line ends, `<br />`, tables without `<tbody>`.
 */
const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:recommended", "html-validate:a11y"],
  rules: {
    "long-title": "off",
    "no-trailing-whitespace": "off",
    "prefer-tbody": "off",
    "void-style": "off",
    // `claim.1` and `fig-größe` are ids by the standard.
    "valid-id": ["error", { relaxed: true }],
  },
});

/** What html-validate finds in a page: line, rule, message and element, one text each. */
export async function htmlErrors(page: string): Promise<readonly string[]> {
  const { results } = await validator.validateString(page);
  return results
    .flatMap(({ messages }) => messages)
    .map(({ line, ruleId, message, selector }) => `${line}: ${ruleId}: ${message} (${selector ?? "text"})`);
}
