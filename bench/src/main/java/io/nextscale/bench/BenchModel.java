package io.nextscale.bench;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.model.ModelSource;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads models by the names that benchmarks take. */
final class BenchModel {
  private static final long SEED = 1;

  private BenchModel() {}

  /**
   * Finds an element type by the name that benchmarks take.
   *
   * @throws IllegalArgumentException if the name is neither f32 nor bf16
   */
  static DType computeType(String name) {
    return switch (name) {
      case "f32" -> DType.FLOAT32;
      case "bf16" -> DType.BFLOAT16;
      default ->
          throw new IllegalArgumentException(
              "element type %s: expected f32 or bf16".formatted(name));
    };
  }

  /**
   * Loads a model to the CPU.
   *
   * @param name {@code demo}, a folder of a model, or a preset such as {@code var-d16}, which gets
   *     random weights
   */
  static ImageGenerator load(String name, DType computeType) {
    return ImageGenerator.load(source(name), new LoadOptions(Device.CPU, computeType));
  }

  /** Finds a model by its name, without loading it. */
  static ModelSource source(String name) {
    if (name.equals("demo")) {
      return DemoModel.source();
    }
    Path folder = Path.of(name);
    return Files.isDirectory(folder)
        ? ModelSource.folder(folder)
        : ModelSource.randomPreset(name, SEED);
  }
}
