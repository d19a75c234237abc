import { isPair, isScalar, parseDocument, visit } from "yaml";

/**
 * Line of a specification's text that an error is about, from 0: the line of the value that the message quotes first, below
 * the channel that it quotes second. 0 if the text has no such value.
 * @param message an error such as "The data of the chart has no field `wallTim` (channel `y`)."
 */
export function lineOfMistake(text: string, message: string): number {
  const [quoted, channel] = [...message.matchAll(/`([^`]{1,200})`/g)].map(([, word = ""]) => word);
  if (quoted === undefined) return 0;
  const found: { readonly offset: number; readonly isBelow: boolean }[] = [];
  visit(parseDocument(text, { prettyErrors: false }), {
    Scalar(_, node, path) {
      const offset = node.range?.[0];
      if (String(node.value) !== quoted || offset === undefined) return;
      const keys = path.flatMap((each) => (isPair(each) && isScalar(each.key) ? [String(each.key.value)] : []));
      found.push({ offset, isBelow: channel !== undefined && keys.includes(channel) });
    },
  });
  const { offset } = found.find(({ isBelow }) => isBelow) ?? found[0] ?? { offset: 0 };
  return text.slice(0, offset).split("\n").length - 1;
}
