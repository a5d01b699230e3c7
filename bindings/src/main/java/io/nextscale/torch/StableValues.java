package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Makes, reads and frees the values that libtorch's dispatcher takes and gives by handle: tensor
 * references, lists, texts, and the boxes around optional arguments. A handle is 64 bits.
 */
final class StableValues {
  private static final String ACTION = "encoding an argument";

  private final NativeCall call;
  private final MemorySegment out;

  StableValues(NativeCall call) {
    this.call = call;
    this.out = call.slot();
  }

  private long made(int code) {
    Failure.check(code, ACTION);
    return out.get(ValueLayout.JAVA_LONG, 0);
  }

  /** Makes a further reference to a tensor, which another thread may close meanwhile. */
  long reference(Tensor tensor) {
    long handle = tensor.pin();
    try {
      return made(LibTorchAbi.aoti_torch_new_tensor_handle(MemorySegment.ofAddress(handle), out));
    } finally {
      tensor.unpin();
    }
  }

  /** Makes a box around the value of an optional argument. */
  long some(long value) {
    MemorySegment box =
        AbiVersion.HAS_BOXES
            ? MemorySegment.ofAddress(made(LibTorchAbi.torch_new_stable_ivalue(out)))
            : CppFunctions.allocate(Long.BYTES);
    box.reinterpret(Long.BYTES).set(ValueLayout.JAVA_LONG, 0, value);
    return box.address();
  }

  private MemorySegment list(long size) {
    return MemorySegment.ofAddress(made(LibTorchAbi.torch_new_list_reserve_size(size, out)));
  }

  long integers(long[] values) {
    MemorySegment list = list(values.length);
    for (long value : values) {
      Failure.check(LibTorchAbi.torch_list_push_back(list, value), ACTION);
    }
    return list.address();
  }

  long reals(double[] values) {
    MemorySegment list = list(values.length);
    for (double value : values) {
      long bits = Double.doubleToRawLongBits(value);
      Failure.check(LibTorchAbi.torch_list_push_back(list, bits), ACTION);
    }
    return list.address();
  }

  long bools(boolean[] values) {
    MemorySegment list = list(values.length);
    for (boolean value : values) {
      Failure.check(LibTorchAbi.torch_list_push_back(list, value ? 1 : 0), ACTION);
    }
    return list.address();
  }

  /** Makes a list of references; if {@code optional}, null is an absent one. */
  long tensors(List<?> tensors, boolean optional) {
    MemorySegment list = list(tensors.size());
    try {
      for (Object tensor : tensors) {
        long copy = tensor == null ? 0 : reference((Tensor) tensor);
        long item = optional && tensor != null ? some(copy) : copy;
        Failure.check(LibTorchAbi.torch_list_push_back(list, item), ACTION);
      }
    } catch (TorchException | IllegalStateException e) {
      deleteTensors(list.address(), optional);
      throw e;
    }
    return list.address();
  }

  /**
   * Makes a text. The dispatcher copies it and never frees the copy (libtorch 2.13,
   * docs/experiments/0057-text-arguments.md), so operators without a text are preferred.
   */
  long text(String value) {
    MemorySegment text = call.text(value);
    return made(LibTorchAbi.torch_new_string_handle(text, text.byteSize(), out));
  }

  /** Returns the references of a list, and frees the list. */
  long[] taken(long handle) {
    MemorySegment list = MemorySegment.ofAddress(handle);
    long[] items = new long[Math.toIntExact(made(LibTorchAbi.torch_list_size(list, out)))];
    for (int i = 0; i < items.length; i++) {
      items[i] = made(LibTorchAbi.torch_list_get_item(list, i, out));
    }
    deleteList(handle);
    return items;
  }

  void deleteList(long handle) {
    Failure.check(LibTorchAbi.torch_delete_list(MemorySegment.ofAddress(handle)), "freeing a list");
  }

  void deleteTensors(long handle, boolean optional) {
    for (long item : taken(handle)) {
      if (item != 0) {
        Tensor.delete(optional ? unboxed(item) : item);
      }
    }
  }

  void deleteText(long handle) {
    Failure.check(
        LibTorchAbi.torch_delete_string(MemorySegment.ofAddress(handle)), "freeing a text");
  }

  /** Returns the value in a box, and frees the box. */
  long unboxed(long handle) {
    MemorySegment box = MemorySegment.ofAddress(handle);
    long content = box.reinterpret(Long.BYTES).get(ValueLayout.JAVA_LONG, 0);
    if (AbiVersion.HAS_BOXES) {
      Failure.check(LibTorchAbi.torch_delete_stable_ivalue(box), "freeing an optional value");
    } else {
      CppFunctions.free(box);
    }
    return content;
  }
}
