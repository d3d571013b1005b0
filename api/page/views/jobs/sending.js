/** A file sent with its progress, which `fetch` does not tell. */

import { say } from "../../language.js";
import { key, Refused } from "../../service.js";
import { shell } from "../../words/shell.js";

/**
 * @param {string} path
 * @param {FormData} form
 * @param {{signal: AbortSignal, progress: (share: number) => void}} told `progress`: 0-1 of the bytes
 * @returns {Promise<any>} what the service answers; rejects with an AbortError once `signal` is aborted
 * @throws {Refused} as `fetched` of the service
 */
export function send(path, form, { signal, progress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    const used = key();
    if (used) request.setRequestHeader("Authorization", `Bearer ${used}`);
    request.upload.addEventListener(
      "progress",
      (event) => event.lengthComputable && progress(event.loaded / event.total),
    );
    request.addEventListener("load", () => {
      const answer = parsed(request);
      if (request.status < 400 && answer) return resolve(answer);
      if (request.status === 401) dispatchEvent(new CustomEvent("signin", { detail: used }));
      return reject(new Refused(answer ?? { status: request.status, type: "unreadable", detail: request.statusText }));
    });
    request.addEventListener("error", () =>
      reject(new Refused({ status: 0, type: "unreachable", detail: say(shell).unreachable })),
    );
    request.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/** @param {XMLHttpRequest} request */
function parsed(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
}
