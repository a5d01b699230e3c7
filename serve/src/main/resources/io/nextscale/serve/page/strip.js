// The film strip: the image after each scale, with the scale's grid of tokens.

export class Strip {
  constructor(list, onCell, onLeave) {
    this.list = list;
    this.onCell = onCell;
    this.onLeave = onLeave;
  }

  clear() {
    this.list.replaceChildren();
  }

  /** Adds the image of scale `index` with `height` x `width` tokens, of which `start` is the first. */
  add(image, index, height, width, start) {
    const item = document.createElement("li");
    const frame = document.createElement("div");
    frame.className = "frame";
    const picture = document.createElement("img");
    picture.src = `data:image/png;base64,${image}`;
    picture.alt = `After scale ${index + 1}`;
    const cells = document.createElement("div");
    cells.className = "cells";
    cells.style.gridTemplateColumns = `repeat(${width}, 1fr)`;
    cells.style.gridTemplateRows = `repeat(${height}, 1fr)`;
    for (let i = 0; i < height * width; i++) {
      const cell = document.createElement("button");
      cell.type = "button";
      cell.tabIndex = i === 0 ? 0 : -1;
      cell.setAttribute("aria-label", `Scale ${index + 1}, token in row ${Math.floor(i / width) + 1}, column ${(i % width) + 1}`);
      const show = () => this.onCell({ place: start + i, y: Math.floor(i / width) / height, x: (i % width) / width, height: 1 / height, width: 1 / width });
      cell.addEventListener("pointerenter", show);
      cell.addEventListener("focus", show);
      cell.addEventListener("blur", this.onLeave);
      cell.addEventListener("keydown", (event) => move(event, cells, i, width));
      cells.append(cell);
    }
    frame.addEventListener("pointerleave", this.onLeave);
    frame.append(picture, cells);
    const name = document.createElement("small");
    name.textContent = `${height} × ${width}`;
    item.append(frame, name);
    this.list.append(item);
    item.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

/** Arrow keys move between the cells of a grid. */
function move(event, cells, i, width) {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -width, ArrowDown: width }[event.key];
  const next = step && cells.children[i + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}
