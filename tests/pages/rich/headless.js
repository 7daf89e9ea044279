// The rich editor's language without a browser: everything of Milkdown but its view.

import {
  commands,
  config,
  editorViewCtx,
  init,
  keymap,
  parser,
  ParserReady,
  pasteRule,
  schema,
  schemaCtx,
  serializer,
  SerializerReady,
} from "@milkdown/kit/core";
import { Clock, Container, Ctx } from "@milkdown/kit/ctx";

import { configure, languageOf, plugins } from "../../../static/js/rich/language.js";

const SYSTEM = [schema, parser, serializer, commands, keymap, pasteRule, init({}), config(configure)];

/** `language` for Blocks, with the `schema` of its documents. */
export async function headlessLanguage() {
  const events = new EventTarget(); // Milkdown's timers speak through the window
  for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"]) {
    globalThis[name] = events[name].bind(events);
  }
  const ctx = new Ctx(new Container(), new Clock());
  ctx.inject(editorViewCtx, {});
  for (const run of [...SYSTEM, ...plugins].map((plugin) => plugin(ctx))) void run?.();
  await Promise.all([ctx.wait(ParserReady), ctx.wait(SerializerReady)]);
  return { ...languageOf(ctx), schema: ctx.get(schemaCtx) };
}
