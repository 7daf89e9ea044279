// The rich editor: Milkdown over the form's own textarea, which stays what is sent. Built into static/dist/rich.js and
// loaded when somebody chooses it.

import { defaultValueCtx, Editor, editorViewCtx, editorViewOptionsCtx, rootCtx } from "@milkdown/kit/core";
import { clipboard } from "@milkdown/kit/plugin/clipboard";
import { history } from "@milkdown/kit/plugin/history";
import { trailing } from "@milkdown/kit/plugin/trailing";
import { gapCursor } from "@milkdown/kit/prose/gapcursor";
import { Plugin } from "@milkdown/kit/prose/state";
import { $prose, replaceAll } from "@milkdown/kit/utils";

import { Blocks } from "./blocks.js";
import { configure, languageOf, plugins } from "./language.js";
import { pictures } from "./pictures.js";
import { RichSurface } from "./surface.js";

const PAUSE_MS = 400;
const STYLES = /\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)|<style[\s\S]*?<\/style>/gi;

/**
 * A surface (see editor/surfaces.js) in `host` that keeps `textarea` up to date; null when its text cannot be shown
 * without loss. `tell(faithful)` is called after each save.
 */
export async function openRich(textarea, host, attributes, tell) {
  let blocks;
  let written = textarea.value;
  let pause;
  const editor = await Editor.make()
    .config((ctx) => {
      configure(ctx);
      ctx.set(rootCtx, host);
      ctx.set(defaultValueCtx, written);
      ctx.set(editorViewOptionsCtx, {
        attributes,
        transformPastedHTML: (html) => html.replace(STYLES, ""), // the content security policy refuses styles
      });
    })
    .use([...plugins, pictures, history, clipboard, trailing].flat())
    .use([$prose(() => gapCursor()), $prose(() => onChange(later))])
    .create();
  const { ctx } = editor;
  const view = ctx.get(editorViewCtx);
  const language = languageOf(ctx);

  function later() {
    clearTimeout(pause);
    pause = setTimeout(save, PAUSE_MS);
  }

  function save() {
    clearTimeout(pause);
    if (view.composing) return later();
    const { markdown, faithful } = blocks.save(view.state.doc);
    tell(faithful);
    if (markdown === textarea.value) return undefined;
    written = textarea.value = markdown;
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
    return undefined;
  }

  /** Somebody else has changed the textarea: a draft that was brought back. */
  function reload() {
    if (textarea.value === written) return;
    const again = Blocks.of(language, textarea.value);
    if (!again) return tell(false);
    written = textarea.value;
    blocks = again;
    editor.action(replaceAll(written));
    return clearTimeout(pause);
  }

  async function close() {
    save();
    textarea.removeEventListener("input", reload);
    textarea.form.removeEventListener("submit", save, true);
    await editor.destroy();
  }

  blocks = Blocks.of(language, written);
  if (!blocks) {
    await editor.destroy();
    return null;
  }
  textarea.addEventListener("input", reload);
  textarea.form.addEventListener("submit", save, true);
  return Object.assign(new RichSurface(ctx, language), { save, close });
}

function onChange(act) {
  return new Plugin({
    view: () => ({
      update: (view, before) => {
        if (!view.state.doc.eq(before.doc)) act();
      },
    }),
  });
}
