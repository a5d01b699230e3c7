package io.nextscale.cli;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Torch;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.OpenModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model, and where and how precisely it computes. */
final class ModelOptions {
  static final String PRESET = "preset:";

  @Option(
      names = "--model",
      paramLabel = "FOLDER|preset:NAME",
      description = {
        "Folder with config.json, vae.* and transformer.* (.pth or .safetensors),",
        "or a published architecture such as preset:var-d16 with --random-weights.",
        "Default: the embedded demo model, 64x64 emoji of 19 classes."
      })
  private @Nullable String model;

  @Option(
      names = "--vae",
      paramLabel = "FILE",
      description = "Tokenizer weights; needs --transformer. The shapes tell the configuration.")
  private @Nullable Path vae;

  @Option(
      names = "--transformer",
      paramLabel = "FILE",
      description = "Transformer weights; needs --vae.")
  private @Nullable Path transformer;

  @Option(
      names = "--random-weights",
      paramLabel = "SEED",
      description = "Random weights for a preset: for benchmarks, the pictures are noise.")
  private @Nullable Long randomWeights;

  @Option(
      names = "--dtype",
      paramLabel = "f32|bf16",
      description = "Element type of the computation (default: f32).")
  private DType dtype = DType.FLOAT32;

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda[:i]",
      description = "Where to compute (default: cpu).")
  private Device device = Device.CPU;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of an operator (default: libtorch's choice).")
  private @Nullable Integer threads;

  /** The chosen model, not yet opened. */
  ModelSource source() {
    Path vaeFile = vae;
    Path transformerFile = transformer;
    if ((vaeFile == null) != (transformerFile == null)) {
      throw CommandException.usage("--vae and --transformer go together: one is missing");
    }
    if (model != null && vaeFile != null) {
      throw CommandException.usage("--model and --vae with --transformer exclude each other");
    }
    boolean preset = model != null && model.startsWith(PRESET);
    if (randomWeights != null && !preset) {
      throw CommandException.usage("--random-weights needs --model preset:NAME");
    }
    if (vaeFile != null && transformerFile != null) {
      return ModelSource.files(vaeFile, transformerFile);
    }
    if (model == null) {
      return DemoModel.source();
    }
    if (!preset) {
      return ModelSource.folder(Path.of(model));
    }
    if (randomWeights == null) {
      throw CommandException.usage(
          "--model "
              + model
              + " is an architecture without weights: --random-weights SEED is"
              + " missing, or --model FOLDER for trained weights");
    }
    return ModelSource.randomPreset(model.substring(PRESET.length()), randomWeights);
  }

  /** Opens the files and reads the configuration, without libtorch. */
  OpenModel open() {
    if (threads != null && threads < 1) {
      throw CommandException.usage("--threads " + threads + ": at least 1");
    }
    if (dtype == DType.FLOAT16) {
      throw CommandException.usage("--dtype f16: expected f32 or bf16");
    }
    return source().open();
  }

  /** Loads an opened model into memory; it belongs to the result then. */
  ImageGenerator load(OpenModel opened) {
    boolean loaded = false;
    try {
      if (threads != null) {
        Torch.setThreads(threads);
      }
      ImageGenerator generator = ImageGenerator.load(() -> opened, new LoadOptions(device, dtype));
      loaded = true;
      return generator;
    } finally {
      if (!loaded) {
        opened.close();
      }
    }
  }

  /** These options as they would be given again. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (model != null) {
      arguments.addAll(List.of("--model", model));
    }
    if (vae != null && transformer != null) {
      arguments.addAll(List.of("--vae", vae.toString(), "--transformer", transformer.toString()));
    }
    if (randomWeights != null) {
      arguments.add("--random-weights=" + randomWeights);
    }
    if (dtype != DType.FLOAT32) {
      arguments.addAll(List.of("--dtype", OptionTypes.name(dtype)));
    }
    if (!device.equals(Device.CPU)) {
      arguments.addAll(List.of("--device", device.toString()));
    }
    return arguments;
  }
}
