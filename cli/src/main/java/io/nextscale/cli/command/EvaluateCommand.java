package io.nextscale.cli.command;

import io.nextscale.cli.option.ImageBatch;
import io.nextscale.cli.option.InputPath;
import io.nextscale.cli.option.ThreadOptions;
import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.EvaluationListing;
import io.nextscale.cli.output.ImageRate;
import io.nextscale.cli.output.OutputPath;
import io.nextscale.cli.output.Progress;
import io.nextscale.evaluate.EvaluatedSet;
import io.nextscale.evaluate.Evaluation;
import io.nextscale.evaluate.EvaluationOptions;
import io.nextscale.evaluate.EvaluationProtocol;
import io.nextscale.evaluate.ImageEvaluator;
import io.nextscale.evaluate.KernelSubsets;
import io.nextscale.evaluate.image.ImageSet;
import io.nextscale.torch.DType;
import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale evaluate}: measures a set of samples as the papers do. */
@Command(
    description = {
      "Measures a set of samples as the papers do: FID, sFID, Inception Score, precision, recall.",
      "Needs the weights of the Inception network: docs/EVALUATION.md says where to get them.",
      "An evaluation that was stopped goes on where it ended if it is started again with the same"
          + " --features."
    },
    footer = {
      "",
      "Example:",
      "  nextscale evaluate --samples samples \\",
      "    --reference VIRTUAL_imagenet256_labeled.npz \\",
      "    --inception pt_inception-2015-12-05-6726825d.pth",
      "Statistics for later:",
      "  nextscale evaluate --samples photos --statistics photos.npz \\",
      "    --inception pt_inception-2015-12-05-6726825d.pth"
    })
public final class EvaluateCommand implements Runnable {

  private final Console console;

  @Option(
      names = "--samples",
      paramLabel = "FOLDER|FILE.npz",
      required = true,
      description = "The images: a folder, or an npz file with the array arr_0 (N, H, W, 3).")
  private @Nullable Path samples;

  @Option(
      names = "--reference",
      paramLabel = "FOLDER|FILE.npz",
      description =
          "Reference to compare with: statistics (mu, sigma, mu_s, sigma_s), images, or both.")
  private @Nullable Path reference;

  @Option(
      names = "--inception",
      paramLabel = "FILE.pth",
      required = true,
      description = "Weights of the Inception network, pt_inception-2015-12-05-6726825d.pth.")
  private @Nullable Path inception;

  @Option(
      names = "--any-inception",
      description = "Accept other weights; the figures then compare with no table.")
  private boolean anyInception;

  @Option(
      names = "--protocol",
      paramLabel = "openai|pytorch-fid|clean",
      description = "Evaluator to follow (default: openai).")
  private String protocol = EvaluationProtocol.OPENAI.toString();

  @Option(
      names = "--dtype",
      paramLabel = "f32|bf16",
      description = "Element type of the network (default: f32); bf16 moves the figures.")
  private DType dtype = DType.FLOAT32;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Largest number of images computed at a time (default: 16).")
  private int batch = EvaluationOptions.DEFAULTS.batch();

  @Option(
      names = "--features",
      paramLabel = "FOLDER|FILE.safetensors",
      description = {
        "A folder keeps the features of images, so that a stopped evaluation goes on.",
        "A file gets those of the samples: pool3 (N, 2048), spatial (N, 2023) and logits (N, 1008),"
            + " in the order of the files' names."
      })
  private @Nullable Path features;

  @Option(
      names = "--statistics",
      paramLabel = "FILE.npz",
      description = "Write the statistics of the samples, as a reference for later.")
  private @Nullable Path statistics;

  @Option(
      names = "--kid",
      description =
          "Also compute KID over 100 random subsets of 1000 images; needs a reference with images.")
  private boolean kid;

  @Option(names = "--json", paramLabel = "FILE.json", description = "Write the figures as JSON.")
  private @Nullable Path json;

  @Mixin private ThreadOptions threads = new ThreadOptions();

  /** A command that prints to a console. */
  public EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Path set = given(samples, "--samples");
    Path weights = given(inception, "--inception");
    check();
    new InputPath("--samples", set).requireExisting();
    new InputPath("--reference", reference).requireExisting();
    new InputPath("--inception", weights).requireExisting();
    ImageSet images = ImageSet.of(set);
    try (Progress progress = new Progress(console)) {
      progress.status("loading the Inception network");
      AtomicReference<@Nullable Evaluation> figures = new AtomicReference<>();
      boolean done =
          new StoppableWork(
                  stopped -> {
                    evaluate(weights, images, progress, stopped, figures);
                    return true;
                  })
              .run();
      progress.clear();
      if (done) {
        report(figures.get(), images);
      }
    }
  }

  private void check() {
    if (reference == null && statistics == null) {
      throw CommandException.usage(
          "--reference is missing: expected an npz file or a folder, or --statistics to write");
    }
    if (kid && reference == null) {
      throw CommandException.usage("--kid needs --reference: expected images to compare with");
    }
    if (json != null && reference == null) {
      throw CommandException.usage(
          "--json needs --reference: expected statistics or images to compare with");
    }
    new ImageBatch(batch).check();
    if (dtype != DType.FLOAT32 && dtype != DType.BFLOAT16) {
      throw CommandException.usage("--dtype: expected f32 or bf16");
    }
    protocol();
    new OutputPath("--statistics", statistics).requireFile(".npz");
    new OutputPath("--json", json).requireFile(".json");
    FeatureTarget.check(features);
    OutputPath.requireDistinct(
        new OutputPath("--statistics", statistics),
        new OutputPath("--json", json),
        new OutputPath(FeatureTarget.OPTION, features));
    threads.check();
    threads.apply();
  }

  private static Path given(@Nullable Path value, String option) {
    if (value == null) {
      throw CommandException.usage(option + " is missing");
    }
    return value;
  }

  private EvaluationProtocol protocol() {
    for (EvaluationProtocol known : EvaluationProtocol.values()) {
      if (known.toString().equals(protocol)) {
        return known;
      }
    }
    throw CommandException.usage(
        "--protocol %s: expected openai, pytorch-fid or clean".formatted(protocol));
  }

  private void evaluate(
      Path weights,
      ImageSet images,
      Progress progress,
      BooleanSupplier stopped,
      AtomicReference<@Nullable Evaluation> figures) {
    ImageRate rate = new ImageRate(progress);
    EvaluationOptions options =
        EvaluationOptions.DEFAULTS
            .withProtocol(protocol())
            .withDtype(dtype)
            .withBatch(batch)
            .withListener(rate::onImages)
            .withCancelled(stopped);
    options = kid ? options.withKernelDistance(KernelSubsets.DEFAULTS) : options;
    options = anyInception ? options.withAnyWeights() : options;
    try (FeatureTarget target = new FeatureTarget(features);
        ImageEvaluator evaluator = ImageEvaluator.load(weights, target.keepIn(options))) {
      if (reference != null) {
        figures.set(evaluator.evaluate(images.path(), reference));
      }
      if (statistics != null) {
        try (EvaluatedSet set = evaluator.features(images)) {
          evaluator.statistics(set).write(statistics);
        }
      }
      target.write(evaluator, images, protocol());
    } catch (CancellationException e) {
      if (FeatureTarget.goesOn(features)) {
        throw new CommandException("stopped: the same command goes on where this one ended", e);
      }
      throw e;
    }
  }

  private void report(@Nullable Evaluation figures, ImageSet images) {
    if (statistics != null) {
      console.print("wrote %s, statistics of %s images".formatted(statistics, images.size()));
    }
    if (figures == null) {
      return;
    }
    figures.warnings().forEach(console::warn);
    EvaluationListing listing = new EvaluationListing(figures);
    console.print(listing.table());
    if (json != null) {
      try {
        AtomicFile.write(json, listing.json() + "\n");
      } catch (IOException e) {
        throw new CommandException(
            "--json %s cannot be written: %s".formatted(json, e.getMessage()));
      }
    }
  }
}
