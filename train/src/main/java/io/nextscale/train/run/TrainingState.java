package io.nextscale.train.run;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointException;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.checkpoint.WeightReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The tensors of a training that later steps depend on, in one file that is written whole or not at
 * all. Its metadata holds the number of steps taken.
 */
public final class TrainingState {
  private static final String STEP = "step";

  private final Map<String, Tensor> tensors;

  /** Takes the tensors of {@link Training#state}. */
  public TrainingState(Map<String, Tensor> tensors) {
    this.tensors = new LinkedHashMap<>(tensors);
  }

  /**
   * Writes all tensors.
   *
   * @param step number of steps taken
   * @throws CheckpointException if the file cannot be written; an older one then is as it was
   */
  public void save(Path file, long step) {
    List<StoredTensor> stored =
        tensors.entrySet().stream()
            .map(
                e ->
                    StoredTensor.contiguous(
                        e.getKey(),
                        e.getValue().dtype(),
                        e.getValue().shape(),
                        e.getValue().segment()))
            .toList();
    SafetensorsWriter.write(file, stored, Map.of(STEP, Long.toString(step)));
  }

  /**
   * Overwrites all tensors with those of a file.
   *
   * @return number of steps taken
   * @throws CheckpointException if it holds other tensors; none is changed then
   */
  public long load(Path file) {
    try (Checkpoint checkpoint = Checkpoint.open(file);
        TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      long step = step(checkpoint);
      WeightReader reader =
          new WeightReader(new CheckpointWeights(checkpoint), Device.CPU, DType.FLOAT32);
      Map<String, Tensor> read = new LinkedHashMap<>();
      tensors.forEach((name, own) -> read.put(name, reader.read(name, own.shape())));
      reader.done();
      tensors.forEach((name, own) -> own.copyFrom(Objects.requireNonNull(read.get(name))));
      return step;
    }
  }

  private static long step(Checkpoint checkpoint) {
    String text = checkpoint.metadata().getOrDefault(STEP, "");
    if (!text.matches("\\d{1,18}")) {
      throw new CheckpointException(
          checkpoint.path(), "metadata", "the number of the step", "\"" + text + "\"");
    }
    return Long.parseLong(text);
  }

  /** Writes the number of tensors. */
  @Override
  public String toString() {
    return "TrainingState[%s tensors]".formatted(tensors.size());
  }
}
