import chromiumPack from "@sparticuz/chromium"; import { chromium } from "playwright-core"; import { pathToFileURL } from "node:url";
const [file, out, scheme, width, media] = process.argv.slice(2);
const b = await chromium.launch({ executablePath: await chromiumPack.executablePath(), args: chromiumPack.args, headless: true });
const ctx = await b.newContext({ viewport: { width: Number(width), height: 1000 }, colorScheme: scheme });
const page = await ctx.newPage(); page.on("console", (m) => console.log("console:", m.text())); page.on("pageerror", (e) => console.log("error:", e.message));
await page.goto(pathToFileURL(file).href); if (media) await page.emulateMedia({ media });
const h = await page.evaluate(() => document.documentElement.scrollHeight); const w = await page.evaluate(() => document.documentElement.scrollWidth); console.log(h, w);
let i = 0; for (let y = 0; y < h; y += 1900) { await page.screenshot({ path: `${out}-${String(i++).padStart(2, "0")}.png`, fullPage: true, clip: { x: 0, y, width: Number(width), height: Math.min(1900, h - y) } }); }
await b.close();
