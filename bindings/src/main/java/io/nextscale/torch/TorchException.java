package io.nextscale.torch;

/**
 * Reports that libtorch refused an operation. The message names the operator, the shapes, element
 * types and devices of its arguments, and libtorch's own reason.
 */
public final class TorchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TorchException(String message) {
    super(message);
  }
}
