/**
 * Execution on the CPU: the number of threads, independent tasks in parallel, oneDNN's linear
 * layer, memory that is returned to the system.
 *
 * <pre>{@code
 * CpuThreads.setCount(8);
 * try (GradMode inference = GradMode.disabled();
 *     TensorScope scope = TensorScope.open()) {
 *   if (OneDnn.serves(weight)) {
 *     Tensor y = OneDnn.linear(x, OneDnn.pack(weight), bias, OneDnn.Activation.GELU_TANH);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package io.nextscale.torch.cpu;

import org.jspecify.annotations.NullMarked;
