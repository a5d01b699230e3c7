package io.nextscale.torch;

/**
 * The memory of a tensor from its first to its last byte.
 *
 * @param start address of the first
 * @param end address behind the last
 */
record MemoryRange(Device device, long start, long end) {
  private static final int LONGEST_ELEMENT = 16; // a complex number in double precision

  static MemoryRange of(Tensor tensor) {
    long start = TensorMetadata.dataAddressOrZero(tensor);
    if (start == 0) {
      return new MemoryRange(tensor.device(), 0, 0);
    }
    DType type = DType.find(TensorMetadata.typeCode(tensor));
    int bytes = type == null ? LONGEST_ELEMENT : type.byteSize();
    long extent = TensorMetadata.extent(tensor.shape(), tensor.strides());
    return new MemoryRange(tensor.device(), start, start + extent * bytes);
  }

  boolean overlaps(Tensor tensor) {
    MemoryRange other = of(tensor);
    return device.equals(other.device) && start < other.end && other.start < end;
  }
}
