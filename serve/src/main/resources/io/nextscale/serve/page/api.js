// The server's endpoints.

let token = sessionStorage.getItem("token") ?? "";

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export function useToken(value) {
  token = value;
  sessionStorage.setItem("token", value);
}

async function request(path, options = {}) {
  const headers = { ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(path, { ...options, headers });
  if (!response.ok) {
    const text = await response.text();
    let message = `The server answered ${response.status}.`;
    try {
      message = JSON.parse(text).error.message;
    } catch { /* not one of our errors */ }
    throw new ApiError(response.status, message);
  }
  return response;
}

function post(path, fields, signal) {
  const headers = { "Content-Type": "application/json" };
  return request(path, { method: "POST", headers, body: JSON.stringify(fields), signal });
}

export async function models() {
  return (await (await request("v1/models")).json()).data;
}

/** Generates and calls onPartial(event) after each scale; returns the event of the end. */
export async function generate(fields, onPartial, signal) {
  const streamed = { ...fields, stream: true, nextscale: { ...fields.nextscale, all_scales: true } };
  return events(await post("v1/images/generations", streamed, signal), onPartial);
}

/** Edits in the same way; form is a FormData. */
export async function edit(form, onPartial, signal) {
  form.set("stream", "true");
  form.set("all_scales", "true");
  return events(await request("v1/images/edits", { method: "POST", body: form, signal }), onPartial);
}

export async function tokenize(form) {
  return (await request("nextscale/tokenize", { method: "POST", body: form })).json();
}

export async function influence(fields, signal) {
  return (await post("nextscale/influence", fields, signal)).json();
}

/** The image of tokens, scale by scale, as a GIF. */
export async function animation(fields) {
  return (await post("nextscale/animation", fields)).json();
}

async function events(response, onPartial) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new ApiError(0, "The connection ended before the image was complete.");
    text += value;
    let end;
    while ((end = text.indexOf("\n\n")) >= 0) {
      const data = text.slice(0, end).split("\n").find((line) => line.startsWith("data: "));
      text = text.slice(end + 2);
      if (!data) continue;
      const event = JSON.parse(data.slice(6));
      if (event.error) throw new ApiError(500, event.error.message);
      if (event.type.endsWith(".completed")) return event;
      await onPartial(event);
    }
  }
}
