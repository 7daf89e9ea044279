// Sends one file and tells how far it is. XMLHttpRequest, because fetch does not tell.

import { word } from "./words.js";

const WORDS = { 400: "uploadExpired", 403: "uploadSignedOut", 413: "uploadRefusedSize", 429: "uploadTooMany" };

/** The server's answer: url, name, markdown, notice. Fails with words for the person. */
export function send(address, file, fields, line) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    const stop = () => request.abort();
    line.at(0, stop);
    request.upload.addEventListener("progress", (event) => line.at(event.loaded / event.total, stop));
    request.addEventListener("load", () => {
      if (request.status === 200 && request.response?.markdown) resolve(request.response);
      else reject(new Error(request.response?.error ?? word(WORDS[request.status] ?? "uploadFailed")));
    });
    request.addEventListener("abort", () => reject(new Error(word("uploadStopped"))));
    request.addEventListener("error", () => reject(new Error(word("uploadFailed"))));
    request.send(form);
  });
}
