package io.nextscale.var.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Pickles an OrderedDict of contiguous tensors with protocol 2; tensor N is in storage N. With a
 * key, the OrderedDict is the value of this key in a dict.
 */
final class PickleWriter {
  private static final int BATCH = 1000;

  private final Map<String, Integer> memo = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static byte[] stateDict(Collection<StoredTensor> tensors, String key) {
    return new PickleWriter().write(tensors, key);
  }

  private byte[] write(Collection<StoredTensor> tensors, String key) {
    op(PickleOpcode.PROTO, 2);
    if (!key.isEmpty()) {
      op(PickleOpcode.EMPTY_DICT);
      text(key);
    }
    emptyOrderedDict();
    int storage = 0;
    for (StoredTensor tensor : tensors) {
      if (storage % BATCH == 0) {
        op(PickleOpcode.MARK);
      }
      text(tensor.name());
      tensor(tensor, storage++);
      if (storage % BATCH == 0 || storage == tensors.size()) {
        op(PickleOpcode.SETITEMS);
      }
    }
    if (!key.isEmpty()) {
      op(PickleOpcode.SETITEM);
    }
    op(PickleOpcode.STOP);
    return out.toByteArray();
  }

  private void tensor(StoredTensor tensor, int storage) {
    global("torch._utils", "_rebuild_tensor_v2");
    op(PickleOpcode.MARK);
    op(PickleOpcode.MARK);
    text("storage");
    global("torch", PickleGlobal.storageName(tensor.dtype()));
    text(Integer.toString(storage));
    text("cpu");
    integer(tensor.elementCount());
    op(PickleOpcode.TUPLE);
    op(PickleOpcode.BINPERSID);
    integer(0); // offset
    integers(tensor.shape());
    integers(TensorLayout.rowMajor(tensor.shape()));
    op(PickleOpcode.NEWFALSE); // requires_grad
    emptyOrderedDict(); // hooks
    op(PickleOpcode.TUPLE);
    op(PickleOpcode.REDUCE);
  }

  private void emptyOrderedDict() {
    global("collections", "OrderedDict");
    op(PickleOpcode.EMPTY_TUPLE);
    op(PickleOpcode.REDUCE);
  }

  private void op(int opcode, int... operands) {
    out.write(opcode);
    for (int operand : operands) {
      out.write(operand);
    }
  }

  /** Writes a global in full the first time, later from the memo. */
  private void global(String module, String name) {
    String lines = module + "\n" + name + "\n";
    Integer known = memo.get(lines);
    if (known != null) {
      op(PickleOpcode.BINGET, known);
      return;
    }
    op(PickleOpcode.GLOBAL);
    out.writeBytes(lines.getBytes(StandardCharsets.US_ASCII));
    op(PickleOpcode.BINPUT, memo.size());
    memo.put(lines, memo.size());
  }

  private void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    op(PickleOpcode.BINUNICODE);
    out.writeBytes(littleEndian(Integer.BYTES).putInt(utf8.length).array());
    out.writeBytes(utf8);
  }

  private void integers(long[] values) {
    op(PickleOpcode.MARK);
    for (long value : values) {
      integer(value);
    }
    op(PickleOpcode.TUPLE);
  }

  private void integer(long value) {
    if (value == (int) value) {
      op(PickleOpcode.BININT);
      out.writeBytes(littleEndian(Integer.BYTES).putInt((int) value).array());
    } else {
      op(PickleOpcode.LONG1, Long.BYTES);
      out.writeBytes(littleEndian(Long.BYTES).putLong(value).array());
    }
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
