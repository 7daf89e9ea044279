// How an image stands in the rich editor: with its caption, a film as a film, as wiki/text/html_out.py shows them.

import { imageSchema } from "@milkdown/kit/preset/commonmark";
import { $view } from "@milkdown/kit/utils";

const FILM = /\.(?:webm|mp4)(?:[?#]|$)/i;

export const pictures = $view(imageSchema.node, () => (node) => ({ dom: pictured(node.attrs) }));

function pictured({ src, alt, title }) {
  const shown = FILM.test(src) ? film(src, alt) : picture(src, alt);
  if (!title) return shown;
  const frame = document.createElement("span");
  const caption = document.createElement("span");
  frame.className = "picture";
  caption.className = "caption";
  caption.textContent = title;
  frame.append(shown, caption);
  return frame;
}

function picture(src, alt) {
  return Object.assign(document.createElement("img"), { src, alt });
}

function film(src, alt) {
  const shown = Object.assign(document.createElement("video"), { src, controls: true, preload: "none" });
  shown.setAttribute("aria-label", alt);
  return shown;
}
