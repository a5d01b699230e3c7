package io.nextscale.cli;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Torch;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ImageTokenizer;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.TokenizerSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model, and where and how precisely it computes. */
final class ModelOptions {
  static final String PRESET = "preset:";
  static final String DEMO = "demo:";

  private final String demo;

  /** Options whose default is the embedded VAR model. */
  ModelOptions() {
    this(DemoModel.VAR);
  }

  /** Options with another embedded model as their default. */
  ModelOptions(String demo) {
    this.demo = demo;
  }

  @Option(
      names = "--model",
      paramLabel = "FOLDER|demo:NAME|preset:NAME",
      description = {
        "Folder with config.json, vae.* and transformer.* (.pth or .safetensors), or a published"
            + " architecture with --random-weights: preset:var-d16, preset:flexvar-d16 or another.",
        "Default: the embedded demo model, 64x64 emoji of 19 classes: demo:emoji-var, and"
            + " demo:emoji-flexvar for refine and expand."
      })
  private @Nullable String model;

  @Option(
      names = "--vae",
      paramLabel = "FILE",
      description =
          "Tokenizer weights; the shapes tell the configuration. Needs --transformer, except for"
              + " tokenize and reconstruct.")
  private @Nullable Path vae;

  @Option(
      names = "--transformer",
      paramLabel = "FILE",
      description = "Transformer weights; needs --vae.")
  private @Nullable Path transformer;

  @Option(
      names = "--random-weights",
      paramLabel = "SEED",
      description = "Random weights for a preset: for benchmarks, the images are noise.")
  private @Nullable Long randomWeights;

  @Option(
      names = "--dtype",
      paramLabel = "f32|bf16",
      description = "Element type of the computation (default: f32).")
  private DType dtype = DType.FLOAT32;

  @Option(
      names = "--float32-scales",
      paramLabel = "N",
      description = {
        "With bf16: the first N scales of an image in float32, whose weights are held as well;"
            + " it is then nearly the image of f32. Scoring does without.",
        "Default: the scales of at most 16 tokens where those weights take at most 64 MiB,"
            + " otherwise none."
      })
  private @Nullable Integer float32Scales;

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
  private ModelSource source() {
    Path vaeFile = vae;
    Path transformerFile = transformer;
    checkFiles();
    if (vaeFile != null && transformerFile == null) {
      throw CommandException.usage(
          "--transformer FILE is missing beside --vae "
              + vaeFile
              + ": a tokenizer alone does for tokenize and reconstruct only");
    }
    boolean preset = model != null && model.startsWith(PRESET);
    if (randomWeights != null && !preset) {
      throw CommandException.usage("--random-weights needs --model preset:NAME");
    }
    if (vaeFile != null && transformerFile != null) {
      return ModelSource.files(vaeFile, transformerFile);
    }
    if (model == null) {
      return DemoModel.source(demo);
    }
    if (model.startsWith(DEMO)) {
      return DemoModel.source(model.substring(DEMO.length()));
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

  /** The tokenizer of the chosen model; the transformer may be missing. */
  private TokenizerSource tokenizerSource() {
    checkFiles();
    if (vae != null && transformer == null) {
      return TokenizerSource.file(vae);
    }
    if (model == null || model.startsWith(PRESET) || model.startsWith(DEMO)) {
      return TokenizerSource.of(source());
    }
    Path folder = Path.of(model);
    // without a description the transformer's shapes tell the scales
    return ModelFolders.isDescribed(folder) || !ModelFolders.hasTransformer(folder)
        ? TokenizerSource.folder(folder)
        : TokenizerSource.of(source());
  }

  private void checkFiles() {
    if (transformer != null && vae == null) {
      throw CommandException.usage("--vae FILE is missing beside --transformer " + transformer);
    }
    if (model != null && vae != null) {
      throw CommandException.usage("--model and --vae exclude each other");
    }
  }

  /** Checks the options among themselves. */
  void check() {
    checkComputation();
    source();
  }

  /** Opens the files and reads the configuration, without libtorch. */
  OpenModel open() {
    checkComputation();
    return source().open();
  }

  /** Opens the tokenizer's file and reads the configuration, without libtorch. */
  OpenTokenizer openTokenizer() {
    checkComputation();
    return tokenizerSource().open();
  }

  private void checkComputation() {
    if (threads != null && threads < 1) {
      throw CommandException.usage("--threads " + threads + ": at least 1");
    }
    if (dtype == DType.FLOAT16) {
      throw CommandException.usage("--dtype f16: expected f32 or bf16");
    }
    if (float32Scales != null && float32Scales < 0) {
      throw CommandException.usage("--float32-scales " + float32Scales + ": at least 0");
    }
    if (float32Scales != null && dtype == DType.FLOAT32) {
      throw CommandException.usage(
          "--float32-scales " + float32Scales + " without --dtype bf16: in f32 all scales are");
    }
  }

  /** Loads an opened model into memory. */
  ImageGenerator load(OpenModel opened) {
    setThreads();
    return ImageGenerator.load(() -> opened, options());
  }

  /** Loads an opened tokenizer into memory. */
  ImageTokenizer load(OpenTokenizer opened) {
    setThreads();
    return ImageTokenizer.load(() -> opened, options());
  }

  private void setThreads() {
    if (threads != null) {
      Torch.setThreads(threads);
    }
  }

  private LoadOptions options() {
    return new LoadOptions(device, dtype, float32Scales);
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
    if (float32Scales != null) {
      arguments.addAll(List.of("--float32-scales", float32Scales.toString()));
    }
    if (!device.equals(Device.CPU)) {
      arguments.addAll(List.of("--device", device.toString()));
    }
    return arguments;
  }
}
