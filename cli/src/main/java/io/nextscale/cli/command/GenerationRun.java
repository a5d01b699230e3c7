package io.nextscale.cli.command;

import io.nextscale.cli.option.ModelOptions;
import io.nextscale.cli.option.OutputOptions;
import io.nextscale.cli.option.SamplingOptions;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.OutputNames;
import io.nextscale.cli.output.PhaseTimes;
import io.nextscale.cli.output.Previews;
import io.nextscale.cli.output.Progress;
import io.nextscale.cli.output.Reproduction;
import io.nextscale.cli.output.ScaleImages;
import io.nextscale.cli.output.Trace;
import io.nextscale.torch.Torch;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ScaleEvent;
import io.nextscale.var.edit.Edit;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.scale.Scales;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Generates images in batches and writes the files that the options name: {@code sample}, {@code
 * edit}, {@code refine} and {@code expand}.
 */
final class GenerationRun {
  /** The part of a generation in which the commands differ. */
  interface Task {
    /** Checks what needs the model and no file; throws if the model cannot do the task. */
    void check(ModelSpec spec);

    /** The scales of the images, after reading the files of the task. */
    Scales scales(ModelSpec spec);

    /** The classes, one for each image. */
    List<String> classes(ModelSpec spec);

    /** The edit of the images {@code from} to {@code to} (exclusive); null for no edit. */
    @Nullable Edit edit(int from, int to);

    /** The arguments of this task that make image {@code index}, of this class, again. */
    List<String> arguments(int index, int classId);
  }

  /** A task with everything that depends on the model. */
  private record Job(
      Task task, ModelSpec spec, Scales scales, List<String> classes, OutputNames names) {}

  private final String command;
  private final Console console;
  private final ModelOptions model;
  private final SamplingOptions sampling;
  private final OutputOptions output;
  private final PhaseTimes times = new PhaseTimes();
  private final List<BufferedImage> sheetImages = new ArrayList<>();
  private final List<String> sheetLabels = new ArrayList<>();

  GenerationRun(
      String command,
      Console console,
      ModelOptions model,
      SamplingOptions sampling,
      OutputOptions output) {
    this.command = command;
    this.console = console;
    this.model = model;
    this.sampling = sampling;
    this.output = output;
  }

  /** Checks everything, loads the model, generates and writes. */
  void run(Task task) {
    long start = System.nanoTime();
    sampling.check();
    output.check();
    try (OpenModel opened = model.open()) {
      Job job = check(task, opened.spec());
      try (Progress progress = new Progress(console)) {
        progress.status("loading " + job.spec.name());
        PngFile.preload();
        long libtorchStart = System.nanoTime();
        Torch.library();
        double libtorchSeconds = Console.secondsSince(libtorchStart);
        try (ImageGenerator generator = model.load(opened);
            Trace trace = trace(job)) {
          times.loaded(libtorchSeconds, Console.secondsSince(start));
          generate(generator, job, progress, trace);
        }
      }
    }
  }

  /** Checks everything that does not need weights. */
  private Job check(Task task, ModelSpec spec) {
    sampling.sampling(spec);
    task.check(spec);
    Scales scales = task.scales(spec);
    sampling.guidance(spec, scales);
    List<String> classes = task.classes(spec);
    OutputNames names = output.names(classes.size());
    if (output.trace() != null) {
      int batch = Math.min(output.batch(), classes.size());
      Trace.requireRoom(spec, scales, classes.size(), batch);
    }
    if (output.sheet() != null) {
      ScaleImages.SHEET.requireRoom(classes.size(), spec.imageSize(scales));
    }
    spec.warnings(scales).forEach(console::warn);
    return new Job(task, spec, scales, classes, names);
  }

  private @Nullable Trace trace(Job job) {
    return output.trace() == null ? null : new Trace(job.spec, job.scales, job.classes.size());
  }

  private void generate(
      ImageGenerator generator, Job job, Progress progress, @Nullable Trace trace) {
    int count = job.classes.size();
    Previews previews = new Previews(output.preview(), output.gif(), count);
    String step = job.spec.transformer().network().scaleByScale() ? "scale" : "row";
    for (int from = 0; from < count; from += output.batch()) {
      int to = Math.min(from + output.batch(), count);
      Batch batch = new Batch(from, to, count, step, progress, previews, trace);
      GenerationResult result = generator.generate(request(batch, job));
      times.add(result.timings());
      progress.clear();
      write(result, from, job);
      previews.finish(from, to - from, console);
      if (trace != null) {
        trace.addBatch(result);
      }
    }
    finish(trace, job);
  }

  private GenerationRequest request(Batch batch, Job job) {
    List<String> classes = job.classes.subList(batch.from, batch.to);
    GenerationRequest.Builder request =
        GenerationRequest.of(classes.toArray(String[]::new))
            .seed(sampling.seed() + batch.from)
            .scales(job.scales)
            .guidance(sampling.guidance(job.spec, job.scales))
            .sampling(sampling.sampling(job.spec))
            .onScale(batch::scaleDone);
    Edit edit = job.task.edit(batch.from, batch.to);
    return (edit == null ? request : request.edit(edit)).build();
  }

  private void write(GenerationResult result, int first, Job job) {
    for (int b = 0; b < result.images().size(); b++) {
      GeneratedImage image = result.images().get(b);
      BufferedImage pixels = image.toBufferedImage();
      Map<String, String> text = new LinkedHashMap<>(image.parameters());
      text.put(Reproduction.KEYWORD, reproduction(job, first + b, image).shellLine());
      Path file = job.names.file(first + b);
      PngFile.write(file, pixels, text);
      console.print(file);
      if (output.sheet() != null) {
        sheetImages.add(pixels);
        sheetLabels.add(job.spec.className(image.classId()));
      }
    }
  }

  /** The command that makes image {@code index} again, alone. */
  private Reproduction reproduction(Job job, int index, GeneratedImage image) {
    List<String> arguments = new ArrayList<>(List.of("nextscale", command));
    arguments.addAll(model.arguments());
    arguments.addAll(job.task.arguments(index, image.classId()));
    if (!job.scales.equals(job.spec.scales())) {
      arguments.addAll(List.of("--scales", job.scales.toString()));
    }
    arguments.addAll(sampling.arguments(job.spec, image.seed()));
    return new Reproduction(arguments);
  }

  private void finish(@Nullable Trace trace, Job job) {
    Path sheet = output.sheet();
    if (sheet != null) {
      BufferedImage pixels = ScaleImages.SHEET.render(sheetImages, sheetLabels);
      PngFile.write(sheet, pixels, Map.of("Software", "Nextscale"));
      console.print(sheet);
    }
    Path traceFile = output.trace();
    if (traceFile != null && trace != null) {
      trace.write(traceFile, Map.of("model", job.spec.name(), "scales", job.scales.toString()));
      console.print(traceFile);
    }
    Path timings = output.timings();
    if (timings != null) {
      times.write(timings, job.classes.size(), console.seconds());
      console.print(timings);
    }
  }

  /**
   * Follows the scales of one batch, images {@code from} to {@code to} of {@code count}; of a
   * raster model the rows of tokens.
   */
  private record Batch(
      int from,
      int to,
      int count,
      String step,
      Progress progress,
      Previews previews,
      @Nullable Trace trace) {
    void scaleDone(ScaleEvent event) {
      String images = "";
      if (count > 1) {
        images =
            to - from == 1
                ? "image %s of %s: ".formatted(to, count)
                : "images %s-%s of %s: ".formatted(from + 1, to, count);
      }
      String scale =
          "%s %s/%s (%sx%s)"
              .formatted(
                  step,
                  event.index() + 1,
                  event.count(),
                  event.scale().height(),
                  event.scale().width());
      progress.step(event.index() + 1, event.count(), images + scale);
      previews.addScale(from, event);
      if (trace != null) {
        trace.addScale(from, event);
      }
    }
  }
}
