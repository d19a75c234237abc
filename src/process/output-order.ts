import type { Claim, Output } from "../model/report-results.ts";
import type { MimeBundle } from "../model/values.ts";
import type { StreamCapture } from "./stream-capture.ts";

/** A display with the number of bytes that each stream had printed before it. */
export interface PlacedDisplay {
  readonly data: MimeBundle;
  /** Number of bytes of the data that were dropped; absent for none. */
  readonly cutBytes?: number | undefined;
  /** The complete text, if the display's text was cut. */
  readonly whole?: string | undefined;
  readonly name: string | undefined;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
}

/** A claim with the number of bytes that each stream had printed before it. */
export interface PlacedClaim {
  readonly claim: Claim;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
}

type Stream = "stdout" | "stderr";

/**
 * Merges printed text, displays and claims in the order in which the cell produced them, by the number of bytes printed
 * before each. Between two displays stdout comes before stderr, because the order of bytes on two pipes is unknown.
 * @param tidy last edit of each text
 * @param keep stores the complete text of one that was cut; returns its hash
 */
export function orderOutputs(
  captures: Readonly<Record<Stream, StreamCapture>>,
  placed: readonly (PlacedDisplay | PlacedClaim)[],
  tidy: (name: Stream, text: string) => string,
  keep: (whole: string) => string | undefined = () => undefined,
): Output[] {
  const wholeOf = (whole: string | undefined): { readonly whole?: string } => {
    const hash = whole === undefined ? undefined : keep(whole);
    return hash === undefined ? {} : { whole: hash };
  };
  const outputs: Output[] = [];
  const position = { stdout: 0, stderr: 0 };
  const advance = (name: Stream, to: number): void => {
    const end = Math.min(to, captures[name].keptBytes);
    if (end <= position[name]) return;
    const text = tidy(name, captures[name].text(position[name], end));
    position[name] = end;
    if (text !== "") outputs.push({ type: "stream", name, text, cutBytes: 0 });
  };
  for (const one of placed) {
    advance("stdout", one.stdoutBytes);
    advance("stderr", one.stderrBytes);
    if ("claim" in one) {
      outputs.push({ type: "claim", claim: one.claim });
      continue;
    }
    const { data, name, cutBytes, whole } = one;
    outputs.push({
      type: "display",
      data,
      ...(name === undefined ? {} : { name }),
      ...(cutBytes === undefined ? {} : { cutBytes, ...wholeOf(whole) }),
    });
  }
  for (const name of ["stdout", "stderr"] as const) {
    const before = outputs.length;
    advance(name, captures[name].keptBytes);
    const { cutBytes } = captures[name];
    if (cutBytes === 0) continue;
    const last = outputs.length > before ? outputs.pop() : undefined;
    const text = last?.type === "stream" ? last.text : "";
    const whole = captures[name].whole();
    outputs.push({
      ...{ type: "stream", name, text, cutBytes },
      ...wholeOf(whole === undefined ? undefined : tidy(name, whole)),
    });
  }
  return outputs;
}
