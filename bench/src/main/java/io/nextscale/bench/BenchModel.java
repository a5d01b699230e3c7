package io.nextscale.bench;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.model.ModelSource;

/** Models by the names that benchmarks take. */
final class BenchModel {
  private static final long SEED = 1;

  private BenchModel() {}

  /** An element type by the name that benchmarks take. */
  static DType computeType(String name) {
    return switch (name) {
      case "f32" -> DType.FLOAT32;
      case "bf16" -> DType.BFLOAT16;
      default ->
          throw new IllegalArgumentException("element type " + name + ": expected f32 or bf16");
    };
  }

  /**
   * Loads a model to the CPU.
   *
   * @param name {@code demo}, or a preset such as {@code var-d16}, which gets random weights
   */
  static ImageGenerator load(String name, DType computeType) {
    return ImageGenerator.load(source(name), new LoadOptions(Device.CPU, computeType));
  }

  /** The same, not loaded yet. */
  static ModelSource source(String name) {
    return name.equals("demo") ? DemoModel.source() : ModelSource.randomPreset(name, SEED);
  }
}
