package io.nextscale.cli;

import io.nextscale.torch.Torch;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageEdit;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ScaleEvent;
import io.nextscale.var.generate.Guidance;
import io.nextscale.var.generate.Sampling;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.scale.Scales;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Generates images batch by batch and writes what was asked for: {@code sample}, {@code edit},
 * {@code refine} and {@code expand}.
 */
final class GenerationRun {
  /** What one of the commands adds to the images. */
  interface Task {
    /** The scales of the images; checks the task against the model. */
    Scales scales(ModelSpec spec);

    /** The classes, one for each image. */
    List<String> classes(ModelSpec spec);

    /** What happens to images of one's own, of those from one to another (exclusive). */
    @Nullable ImageEdit images(int from, int to);

    /** The arguments that are this task's own, for image i of that class. */
    List<String> arguments(int index, int classId);
  }

  /** A task with everything decided that the model decides. */
  private record Job(Task task, Scales scales, List<String> classes, OutputNames names) {}

  private final String command;
  private final Io io;
  private final ModelOptions model;
  private final SamplingOptions sampling;
  private final OutputOptions output;
  private final PhaseTimes times = new PhaseTimes();
  private final List<BufferedImage> sheetImages = new ArrayList<>();
  private final List<String> sheetLabels = new ArrayList<>();

  GenerationRun(
      String command, Io io, ModelOptions model, SamplingOptions sampling, OutputOptions output) {
    this.command = command;
    this.io = io;
    this.model = model;
    this.sampling = sampling;
    this.output = output;
  }

  /** Checks everything, loads the model, generates and writes. */
  void run(Task task) {
    long start = System.nanoTime();
    try (OpenModel opened = model.open()) {
      ModelSpec spec = opened.spec();
      sampling.guidance(spec);
      sampling.sampling(spec);
      Scales scales = task.scales(spec);
      List<String> classes = task.classes(spec);
      classes.forEach(spec::classId);
      OutputNames names = OutputNames.of("--out", output.out, ".png", classes.size());
      output.check(classes.size());
      if (output.trace != null) {
        Trace.requireRoom(spec, scales, classes.size(), Math.min(output.batch, classes.size()));
      }
      if (output.sheet != null) {
        OutputOptions.SHEET.requireRoom(classes.size(), spec.imageSize(scales));
      }
      spec.warnings(scales).forEach(io::warn);
      Job job = new Job(task, scales, classes, names);
      try (Progress progress = new Progress(io, output.quiet)) {
        progress.status("loading " + spec.name());
        Thread.ofPlatform().daemon().start(GenerationRun::prepareImages);
        long libtorchStart = System.nanoTime();
        Torch.library();
        double libtorchSeconds = Io.since(libtorchStart);
        try (ImageGenerator generator = model.load(opened);
            Trace trace = output.trace == null ? null : new Trace(spec, scales, classes.size())) {
          times.loaded(libtorchSeconds, Io.since(start));
          generate(generator, job, progress, trace);
        }
      }
    }
  }

  /** Loads Java's image classes, on the side: that takes longer than to write an image. */
  private static void prepareImages() {
    PixelArray.of(1, 1, new float[3]).toImage();
    ImageIO.getImageWritersByFormatName("png").hasNext();
  }

  private void generate(
      ImageGenerator generator, Job job, Progress progress, @Nullable Trace trace) {
    ModelSpec spec = generator.spec();
    List<String> classes = job.classes;
    Previews previews = new Previews(output, classes.size());
    for (int from = 0; from < classes.size(); from += output.batch) {
      int to = Math.min(from + output.batch, classes.size());
      Batch batch = new Batch(from, to, classes, progress, previews, trace);
      GenerationResult result = generator.generate(request(batch, job, spec));
      times.add(result.timings());
      progress.clear();
      write(result, from, job, spec);
      previews.finish(from, to - from, io);
      if (trace != null) {
        trace.batch(result);
      }
    }
    finish(trace, job, spec);
  }

  private GenerationRequest request(Batch batch, Job job, ModelSpec spec) {
    Guidance guidance = sampling.guidance(spec);
    Sampling draw = sampling.sampling(spec);
    GenerationRequest.Builder request =
        GenerationRequest.of(batch.classes.subList(batch.from, batch.to).toArray(String[]::new))
            .seed(sampling.seed() + batch.from)
            .scales(job.scales)
            .guidance(guidance)
            .sampling(draw)
            .onScale(batch::scaleDone);
    ImageEdit images = job.task.images(batch.from, batch.to);
    return (images == null ? request : request.edit(images)).build();
  }

  private void write(GenerationResult result, int first, Job job, ModelSpec spec) {
    for (int b = 0; b < result.images().size(); b++) {
      GeneratedImage image = result.images().get(b);
      BufferedImage pixels = image.toBufferedImage();
      Map<String, String> text = new LinkedHashMap<>(image.parameters());
      text.put(Reproduction.KEYWORD, Reproduction.shell(again(job, first + b, image, spec)));
      java.nio.file.Path file = job.names.file(first + b);
      PngFile.write(file, pixels, text);
      io.out().println(file);
      if (output.sheet != null) {
        sheetImages.add(pixels);
        sheetLabels.add(spec.className(image.classId()));
      }
    }
  }

  /** The command that makes image i alone again. */
  private List<String> again(Job job, int index, GeneratedImage image, ModelSpec spec) {
    List<String> again = new ArrayList<>(List.of("nextscale", command));
    again.addAll(model.arguments());
    again.addAll(job.task.arguments(index, image.classId()));
    if (!job.scales.equals(spec.scales())) {
      again.addAll(List.of("--scales", job.scales.toString()));
    }
    again.addAll(sampling.arguments(spec, image.seed()));
    return again;
  }

  private void finish(@Nullable Trace trace, Job job, ModelSpec spec) {
    if (output.sheet != null) {
      BufferedImage sheet = OutputOptions.SHEET.render(sheetImages, sheetLabels);
      PngFile.write(output.sheet, sheet, Map.of("Software", "Nextscale"));
      io.out().println(output.sheet);
    }
    if (output.trace != null && trace != null) {
      trace.write(output.trace, Map.of("model", spec.name(), "scales", job.scales.toString()));
      io.out().println(output.trace);
    }
    if (output.timings != null) {
      times.write(output.timings, job.classes.size(), io.seconds());
      io.out().println(output.timings);
    }
  }

  /** Follows one batch from scale to scale. */
  private record Batch(
      int from,
      int to,
      List<String> classes,
      Progress progress,
      Previews previews,
      @Nullable Trace trace) {
    void scaleDone(ScaleEvent event) {
      String images =
          classes.size() == 1
              ? ""
              : "images " + (from + 1) + "-" + to + " of " + classes.size() + ": ";
      progress.step(
          event.index() + 1,
          event.count(),
          images
              + "scale "
              + (event.index() + 1)
              + "/"
              + event.count()
              + " ("
              + event.scale().height()
              + "x"
              + event.scale().width()
              + ")");
      previews.scale(from, event);
      if (trace != null) {
        trace.scale(from, event);
      }
    }
  }
}
