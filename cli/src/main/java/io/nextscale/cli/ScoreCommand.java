package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Score;
import io.nextscale.var.json.Json;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.scale.TokenMaps;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale score}: how well the transformer predicts pictures. */
@Command(
    description = {
      "Tells how well the transformer predicts pictures.",
      "Mean cross-entropy (nats) and accuracy of their tokens by scale, teacher-forced in one",
      "masked pass for each picture."
    },
    footer = {"", "Example:  nextscale score --image a.png --class bird"})
final class ScoreCommand implements Runnable {
  private final Io io;

  @Option(
      names = "--image",
      paramLabel = "FILE,...",
      description = "PNG or JPEG files of the model's size, or one .safetensors with image.")
  private List<String> images = new ArrayList<>();

  @Option(
      names = "--tokens",
      paramLabel = "FILE.safetensors",
      description = {
        "Token maps instead: tokens (B, L), or tokens_K_HxW (B, HW) for each scale;",
        "labels (B) of the file stand in for --class."
      })
  private @Nullable Path tokens;

  @Option(
      names = "--class",
      paramLabel = "CLASS,...",
      description = "Names or numbers: one for each picture, or one for all.")
  private List<String> classes = new ArrayList<>();

  @Option(
      names = {"--out", "--trace"},
      paramLabel = "FILE.safetensors",
      description = "logits, float32 (B, L, V), and tokens, int64 (B, L).")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Option(names = "--quiet", description = "No progress on stderr.")
  private boolean quiet;

  @Mixin private ModelOptions model = new ModelOptions();

  ScoreCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    if (images.isEmpty() == (tokens == null)) {
      throw CommandException.usage(
          tokens == null
              ? "--image or --tokens is missing"
              : "--image and --tokens exclude each other");
    }
    OutputFiles.requireFile("--out", out, ".safetensors");
    try (OpenModel opened = model.open();
        Progress progress = new Progress(io, quiet)) {
      ModelSpec spec = opened.spec();
      PictureInput input = PictureInput.read(images);
      input.requireSize(spec);
      TokenInput given = tokens == null ? null : TokenInput.read(tokens, spec);
      List<String> labels =
          labels(
              given == null ? List.of() : given.labels(),
              given == null ? input.count() : given.tokens().batch());
      labels.forEach(spec::classId);
      progress.status("loading " + spec.name());
      try (ImageGenerator generator = model.load(opened)) {
        TokenMaps maps =
            given == null
                ? Tokenization.of(generator, input.pictures(), progress).tokens()
                : given.tokens();
        ScoreTable table = score(generator, maps, labels, progress);
        progress.clear();
        io.out().println(json ? Json.write(table.toMap()) : table.toString());
      }
    }
  }

  private List<String> labels(List<String> inFile, int pictures) {
    List<String> given = classes.isEmpty() ? inFile : OptionTypes.entries("--class", classes);
    if (given.isEmpty()) {
      throw CommandException.usage("--class is missing: one for each picture, or one for all");
    }
    if (given.size() == 1) {
      return Collections.nCopies(pictures, given.getFirst());
    }
    if (given.size() != pictures) {
      throw CommandException.usage(
          "--class names "
              + given.size()
              + " classes for "
              + pictures
              + " pictures: expected one for each, or one for all");
    }
    return given;
  }

  private ScoreTable score(
      ImageGenerator generator, TokenMaps maps, List<String> labels, Progress progress) {
    ModelSpec spec = generator.spec();
    ScoreTable table = new ScoreTable(maps.scales());
    long each = (long) maps.scales().tokens() * spec.tokenizer().vocabularySize();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment logits =
          arena.allocate(out == null ? 0 : maps.batch() * each * Float.BYTES, Float.BYTES);
      for (int b = 0; b < maps.batch(); b++) {
        Score score = generator.score(maps.slice(b, b + 1), List.of(labels.get(b)), out != null);
        table.add(score);
        float[] values = score.logits();
        MemorySegment.copy(
            values,
            0,
            logits,
            ValueLayout.JAVA_FLOAT,
            b * each * Float.BYTES * (out == null ? 0 : 1),
            values.length);
        progress.step(b + 1, maps.batch(), "scored " + (b + 1) + "/" + maps.batch());
      }
      if (out != null) {
        new Tensors()
            .tokens(maps)
            .add(
                "logits",
                DType.FLOAT32,
                logits,
                maps.batch(),
                maps.scales().tokens(),
                spec.tokenizer().vocabularySize())
            .write(out, Map.of("model", spec.name(), "scales", maps.scales().toString()));
      }
    }
    return table;
  }
}
