import * as api from "./api.js";
import { Classes } from "./classes.js";
import * as history from "./history.js";
import { Mask } from "./mask.js";
import { texts } from "./png.js";
import { Strip } from "./strip.js";

const $ = (id) => document.getElementById(id);
const canvas = $("canvas");
const pen = canvas.getContext("2d");
const mask = new Mask($("mask"), $("brush"), updateEdit);
const classes = new Classes($("search"), $("classes"));
const strip = new Strip($("strip"), showCell, hideCell);

let models = [];
let model = null;
let current = null; // { png, parameters, model, scales, tokens }
let running = null;
let cellRequest = null;

// ---- start

document.body.classList.add("blank");
start();

async function start() {
  try {
    models = await api.models();
  } catch (error) {
    if (error.status === 401) {
      $("login").showModal();
      return;
    }
    state("The server does not answer. Is it running?");
    return;
  }
  $("model").replaceChildren(...models.map((each) => new Option(each.id, each.id)));
  useModel(models[0]);
  showHistory();
}

$("login-form").addEventListener("submit", () => {
  api.useToken($("token").value);
  start();
});
$("model").addEventListener("change", () => useModel(models.find((each) => each.id === $("model").value)));

function useModel(next) {
  model = next;
  $("model").value = model.id;
  const own = model.nextscale;
  document.body.classList.toggle("free-scales", own.free_scales);
  $("cfg").value = own.cfg;
  $("top-k").value = own.top_k;
  $("top-p").value = own.top_p;
  $("width").value = own.width;
  $("height").value = own.height;
  for (const side of ["width", "height"]) $(side).step = $(side).min = own.pixels_per_token;
  classes.use(own.classes);
  state(`${own.classes.length} classes, ${own.width} × ${own.height} pixels, ${own.dtype}`);
  updateEdit();
}

function state(text) {
  $("state").textContent = text;
}

function showError(text) {
  $("error").hidden = !text;
  $("error").textContent = text ?? "";
}

// ---- generation

$("dice").addEventListener("click", () => { $("seed").value = Math.floor(Math.random() * 1e6); });
$("settings").addEventListener("submit", (event) => {
  event.preventDefault();
  generate();
});
$("stop").addEventListener("click", () => running?.abort());

function own() {
  const fields = { cfg: Number($("cfg").value), top_k: Number($("top-k").value), top_p: Number($("top-p").value) };
  if (/^-?\d+$/.test($("seed").value)) fields.seed = Number($("seed").value);
  if (model.nextscale.free_scales && $("steps").value) fields.steps = Number($("steps").value);
  return fields;
}

function size() {
  return model.nextscale.free_scales ? `${$("width").value}x${$("height").value}` : "auto";
}

function generate() {
  const fields = { model: model.id, prompt: classes.chosen, size: size(), nextscale: own() };
  return run((onPartial, signal) => api.generate(fields, onPartial, signal));
}

/** Runs a generation, shows each scale, keeps the result. */
async function run(work) {
  running?.abort();
  const abort = new AbortController();
  running = abort;
  showError();
  strip.clear();
  hideCell();
  busy(true);
  let first = 0;
  const { id } = model;
  const began = performance.now();
  try {
    const end = await work(async (event) => {
      const { scale, scales, height, width } = event.nextscale;
      await draw(event.b64_json);
      strip.add(event.b64_json, scale, height, width, first);
      first += height * width;
      $("stage").style.setProperty("--done", `${(100 * (scale + 1)) / scales}%`);
      state(`Scale ${scale + 1} of ${scales}`);
    }, abort.signal);
    const seconds = (performance.now() - began) / 1000;
    await show({ png: end.b64_json, parameters: end.nextscale.parameters, model: id, scales: end.nextscale.scales, tokens: end.nextscale.tokens });
    history.add({ png: end.b64_json, model: id });
    showHistory();
    state(`Done in ${seconds.toFixed(2)} s`);
  } catch (error) {
    if (abort.signal.aborted) state("Stopped");
    else {
      state("");
      showError(error.status === 429 ? "The server has too much to do. Try again in a moment." : error.message);
    }
  } finally {
    if (running === abort) {
      running = null;
      busy(false);
    }
  }
}

function busy(on) {
  $("stage").classList.toggle("busy", on);
  $("stage").style.setProperty("--done", "4%");
  $("stop").hidden = !on;
  updateEdit();
}

async function draw(png) {
  place(await createImageBitmap(blob(png)));
}

function blob(png) {
  return new Blob([Uint8Array.from(atob(png), (character) => character.charCodeAt(0))], { type: "image/png" });
}

function place(image) {
  document.body.classList.remove("blank");
  if (canvas.width !== image.width || canvas.height !== image.height) {
    canvas.width = image.width;
    canvas.height = image.height;
    mask.resize(image.width, image.height);
  }
  pen.drawImage(image, 0, 0);
}

async function show(image) {
  current = image;
  await draw(image.png);
  mask.clear();
  const parameters = image.parameters ?? {};
  $("facts").textContent = [parameters.class_name, parameters.seed && `seed ${parameters.seed}`, `${canvas.width} × ${canvas.height}`].filter(Boolean).join(" · ");
  $("download").hidden = false;
  $("download").href = `data:image/png;base64,${image.png}`;
  $("download").download = `${fileName()}.png`;
  $("again").hidden = !parameters.seed || Boolean(parameters.edit);
  updateEdit();
}

function fileName() {
  const parameters = current.parameters ?? {};
  return `${(parameters.class_name ?? "image").replace(/\W+/g, "-")}-${parameters.seed ?? ""}`;
}

$("gif").addEventListener("click", async () => {
  showError();
  const { model, scales, tokens } = current;
  const link = document.createElement("a");
  link.download = `${fileName()}.gif`;
  try {
    const { image } = await api.animation({ model, scales, tokens });
    link.href = `data:image/gif;base64,${image}`;
    link.click();
    state("The image as it grows, as a GIF");
  } catch (error) {
    showError(error.message);
  }
});

// ---- edits

function updateEdit() {
  $("edit").disabled = !current || Boolean(running);
  $("gif").hidden = !current?.tokens || Boolean(running);
  if (!current) return;
  const empty = mask.isEmpty;
  $("inpaint").disabled = $("outpaint").disabled = empty;
  $("clear").disabled = empty;
}

$("clear").addEventListener("click", () => mask.clear());
for (const mode of ["inpaint", "outpaint", "refine", "expand"]) $(mode).addEventListener("click", () => edit(mode));
$("tokenize").addEventListener("click", tokenize);

async function imageFile() {
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

async function form(extra) {
  const data = new FormData();
  data.set("model", model.id);
  data.set("image", await imageFile(), "image.png");
  for (const [name, value] of Object.entries(extra)) data.set(name, value);
  return data;
}

async function edit(mode) {
  const data = await form({ prompt: classes.chosen, mode, nextscale: JSON.stringify(own()) });
  if (mode === "inpaint" || mode === "outpaint") data.set("mask", await mask.file(), "mask.png");
  else data.set("size", size());
  await run((onPartial, signal) => api.edit(data, onPartial, signal));
}

async function tokenize() {
  showError();
  try {
    const result = await api.tokenize(await form({}));
    strip.clear();
    let first = 0;
    result.scales.split(",").forEach((text, k) => {
      const [height, width] = text.includes("x") ? text.split("x").map(Number) : [Number(text), Number(text)];
      strip.add(result.images[k], k, height, width, first);
      first += height * width;
    });
    current = { ...current, model: model.id, scales: result.scales, tokens: result.tokens };
    updateEdit();
    state("Reconstructed from its tokens, scale by scale");
  } catch (error) {
    showError(error.message);
  }
}

// ---- cells

function showCell(cell) {
  if (!current?.tokens) return;
  const box = $("cell");
  box.hidden = false;
  box.style.left = `${100 * cell.x}%`;
  box.style.top = `${100 * cell.y}%`;
  box.style.width = `${100 * cell.width}%`;
  box.style.height = `${100 * cell.height}%`;
  cellRequest?.abort();
  const abort = new AbortController();
  cellRequest = abort;
  const { model, scales, tokens } = current;
  setTimeout(async () => {
    if (abort.signal.aborted) return;
    try {
      const { image } = await api.influence({ model, scales, tokens, place: cell.place }, abort.signal);
      $("influence").src = `data:image/png;base64,${image}`;
      $("influence").hidden = false;
    } catch (error) {
      if (!abort.signal.aborted) showError(error.message);
    }
  }, 60);
}

function hideCell() {
  cellRequest?.abort();
  $("cell").hidden = true;
  $("influence").hidden = true;
}

// ---- files

$("file").addEventListener("change", () => {
  if ($("file").files.length > 0) open($("file").files[0]);
  $("file").value = "";
});
const stage = $("stage");
for (const name of ["dragenter", "dragover"]) {
  stage.addEventListener(name, (event) => {
    event.preventDefault();
    stage.classList.add("drop");
  });
}
for (const name of ["dragleave", "drop"]) stage.addEventListener(name, () => stage.classList.remove("drop"));
stage.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length > 0) open(event.dataTransfer.files[0]);
});
document.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length > 0) open(event.clipboardData.files[0]);
});

/** Opens a file: its middle in the model's size, and what its texts say of how it was made. */
async function open(file) {
  showError();
  let image;
  try {
    image = await createImageBitmap(file);
  } catch {
    showError(`${file.name}: not an image that this browser reads.`);
    return;
  }
  const { width, height } = model.nextscale;
  const scale = Math.max(width / image.width, height / image.height);
  const fitted = new OffscreenCanvas(width, height);
  const context = fitted.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, (width - image.width * scale) / 2, (height - image.height * scale) / 2, image.width * scale, image.height * scale);
  const png = await base64(await fitted.convertToBlob({ type: "image/png" }));
  strip.clear();
  hideCell();
  await show({ png, parameters: await texts(file) });
  state(current.parameters.seed ? "Made by Nextscale: it can be made again" : "Opened");
}

async function base64(file) {
  const url = await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}

$("again").addEventListener("click", () => {
  const made = current.parameters;
  const known = models.find((each) => each.id === made.model);
  if (!known) {
    showError(`The model ${made.model} is not served here.`);
    return;
  }
  useModel(known);
  classes.choose(made.class_name);
  $("seed").value = made.seed;
  $("cfg").value = made.cfg;
  $("top-k").value = made.top_k ?? 0;
  $("top-p").value = made.top_p ?? 0;
  const fields = { model: known.id, prompt: made.class, nextscale: { ...own(), seed: Number(made.seed), guidance: made.guidance } };
  if (known.nextscale.free_scales) fields.nextscale.scales = made.scales;
  run((onPartial, signal) => api.generate(fields, onPartial, signal));
});

// ---- history

function showHistory() {
  const list = history.all();
  $("no-history").hidden = list.length > 0;
  $("forget").hidden = list.length === 0;
  $("history").replaceChildren(...list.map((entry) => {
    const button = document.createElement("button");
    button.type = "button";
    const image = document.createElement("img");
    image.src = `data:image/png;base64,${entry.png}`;
    image.alt = "Earlier image";
    button.append(image);
    button.addEventListener("click", async () => {
      const known = models.find((each) => each.id === entry.model);
      if (known) useModel(known);
      strip.clear();
      await show({ png: entry.png, parameters: await texts(blob(entry.png)) });
      state("From the history");
    });
    return button;
  }));
}
$("forget").addEventListener("click", () => {
  history.clear();
  showHistory();
});
