package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;

/** The operators behind a tensor's own methods: shape, element type, device. */
final class TensorOperators {
  private static final Operator RESHAPE = Operator.named("reshape");
  private static final Operator PERMUTE = Operator.named("permute");
  private static final Operator TRANSPOSE = Operator.named("transpose", "int");
  private static final Operator NARROW = Operator.named("narrow");
  private static final Operator SELECT = Operator.named("select", "int");
  private static final Operator UNSQUEEZE = Operator.named("unsqueeze");
  private static final Operator EXPAND = Operator.named("expand");
  private static final Operator CONTIGUOUS = Operator.named("contiguous");
  private static final Operator TO_DTYPE = Operator.named("to", "dtype");
  private static final Operator TO_DEVICE = Operator.named("to", "device");

  private TensorOperators() {}

  static Tensor reshape(Tensor input, long... sizes) {
    return RESHAPE.call().tensor(input).integers(sizes).result();
  }

  static Tensor permute(Tensor input, long... order) {
    return PERMUTE.call().tensor(input).integers(order).result();
  }

  static Tensor transpose(Tensor input, int first, int second) {
    return TRANSPOSE.call().tensor(input).integer(first).integer(second).result();
  }

  static Tensor narrow(Tensor input, int dimension, long start, long length) {
    return NARROW.call().tensor(input).integer(dimension).integer(start).integer(length).result();
  }

  static Tensor select(Tensor input, int dimension, long index) {
    return SELECT.call().tensor(input).integer(dimension).integer(index).result();
  }

  static Tensor unsqueeze(Tensor input, int dimension) {
    return UNSQUEEZE.call().tensor(input).integer(dimension).result();
  }

  static Tensor expand(Tensor input, long... sizes) {
    return EXPAND.call().tensor(input).integers(sizes).bool(false).result();
  }

  static Tensor contiguous(Tensor input) {
    int format = LibTorchAbi.aoti_torch_memory_format_contiguous_format();
    return CONTIGUOUS.call().tensor(input).integer(format).result();
  }

  static Tensor toDtype(Tensor input, DType type) {
    return TO_DTYPE.call().tensor(input).dtype(type).bool(false).bool(false).none().result();
  }

  static Tensor toDevice(Tensor input, Device device) {
    return TO_DEVICE
        .call()
        .tensor(input)
        .device(device)
        .dtype(input.dtype())
        .bool(false)
        .bool(false)
        .none()
        .result();
  }
}
