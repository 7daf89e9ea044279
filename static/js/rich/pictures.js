// How an image stands in the rich editor: with its caption, a film as a film, as wiki/text/html_out.py shows them, and
// with a button that asks for the words about it.

import { imageSchema } from "@milkdown/kit/preset/commonmark";
import { $view } from "@milkdown/kit/utils";

import { ask } from "../editor/ask.js";

const FILM = /\.(?:webm|mp4)(?:[?#]|$)/i;

export const pictures = $view(imageSchema.node, () => (node, view, getPos) => {
  const dom = framed(node.attrs);
  const dialog = document.querySelector("[data-picture-dialog]");
  if (dialog) dom.append(wordsButton(dialog, () => askForWords(dialog, view, getPos)));
  return {
    dom,
    stopEvent: (event) => event.target instanceof Element && event.target.closest("button") !== null,
    ignoreMutation: () => true,
  };
});

/** The image, its caption under it where it has one. */
function framed({ src, alt, title }) {
  const frame = document.createElement("span");
  frame.className = title ? "picture" : "picture bare";
  frame.append(FILM.test(src) ? film(src, alt) : picture(src, alt));
  if (title) {
    const caption = document.createElement("span");
    caption.className = "caption";
    caption.textContent = title;
    frame.append(caption);
  }
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

function wordsButton(dialog, act) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button chip words", textContent: dialog.dataset.button });
  button.addEventListener("click", act);
  return button;
}

/** Alt text and caption, asked for in one dialog and put into the picture at once. */
function askForWords(dialog, view, getPos) {
  const [alt, caption] = dialog.querySelectorAll("textarea, input");
  const { attrs } = view.state.doc.nodeAt(getPos());
  alt.value = attrs.alt ?? "";
  caption.value = attrs.title ?? "";
  const put = () => {
    const words = { alt: line(alt.value), title: line(caption.value) };
    view.dispatch(view.state.tr.setNodeMarkup(getPos(), null, { ...attrs, ...words }));
  };
  ask({ hold: () => () => view.focus() }, dialog, put);
  alt.focus();
}

/** In Markdown the words of a picture stand in one line. */
function line(text) {
  return text.replace(/\s+/g, " ").trim();
}
