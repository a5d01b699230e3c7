/**
 * Tensors, operators, gradients and lifetimes over libtorch's C ABI.
 *
 * <pre>{@code
 * try (TensorScope scope = TensorScope.open()) {
 *   Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
 *   float[] product = Functional.matmul(x, x.transpose(0, 1)).toFloats();
 * }
 * }</pre>
 *
 * <p>Operators are grouped by kind: {@link io.nextscale.torch.Functional} and {@link
 * io.nextscale.torch.Layers} are pure, {@link io.nextscale.torch.InPlace} writes, {@link
 * io.nextscale.torch.Autograd} has gradients. Any other operator of libtorch is called by name with
 * {@link io.nextscale.torch.Operator}.
 */
@NullMarked
package io.nextscale.torch;

import org.jspecify.annotations.NullMarked;
