// A mask that is drawn over the image with mouse, pen or finger.

export class Mask {
  constructor(canvas, brush, onChange) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.brush = brush;
    this.onChange = onChange;
    let last = null;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      last = this.place(event);
      this.line(last, last);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      const next = this.place(event);
      this.line(last, next);
      last = next;
    });
    const end = () => { last = null; };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * this.canvas.width,
      ((event.clientY - box.top) / box.height) * this.canvas.height,
    ];
  }

  line(from, to) {
    const pen = this.context;
    pen.strokeStyle = "#ff3d71";
    pen.lineCap = "round";
    pen.lineWidth = (Number(this.brush.value) / 64) * this.canvas.width;
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(to[0] + 0.01, to[1]);
    pen.stroke();
    this.onChange();
  }

  resize(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
    this.onChange();
  }

  clear() {
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.onChange();
  }

  get isEmpty() {
    return !this.pixels().some((value, i) => i % 4 === 3 && value > 127);
  }

  pixels() {
    return this.context.getImageData(0, 0, this.canvas.width, this.canvas.height).data;
  }

  /** A PNG that is transparent where the mask was drawn, as OpenAI's edits take it. */
  file() {
    const canvas = new OffscreenCanvas(this.canvas.width, this.canvas.height);
    const context = canvas.getContext("2d");
    const drawn = this.pixels();
    const image = context.createImageData(canvas.width, canvas.height);
    for (let i = 3; i < drawn.length; i += 4) image.data[i] = drawn[i] > 127 ? 0 : 255;
    context.putImageData(image, 0, 0);
    return canvas.convertToBlob({ type: "image/png" });
  }
}
