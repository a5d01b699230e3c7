/**
 * Means of the CPU that libtorch computes with: the number of its threads, independent work beside
 * each other, oneDNN's linear map, memory given back to the system.
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
