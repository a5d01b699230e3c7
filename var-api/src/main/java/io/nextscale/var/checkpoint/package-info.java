/**
 * Reads and writes weight files: {@code .pth} archives of {@code torch.save} and safetensors.
 *
 * <p>A {@link io.nextscale.var.checkpoint.Checkpoint} maps a file; its tensors are not copied and
 * are valid until it is closed. Nothing in a file is executed. Writers replace a file whole or not
 * at all.
 *
 * <pre>{@code
 * try (Checkpoint checkpoint = Checkpoint.open(Path.of("var_d16.pth"))) {
 *   for (StoredTensor tensor : checkpoint.tensors().values()) {
 *     System.out.println(tensor.name() + " " + Arrays.toString(tensor.shape()));
 *   }
 *   SafetensorsWriter.write(
 *       Path.of("var_d16.safetensors"), checkpoint.tensors().values(), Map.of());
 * }
 * }</pre>
 */
@NullMarked
package io.nextscale.var.checkpoint;

import org.jspecify.annotations.NullMarked;
