package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.FileName;
import io.nextscale.models.DemoModel;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ImageTokenizer;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.TokenizerSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The model of a command, and how it computes. */
public final class ModelOptions {
  /** Prefix of the names of published architectures. */
  public static final String PRESET = "preset:";

  /** Prefix of the names of embedded models. */
  public static final String DEMO = "demo:";

  private final String demo;

  @Option(
      names = "--model",
      paramLabel = "FOLDER|demo:NAME|preset:NAME",
      description = {
        "Folder with vae.* and transformer.* (.pth or .safetensors), or files with the names of"
            + " published ones, and perhaps a config.json; or a published"
            + " architecture with --random-weights: preset:var-d16, preset:flexvar-d16 or another.",
        "Default: the embedded demo model, 64x64 emoji: demo:emoji-var, and"
            + " demo:emoji-flexvar for refine and expand."
      })
  private @Nullable String model;

  @Option(
      names = "--vae",
      paramLabel = "FILE",
      description =
          "Weights of the tokenizer; their shapes tell the configuration. Needs --transformer,"
              + " except for tokenize and reconstruct.")
  private @Nullable Path vae;

  @Option(
      names = "--transformer",
      paramLabel = "FILE",
      description = "Weights of the transformer; needs --vae.")
  private @Nullable Path transformer;

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description =
          "Key of the weights in a .pth file of --transformer that holds several, such as ema;"
              + " without --transformer, in that of --vae (default: the first usual key).")
  private @Nullable String key;

  @Option(
      names = "--random-weights",
      paramLabel = "SEED",
      description = "Random weights for a preset: for benchmarks, the images are noise.")
  private @Nullable Long randomWeights;

  @Mixin private final ComputeOptions compute;

  private ModelOptions(String demo, ComputeOptions compute) {
    this.demo = demo;
    this.compute = compute;
  }

  /** Options of a command that does not generate. */
  public static ModelOptions withoutGeneration() {
    return new ModelOptions(DemoModel.VAR, new ComputeOptions());
  }

  /**
   * Options of a command that generates.
   *
   * @param demo the embedded model that is the default
   */
  public static ModelOptions ofGeneration(String demo) {
    return new ModelOptions(demo, new GenerationComputeOptions());
  }

  /**
   * Checks the options.
   *
   * @throws CommandException if they contradict each other or one is out of range
   */
  public void check() {
    compute.check();
    source();
  }

  /** Opens the files and reads the configuration, without libtorch. */
  public OpenModel open() {
    compute.check();
    ModelSource source = source();
    compute.requireDevice();
    return source.open();
  }

  /** Opens the tokenizer's file and reads its configuration, without libtorch. */
  public OpenTokenizer openTokenizer() {
    compute.check();
    TokenizerSource source = tokenizerSource();
    compute.requireDevice();
    return source.open();
  }

  /** Loads an opened model into memory. */
  public ImageGenerator load(OpenModel opened) {
    return ImageGenerator.load(() -> opened, compute.apply());
  }

  /**
   * Loads an opened model into memory.
   *
   * @param calls at work or waiting, beyond which the generator refuses
   */
  public ImageGenerator load(OpenModel opened, int calls) {
    return ImageGenerator.load(() -> opened, compute.apply().withMaxCalls(calls));
  }

  /** Whether no model was named, so that the embedded one is meant. */
  public boolean isDefault() {
    return model == null && vae == null && transformer == null;
  }

  /** The same options with another embedded model as the default. */
  public ModelOptions withDemo(String name) {
    return new ModelOptions(name, compute);
  }

  /** Loads an opened tokenizer into memory. */
  public ImageTokenizer load(OpenTokenizer opened) {
    return ImageTokenizer.load(() -> opened, compute.apply());
  }

  private ModelSource source() {
    requireConsistentFiles();
    if (vae != null && transformer == null) {
      throw CommandException.usage(
          ("--transformer FILE is missing beside --vae %s: a tokenizer alone is enough for"
                  + " tokenize and reconstruct only")
              .formatted(vae));
    }
    boolean preset = model != null && model.startsWith(PRESET);
    if (randomWeights != null && !preset) {
      throw CommandException.usage("--random-weights needs --model preset:NAME");
    }
    if (vae != null && transformer != null) {
      return ModelSource.files(vae, transformer, key);
    }
    if (model == null) {
      return DemoModel.source(demo);
    }
    if (model.startsWith(DEMO)) {
      return DemoModel.source(model.substring(DEMO.length()));
    }
    if (!preset) {
      return ModelSource.folder(FileName.of(model));
    }
    if (randomWeights == null) {
      throw CommandException.usage(
          ("--model %s is an architecture without weights: add --random-weights SEED, or name a"
                  + " folder with trained weights")
              .formatted(model));
    }
    return ModelSource.randomPreset(model.substring(PRESET.length()), randomWeights);
  }

  private TokenizerSource tokenizerSource() {
    requireConsistentFiles();
    if (vae != null && transformer == null) {
      return TokenizerSource.file(vae, key);
    }
    if (model == null || model.startsWith(PRESET) || model.startsWith(DEMO)) {
      return TokenizerSource.of(source());
    }
    return TokenizerSource.folder(FileName.of(model));
  }

  private void requireConsistentFiles() {
    if (transformer != null && vae == null) {
      throw CommandException.usage("--vae FILE is missing beside --transformer " + transformer);
    }
    if (model != null && vae != null) {
      throw CommandException.usage("--model and --vae exclude each other");
    }
    if (key != null && vae == null) {
      throw CommandException.usage("--key %s needs --vae".formatted(key));
    }
  }

  /** The options that name the same model and computation again. */
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (model != null) {
      arguments.addAll(List.of("--model", model));
    }
    if (vae != null && transformer != null) {
      arguments.addAll(List.of("--vae", vae.toString(), "--transformer", transformer.toString()));
    }
    if (key != null) {
      arguments.addAll(List.of("--key", key));
    }
    if (randomWeights != null) {
      arguments.add("--random-weights=" + randomWeights);
    }
    arguments.addAll(compute.arguments());
    return arguments;
  }
}
