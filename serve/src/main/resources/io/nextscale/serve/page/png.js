// The texts of a PNG file, in which Nextscale writes how an image was made.

export async function texts(file) {
  const bytes = new DataView(await file.arrayBuffer());
  const found = {};
  if (bytes.byteLength < 8 || bytes.getUint32(0) !== 0x89504e47) return found;
  for (let at = 8; at + 12 <= bytes.byteLength; ) {
    const length = bytes.getUint32(at);
    if (at + 12 + length > bytes.byteLength) break;
    const kind = String.fromCharCode(...new Uint8Array(bytes.buffer, at + 4, 4));
    const data = new Uint8Array(bytes.buffer, at + 8, length);
    const zero = data.indexOf(0);
    if (kind === "tEXt" && zero > 0) {
      found[latin(data.subarray(0, zero))] = latin(data.subarray(zero + 1));
    } else if (kind === "iTXt" && zero > 0 && data[zero + 1] === 0) {
      let start = data.indexOf(0, zero + 3);
      start = start < 0 ? -1 : data.indexOf(0, start + 1);
      if (start > 0) found[latin(data.subarray(0, zero))] = new TextDecoder().decode(data.subarray(start + 1));
    }
    at += 12 + length;
  }
  return found;
}

function latin(bytes) {
  return new TextDecoder("latin1").decode(bytes);
}
