package io.nextscale.var.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Decodes many short texts, strictly. */
final class Utf8 {
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

  String decode(byte[] bytes, HeapBudget heap) throws CharacterCodingException {
    heap.charge(160 + 2L * bytes.length);
    for (byte b : bytes) {
      if (b < 0) {
        heap.charge(256 + 4L * bytes.length);
        return decoder.decode(ByteBuffer.wrap(bytes)).toString();
      }
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
