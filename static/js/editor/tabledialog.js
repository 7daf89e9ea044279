// A table as a grid of fields: nobody counts pipes. Arrow keys and Enter go from cell to cell; Tab does as everywhere.

import { ask } from "./ask.js";
import { gridOf, markdownOf } from "./table.js";

const NEW = { rows: [["", ""], ["", ""], ["", ""]], marks: ["---", "---"] };

export function editTable(surface) {
  const dialog = document.querySelector("[data-table-dialog]");
  const { markdown, replace } = surface.table();
  const over = ask(surface, dialog, () => {
    if (grid.isFilled) replace(markdownOf(grid, markdown));
  });
  const grid = new Grid(dialog, markdown ? gridOf(markdown) : structuredClone(NEW), over);
  grid.focus(0, 0);
}

class Grid {
  constructor(dialog, { rows, marks }, signal) {
    Object.assign(this, { dialog, rows, marks, row: 0, column: 0 });
    this.table = dialog.querySelector("table");
    const listen = (type, act) => dialog.addEventListener(type, act, { signal });
    listen("input", (event) => this.#take(event.target));
    listen("focusin", (event) => this.#come(event.target));
    listen("keydown", (event) => this.#move(event));
    listen("click", (event) => this.#act(event.target.closest("[data-grid]")?.dataset.grid));
    this.#draw();
  }

  get isFilled() {
    return this.rows.some((row) => row.some((cell) => cell.trim()));
  }

  focus(row, column) {
    const field = this.table.rows[row]?.cells[column]?.firstChild;
    field?.focus();
    field?.select();
  }

  #take(field) {
    if (field.dataset.row) this.rows[field.dataset.row][field.dataset.column] = field.value;
  }

  #come(field) {
    if (field.dataset.row) [this.row, this.column] = [Number(field.dataset.row), Number(field.dataset.column)];
  }

  #move(event) {
    const field = event.target;
    if (!field.dataset?.row || event.isComposing) return;
    const [start, end] = [field.selectionEnd === 0, field.selectionStart === field.value.length];
    const step = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      Enter: [1, 0],
      ArrowLeft: start && [0, -1],
      ArrowRight: end && [0, 1],
    }[event.key];
    if (!step) return;
    event.preventDefault();
    if (event.key === "Enter" && this.row === this.rows.length - 1) this.#act("add-row");
    else this.focus(this.row + step[0], this.column + step[1]);
  }

  #act(name) {
    const { rows, marks, row, column } = this;
    const acts = {
      "add-row": () => rows.splice(row + 1, 0, marks.map(() => "")) && [row + 1, 0],
      "add-column": () => {
        rows.forEach((cells) => cells.splice(column + 1, 0, ""));
        marks.splice(column + 1, 0, "---");
        return [row, column + 1];
      },
      "drop-row": () => row > 0 && rows.length > 2 && rows.splice(row, 1) && [Math.min(row, rows.length - 1), column],
      "drop-column": () => {
        if (marks.length < 2) return null;
        rows.forEach((cells) => cells.splice(column, 1));
        marks.splice(column, 1);
        return [row, Math.max(column - 1, 0)];
      },
    };
    const place = acts[name]?.();
    if (!place) return;
    this.#draw();
    this.focus(...place);
  }

  #draw() {
    const drawn = this.rows.map((cells, row) => {
      const line = document.createElement("tr");
      line.append(...cells.map((value, column) => this.#cell(value, row, column)));
      return line;
    });
    for (const line of [...this.table.rows]) line.remove();
    this.table.append(...drawn);
  }

  #cell(value, row, column) {
    const cell = document.createElement(row ? "td" : "th");
    const field = document.createElement("input");
    const { head, body } = this.dialog.dataset;
    field.value = value;
    field.autocomplete = "off";
    field.setAttribute("aria-label", (row ? body : head).replace("{row}", row).replace("{column}", column + 1));
    Object.assign(field.dataset, { row, column });
    cell.append(field);
    return cell;
  }
}
