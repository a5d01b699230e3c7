package io.nextscale.var.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Builds pickles opcode by opcode, good and bad ones. */
final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static PickleBytes protocol(int version) {
    return new PickleBytes().raw(0x80, version);
  }

  PickleBytes raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  /** Opcodes without operands. */
  PickleBytes ops(String opcodes) {
    out.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  PickleBytes global(String module, String name) {
    return ops("c" + module + "\n" + name + "\n");
  }

  PickleBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ops("X").int32(utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  /** An integer of any size. */
  PickleBytes integer(long value) {
    raw(0x8a, 8);
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  PickleBytes integers(long... values) {
    ops("(");
    for (long value : values) {
      integer(value);
    }
    return ops("t");
  }

  PickleBytes int32(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  PickleBytes storage(String type, String key, long count) {
    return ops("(")
        .text("storage")
        .global("torch", type)
        .text(key)
        .text("cpu")
        .integer(count)
        .ops("tQ");
  }

  PickleBytes tensor(
      String type, String key, long count, long offset, long[] shape, long[] strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .ops("(")
        .storage(type, key, count)
        .integer(offset)
        .integers(shape)
        .integers(strides)
        .raw(0x89)
        .global("collections", "OrderedDict")
        .ops(")RtR");
  }

  /** A tensor of one float, with metadata as its last argument. */
  PickleBytes tensorWith(UnaryOperator<PickleBytes> metadata) {
    global("torch._utils", "_rebuild_tensor_v2")
        .ops("(")
        .storage("FloatStorage", "0", 1)
        .integer(0)
        .integers(1)
        .integers(1)
        .raw(0x89)
        .ops("N");
    metadata.apply(this);
    return ops("tR");
  }

  /** A tensor of something that is no storage. */
  PickleBytes tensorOf(UnaryOperator<PickleBytes> storage) {
    ops("}").text("a").global("torch._utils", "_rebuild_tensor_v2").ops("(");
    storage.apply(this);
    return integer(0).integers(1).integers(1).raw(0x89).ops("NtRs");
  }

  /** A tensor of one float in storage 0. */
  PickleBytes one() {
    return tensor("FloatStorage", "0", 1, 0, new long[] {1}, new long[] {1});
  }

  byte[] stop() {
    return ops(".").bytes();
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
