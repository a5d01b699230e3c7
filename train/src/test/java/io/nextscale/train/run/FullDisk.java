package io.nextscale.train.run;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.metrics.MetricsTable;
import io.nextscale.train.optim.AdamW;
import io.nextscale.train.optim.Parameters;
import io.nextscale.train.transformer.TransformerInitialization;
import io.nextscale.var.checkpoint.CheckpointException;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.config.TransformerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Writes until it cannot: run in a JVM of its own that may write only small files. */
final class FullDisk {
  private static final WeightSource INITIAL =
      TransformerInitialization.weights(
          TransformerConfig.builder()
              .depth(1)
              .width(8)
              .heads(1)
              .hiddenWidth(16)
              .classes(2)
              .codeWidth(4)
              .vocabularySize(16)
              .build(),
          7,
          0);
  private static final List<String> COLUMNS =
      IntStream.range(0, 20).mapToObj(i -> "column " + i).toList();

  private FullDisk() {}

  /** Arguments: {@code state} or {@code metrics}, the file. Prints the message of the exception. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[1]);
    if (arguments[0].equals("state")) {
      writeState(file);
    } else {
      writeMetrics(file);
    }
  }

  /** A state of side * side weights, and as many numbers again twice in the optimiser. */
  static void saveState(Path file, int side, long step) {
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(INITIAL)) {
      parameters.get("a.weight", side, side);
      try (AdamW optimiser = new AdamW(parameters.all(), 0.05, name -> true, 2)) {
        Map<String, Tensor> state = new LinkedHashMap<>(parameters.all());
        state.putAll(optimiser.state());
        new TrainingState(state).save(file, step);
      }
    }
  }

  private static void writeState(Path file) {
    try {
      saveState(file, 512, 2);
    } catch (CheckpointException e) {
      System.out.println(e.getMessage());
    }
  }

  /** Long rows until one does not fit, then a short one in its place. */
  private static void writeMetrics(Path file) throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    COLUMNS.forEach(column -> values.put(column, -Math.PI));
    try (MetricsTable table = MetricsTable.create(file, COLUMNS)) {
      long before = 0;
      try {
        while (table.lastStep() < 100_000) {
          before = file.toFile().length();
          table.append(table.lastStep() + 1, values);
        }
      } catch (IOException e) {
        System.out.println(e.getMessage());
        System.out.println("bytes added: " + (file.toFile().length() - before));
        table.append(table.lastStep() + 1, Map.of());
      }
    }
  }
}
