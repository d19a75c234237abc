import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { lookup } from "mrmime";

/** First and last byte of a part of a file. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * Answers with a file, or with the part of it that the request asks for: videos are read in parts.
 *
 * @param path absolute path, already known to lie within the output folder
 * @throws Error of the file system with its code; `NOT_A_FILE` for a folder, a device or a pipe. Nothing is sent then.
 */
export async function sendFile(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  // Without waiting for the writer of a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw Object.assign(new Error(`${path} is not a file`), { code: "NOT_A_FILE" });
    const part = findPart(request.headers.range, stats.size);
    const { start, end } = part ?? { start: 0, end: stats.size - 1 };
    const type = lookup(path) ?? "application/octet-stream";
    response.writeHead(part === undefined ? 200 : 206, {
      "Content-Type": type.startsWith("text/") ? `${type}; charset=utf-8` : type,
      "Content-Length": end - start + 1,
      "Accept-Ranges": "bytes",
      ...(part === undefined ? {} : { "Content-Range": `bytes ${start}-${end}/${stats.size}` }),
    });
    if (request.method === "HEAD" || stats.size === 0) response.end();
    else await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
  } finally {
    await file.close();
  }
}

/**
 * The part that one range of bytes names (RFC 9110, section 14.1.2). Undefined for several ranges and for those that
 * name no byte of the file: the whole file answers these.
 */
function findPart(range: string | undefined, size: number): Part | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end ? { start, end } : undefined;
}
