package io.nextscale.var.checkpoint;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.PickleGlobal.ElementType;
import io.nextscale.var.checkpoint.PickleGlobal.Function;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Builds the tensors of a pickle from the storages of its archive. */
final class PickleTensors {
  private static final int STORAGE_COST = 320;

  private final FileBytes file;
  private final ZipArchive archive;
  private final String root;
  private final HeapBudget heap;

  /** A storage; without a dtype its elements are bytes, and the tensor has the dtype. */
  private record Storage(String key, @Nullable DType dtype, MemorySegment data) {}

  PickleTensors(FileBytes file, ZipArchive archive, String root, HeapBudget heap) {
    this.file = file;
    this.archive = archive;
    this.root = root;
    this.heap = heap;
  }

  /** Returns the storage of a persistent id ('storage', class, key, location, element count). */
  Object storage(PickleStack stack, Object id) {
    PickleTuple tuple = stack.cast(id, PickleTuple.class, "a tuple that names a storage");
    if (tuple.size() != 5 || !"storage".equals(tuple.get(0))) {
      throw file.malformed("data.pkl", "a tuple of five that names a storage", "another");
    }
    PickleGlobal.Storage type =
        stack.cast(tuple.get(1), PickleGlobal.Storage.class, "a storage class");
    String key = stack.cast(tuple.get(2), String.class, "the key of a storage");
    long count = stack.cast(tuple.get(4), Long.class, "the size of a storage");
    DType dtype = type.dtype();
    ZipArchive.Entry entry = archive.entries().get(root + "data/" + key);
    if (entry == null) {
      throw file.malformed("storage " + key, "an entry of this name in data/", "none");
    }
    heap.charge(STORAGE_COST + 2L * key.length());
    long available = entry.data().byteSize() / (dtype == null ? 1 : dtype.byteSize());
    if (count < 0 || count > available) {
      throw file.malformed(
          "storage " + key,
          "at most " + available + " elements, which its entry holds",
          Long.toString(count));
    }
    long size = count * (dtype == null ? 1 : dtype.byteSize());
    return new Storage(key, dtype, entry.data().asSlice(0, size));
  }

  /**
   * Builds a tensor from (storage, offset, shape, strides, requires_grad, hooks[, dtype][,
   * metadata]).
   */
  Object tensor(PickleStack stack, PickleTuple arguments, Function function) {
    int least = function == Function.REBUILD_TENSOR ? 6 : 7;
    if (arguments.size() < least || arguments.size() > least + 1) {
      throw file.malformed(
          "data.pkl", least + " arguments of a tensor", Integer.toString(arguments.size()));
    }
    Storage storage = stack.cast(arguments.get(0), Storage.class, "the storage of a tensor");
    long offset = stack.cast(arguments.get(1), Long.class, "the offset of a tensor");
    long[] shape = longs(stack, arguments.get(2), "sizes of a tensor in integers");
    long[] strides = longs(stack, arguments.get(3), "strides of a tensor in integers");
    DType dtype = storage.dtype;
    if (function == Function.REBUILD_TENSOR_WITH_DTYPE) {
      dtype = stack.cast(arguments.get(6), ElementType.class, "the dtype of a tensor").dtype();
    }
    if (dtype == null || (storage.dtype != null && storage.dtype != dtype)) {
      throw file.malformed(
          "storage " + storage.key,
          "a storage and a tensor of one dtype",
          storage.dtype + " and " + dtype);
    }
    try {
      return new StoredTensor(
          "", dtype, shape, strides, data(storage, dtype, offset, shape, strides));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          file.path(),
          "storage " + storage.key,
          "tensors within it",
          String.valueOf(e.getMessage()),
          e);
    }
  }

  /** Returns the tensor of a parameter (tensor, requires_grad, hooks). */
  Object parameter(PickleStack stack, PickleTuple arguments) {
    if (arguments.size() != 3) {
      throw file.malformed(
          "data.pkl", "3 arguments of a parameter", Integer.toString(arguments.size()));
    }
    return stack.cast(arguments.get(0), StoredTensor.class, "the tensor of a parameter");
  }

  private static MemorySegment data(
      Storage storage, DType dtype, long offset, long[] shape, long[] strides) {
    long available = storage.data.byteSize() / dtype.byteSize();
    long extent = TensorLayout.extent(shape, strides);
    if (extent == 0) {
      return storage.data.asSlice(0, 0);
    }
    if (offset < 0 || offset > available || extent > available - offset) {
      throw new IllegalArgumentException(
          "%d elements from %d on, in a storage of %d".formatted(extent, offset, available));
    }
    return storage.data.asSlice(offset * dtype.byteSize(), extent * dtype.byteSize());
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
