// data-order="group" on a list: its rows are dragged by a handle, or moved by it with the arrow keys, and the places
// that the form sends follow. Without this the fields and the buttons of each row do the same through the server.

import { lineAfter, word } from "./words.js";

const GRIP = "M9 5h2v2H9zm4 0h2v2h-2zM9 11h2v2H9zm4 0h2v2h-2zm-4 6h2v2H9zm4 0h2v2h-2z";

export function orderRows(root) {
  for (const list of root.querySelectorAll("[data-order]")) order(list);
}

function order(list) {
  const line = lineAfter(list, "visually-hidden");
  const rows = () => [...list.children];
  const place = (row) => rows().indexOf(row);
  const say = (row) => {
    line.textContent = word("orderMoved", place(row) + 1).replace("{name}", row.dataset.orderName).replace("{of}", rows().length);
  };
  const move = (row, to) => {
    const others = rows().filter((one) => one !== row);
    const at = Math.max(0, Math.min(to, others.length));
    if (at === place(row)) return false;
    list.insertBefore(row, others[at] ?? null);
    number(list);
    return true;
  };
  const step = (row, by, kept) => {
    if (!move(row, place(row) + by)) return;
    kept.focus(); // moving an element takes the focus from it
    row.scrollIntoView({ block: "nearest" });
    say(row);
  };

  for (const row of rows()) {
    const grip = gripFor(row);
    row.querySelector(".row-tools").prepend(grip);
    grip.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1, Home: -rows().length, End: rows().length }[event.key];
      if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      step(row, by < -1 ? -place(row) : by, grip);
    });
    dragBy(grip, row, list, move, () => say(row));
    const pressed = { "[data-up]": -1, "[data-down]": 1 };
    for (const [which, by] of Object.entries(pressed)) {
      const button = row.querySelector(which);
      button?.addEventListener("click", (event) => {
        event.preventDefault();
        step(row, by, button);
      });
    }
    row.querySelector("[data-place]")?.addEventListener("change", (event) => {
      const wanted = Number(event.target.value);
      if (Number.isInteger(wanted) && wanted > 0 && move(row, wanted - 1)) {
        event.target.focus();
        say(row);
      }
    });
  }
}

/** Each row's number and buttons say where it stands now. */
function number(list) {
  [...list.children].forEach((row, index) => {
    const place = row.querySelector("[data-place]");
    if (place) place.value = index + 1;
    for (const button of row.querySelectorAll("[data-up], [data-down], [data-remove]")) button.value = index + 1;
  });
}

/** While the pointer is down the row stands wherever the pointer is. */
function dragBy(grip, row, list, move, done) {
  let moved = false;
  const follow = (event) => {
    const others = [...list.children].filter((one) => one !== row);
    const above = others.filter((one) => {
      const box = one.getBoundingClientRect();
      return event.clientY > box.top + box.height / 2;
    });
    moved = move(row, above.length) || moved;
    const edge = 60; // near an edge of the window the page scrolls along
    if (event.clientY < edge) scrollBy(0, -20);
    else if (event.clientY > innerHeight - edge) scrollBy(0, 20);
  };
  const end = () => {
    document.removeEventListener("pointermove", follow);
    document.removeEventListener("pointerup", end);
    document.removeEventListener("pointercancel", end);
    row.classList.remove("is-moving");
    if (moved) done();
    moved = false;
  };
  grip.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    grip.focus();
    row.classList.add("is-moving");
    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
  });
}

function gripFor(row) {
  const grip = document.createElement("button");
  grip.type = "button";
  grip.className = "button quiet grip";
  grip.setAttribute("aria-label", word("orderGrip").replace("{name}", row.dataset.orderName));
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  const dots = document.createElementNS("http://www.w3.org/2000/svg", "path");
  dots.setAttribute("d", GRIP);
  picture.append(dots);
  grip.append(picture);
  return grip;
}
