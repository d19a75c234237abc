import { expect, test } from "vitest";
import { markDirectionControls, withoutDirectionControls } from "../../../../src/render/html/direction-controls.ts";

const mark = (character: string, code: string) => `<bdi class="ctl" title="${code}">${character}</bdi>`;

test("direction controls in code and output are visible, and end at once", () => {
  expect(markDirectionControls('<pre title="\u202e"><code>a<span>/*\u202e}\u2066</span></code></pre>')).toBe(
    `<pre title="\u202e"><code>a<span>/*${mark("\u202e", "U+202E")}}${mark("\u2066", "U+2066")}</span></code></pre>`,
  );
  for (const element of ["code", "samp"])
    expect(markDirectionControls(`<p>\u2067x <${element}>\u202d</${element}> y</p>`)).toBe(
      `<p>\u2067x <${element}>${mark("\u202d", "U+202D")}</${element}> y</p>`,
    );
});

test("prose, and letters written from right to left, stay as they are", () => {
  for (const page of ["<p>\u2067שלום\u2069</p>", "<pre>שלום \u200f</pre>", "<pre>a</pre>\u202e<code>b</code>"])
    expect(markDirectionControls(page)).toBe(page);
});

test("titles of windows have no direction controls", () => {
  expect(withoutDirectionControls("a\u202etxt.exe\u2066b שלום")).toBe("atxt.exeb שלום");
});
