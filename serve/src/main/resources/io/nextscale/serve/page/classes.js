// The class picker: a search field over a list.

const MOST_SHOWN = 200;

export class Classes {
  constructor(search, list) {
    this.search = search;
    this.list = list;
    this.names = [];
    this.chosen = "";
    search.addEventListener("input", () => this.show());
    search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const [first] = this.options();
      if (first) this.choose(first.dataset.name);
    });
    list.addEventListener("keydown", (event) => this.move(event));
  }

  /** Offers the classes of a model; the choice stays if the model has it. */
  use(names) {
    this.names = names;
    if (!names.includes(this.chosen)) [this.chosen] = names;
    this.show();
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  /** Arrow keys choose the next class or the one before. */
  move(event) {
    const options = this.options();
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || options.length === 0) return;
    event.preventDefault();
    const at = options.findIndex((option) => option.dataset.name === this.chosen);
    this.choose(options[(at + step + options.length) % options.length].dataset.name);
  }

  show() {
    const wanted = this.search.value.trim().toLowerCase();
    const names = this.names.filter((name) => name.toLowerCase().includes(wanted)).slice(0, MOST_SHOWN);
    this.list.replaceChildren(...names.map((name) => this.option(name)));
    if (names.length === 0) {
      const none = document.createElement("p");
      none.textContent = "No class has this name.";
      this.list.append(none);
    }
  }

  option(name) {
    const item = document.createElement("div");
    item.role = "option";
    item.dataset.name = name;
    item.textContent = name;
    item.setAttribute("aria-selected", String(name === this.chosen));
    item.addEventListener("click", () => this.choose(name));
    return item;
  }

  choose(name) {
    this.chosen = name;
    for (const item of this.options()) {
      const selected = item.dataset.name === name;
      item.setAttribute("aria-selected", String(selected));
      if (selected) item.scrollIntoView({ block: "nearest" });
    }
  }
}
