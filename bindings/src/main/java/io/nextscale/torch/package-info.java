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
 * <p>Operators are grouped by kind: {@link io.nextscale.torch.Functional}, {@link
 * io.nextscale.torch.Layers}, {@link io.nextscale.torch.Comparison}, {@link
 * io.nextscale.torch.Reduction} and {@link io.nextscale.torch.Indexing} are pure, {@link
 * io.nextscale.torch.InPlace} writes, {@link io.nextscale.torch.Autograd} has gradients, {@link
 * io.nextscale.torch.Creation} makes ranges and random numbers. Any other operator of libtorch is
 * called by name with {@link io.nextscale.torch.Operator}.
 *
 * <p>Whatever a method is given, it answers with a result or an exception, never with the end of
 * the process. The page docs/LIBTORCH.md shows all of it in 30 lines.
 */
@NullMarked
package io.nextscale.torch;

import org.jspecify.annotations.NullMarked;
