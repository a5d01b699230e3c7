package io.nextscale.var.checkpoint;

import io.nextscale.torch.DType;
import io.nextscale.var.check.Shown;
import io.nextscale.var.checkpoint.PickleGlobal.ElementType;
import io.nextscale.var.checkpoint.PickleGlobal.Function;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the tensors of a pickle from the storages of its file. */
final class PickleTensors {
  private static final int STORAGE_COST = 320;

  private final FileBytes file;
  private final Storages storages;
  private final HeapBudget heap;

  /** The storages of a file. */
  interface Storages {
    /**
     * Finds a storage; it may have more bytes than the pickle declares.
     *
     * @param elementSize size of an element in bytes
     * @param count number of elements that the pickle declares
     * @throws CheckpointException if there is none
     */
    StorageBytes find(String key, int elementSize, long count);
  }

  /**
   * A storage.
   *
   * @param dtype null: its elements are bytes, and the tensor has the dtype
   * @param start offset of its first byte
   * @param size in bytes
   */
  private record Storage(
      String key, @Nullable DType dtype, StorageBytes bytes, long start, long size) {}

  PickleTensors(FileBytes file, Storages storages, HeapBudget heap) {
    this.file = file;
    this.storages = storages;
    this.heap = heap;
  }

  /**
   * Returns the storage of a persistent id ('storage', class, key, location, element count), with
   * (key, offset, element count) as a sixth item for a part of a storage in old files; and the
   * object of ('module', object, …), which old files have for modules.
   */
  Object persistent(PickleStack stack, Object id) {
    PickleTuple tuple = stack.cast(id, PickleTuple.class, "a tuple that names a storage");
    if (tuple.size() > 1 && "module".equals(tuple.get(0))) {
      return tuple.get(1);
    }
    if (tuple.size() < 5 || tuple.size() > 6 || !"storage".equals(tuple.get(0))) {
      throw file.malformed("data.pkl", "a tuple of five that names a storage", "another");
    }
    if (tuple.get(1) instanceof PickleOpaque unknown) {
      return unknown;
    }
    PickleGlobal.Storage type =
        stack.cast(tuple.get(1), PickleGlobal.Storage.class, "a storage class");
    String key = stack.cast(tuple.get(2), String.class, "the key of a storage");
    long count = stack.cast(tuple.get(4), Long.class, "the size of a storage");
    int elementSize = type.dtype() == null ? 1 : type.dtype().byteSize();
    StorageBytes bytes = storages.find(key, elementSize, count);
    heap.charge(STORAGE_COST + 2L * key.length());
    long available = bytes.size() / elementSize;
    if (count < 0 || count > available) {
      throw file.malformed(
          "storage " + key,
          "at most " + available + " elements, which its entry holds",
          Long.toString(count));
    }
    long start = 0;
    if (tuple.size() == 6 && tuple.get(5) != PickleTuple.NONE) {
      PickleTuple part = stack.cast(tuple.get(5), PickleTuple.class, "the part of a storage");
      if (part.size() != 3) {
        throw file.malformed("storage " + key, "a part (key, offset, count)", "another tuple");
      }
      long offset = stack.cast(part.get(1), Long.class, "the offset of a part");
      long length = stack.cast(part.get(2), Long.class, "the size of a part");
      if (offset < 0 || length < 0 || offset > count || length > count - offset) {
        throw file.malformed(
            "storage " + key, "a part within it", length + " elements from " + offset + " on");
      }
      start = offset * elementSize;
      count = length;
    }
    return new Storage(key, type.dtype(), bytes, start, count * elementSize);
  }

  /**
   * Builds a tensor from (storage, offset, shape, strides, requires_grad, hooks[, dtype][,
   * metadata]); the oldest files have the first four only.
   */
  Object tensor(PickleStack stack, PickleTuple arguments, Function function) {
    int least =
        switch (function) {
          case REBUILD_TENSOR_WITHOUT_HOOKS -> 4;
          case REBUILD_TENSOR_WITH_DTYPE -> 7;
          default -> 6;
        };
    if (arguments.size() < least || arguments.size() > least + 1) {
      throw file.malformed(
          "data.pkl", least + " arguments of a tensor", Integer.toString(arguments.size()));
    }
    if (arguments.get(0) instanceof PickleOpaque unknown) {
      return unknown;
    }
    Storage storage = stack.cast(arguments.get(0), Storage.class, "the storage of a tensor");
    long offset = stack.cast(arguments.get(1), Long.class, "the offset of a tensor");
    long[] shape = longs(stack, arguments.get(2), "sizes of a tensor in integers");
    long[] strides = longs(stack, arguments.get(3), "strides of a tensor in integers");
    DType dtype = storage.dtype;
    if (function == Function.REBUILD_TENSOR_WITH_DTYPE) {
      if (arguments.get(6) instanceof PickleOpaque unknown) {
        return unknown;
      }
      dtype = stack.cast(arguments.get(6), ElementType.class, "the dtype of a tensor").dtype();
    }
    if (dtype == null || (storage.dtype != null && storage.dtype != dtype)) {
      throw file.malformed(
          "storage " + storage.key,
          "a storage and a tensor of one dtype",
          storage.dtype + " and " + dtype);
    }
    if (arguments.size() > least) {
      requireNoMeaning(storage, arguments.get(least));
    }
    try {
      return inside(storage, dtype, offset, shape, strides);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          file.path(),
          "storage " + storage.key,
          "tensors within it",
          String.valueOf(e.getMessage()),
          e);
    }
  }

  /** Refuses metadata that change what the elements mean: views that negate or conjugate. */
  private void requireNoMeaning(Storage storage, Object metadata) {
    if (metadata == PickleTuple.NONE) {
      return;
    }
    if (!(metadata instanceof Map<?, ?> map)) {
      throw file.malformed(
          "storage " + storage.key, "metadata of a tensor", PickleStack.describe(metadata));
    }
    map.forEach(
        (name, value) -> {
          if (!Boolean.FALSE.equals(value)) {
            throw file.malformed(
                "storage " + storage.key,
                "tensors without metadata; resolve_neg() and resolve_conj() apply theirs",
                "a tensor with the metadata " + Shown.name(String.valueOf(name)));
          }
        });
  }

  private static StoredTensor inside(
      Storage storage, DType dtype, long offset, long[] shape, long[] strides) {
    long available = storage.size / dtype.byteSize();
    long extent = TensorLayout.extent(shape, strides);
    boolean empty = extent == 0;
    if (!empty && (offset < 0 || offset > available || extent > available - offset)) {
      throw new IllegalArgumentException(
          "%s elements from %s on, in a storage of %s".formatted(extent, offset, available));
    }
    long start = empty ? 0 : storage.start + offset * dtype.byteSize();
    long length = extent * dtype.byteSize();
    return StoredTensor.lazy("", dtype, shape, strides, () -> storage.bytes.slice(start, length));
  }

  /** Returns the tensor of a parameter (tensor, requires_grad, hooks[, attributes]). */
  Object parameter(PickleStack stack, PickleTuple arguments, Function function) {
    int count = function == Function.REBUILD_PARAMETER ? 3 : 4;
    if (arguments.size() != count) {
      throw file.malformed(
          "data.pkl", count + " arguments of a parameter", Integer.toString(arguments.size()));
    }
    return arguments.get(0) instanceof PickleOpaque unknown
        ? unknown
        : stack.cast(arguments.get(0), StoredTensor.class, "the tensor of a parameter");
  }

  /**
   * Builds a tensor of a subclass or with attributes from (function, class, arguments, attributes).
   * Of the classes only torch.Tensor and Parameter mean the same as a plain tensor.
   */
  Object ofType(PickleStack stack, PickleTuple arguments) {
    if (arguments.size() != 4) {
      throw file.malformed("data.pkl", "4 arguments", Integer.toString(arguments.size()));
    }
    String type = arguments.get(1) instanceof PickleOpaque unknown ? unknown.name() : "torch.?";
    boolean plain = type.equals("torch.Tensor") || type.equals("torch.nn.parameter.Parameter");
    if (!plain || !(arguments.get(0) instanceof Function function)) {
      return new PickleOpaque("torch, a tensor of class " + type);
    }
    PickleTuple inner = stack.cast(arguments.get(2), PickleTuple.class, "a tuple of arguments");
    return switch (function) {
      case REBUILD_TENSOR_WITHOUT_HOOKS, REBUILD_TENSOR, REBUILD_TENSOR_WITH_DTYPE ->
          tensor(stack, inner, function);
      case REBUILD_PARAMETER, REBUILD_PARAMETER_WITH_STATE -> parameter(stack, inner, function);
      case ORDERED_DICT, SIZE, REBUILD_FROM_TYPE ->
          throw file.malformed("data.pkl", "a function that builds a tensor", "another");
    };
  }

  private long[] longs(PickleStack stack, Object value, String name) {
    PickleTuple tuple = stack.cast(value, PickleTuple.class, name);
    if (tuple.size() > TensorLayout.MAX_RANK) {
      throw file.malformed(
          "data.pkl", name + " of at most " + TensorLayout.MAX_RANK, tuple.size() + " values");
    }
    heap.chargeTensor(tuple.size());
    long[] values = new long[tuple.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = stack.cast(tuple.get(i), Long.class, name);
    }
    return values;
  }
}
