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

  @Mixin private TokenSource source = new TokenSource();

  @Option(
      names = "--class",
      paramLabel = "CLASS,...",
      description =
          "Names or numbers: one for each picture, or one for all (default: labels (B) of the file"
              + " of tokens).")
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
    source.check();
    OptionTypes.entries("--class", classes);
    OutputFiles.requireFile("--out", out, ".safetensors");
    try (OpenModel opened = model.open();
        Progress progress = new Progress(io, quiet)) {
      ModelSpec spec = opened.spec();
      TokenSource.Given given = source.read(spec.tokenizerSpec());
      spec.requireScales(given.scales());
      List<String> labels = labels(given);
      labels.forEach(spec::classId);
      ArrayLimit.require(
          "logits of the scales " + given.scales(),
          given.scales().tokens(),
          spec.tokenizer().vocabularySize());
      progress.status("loading " + spec.name());
      try (ImageGenerator generator = model.load(opened)) {
        TokenMaps maps = given.tokenization(generator::tokenize, progress).tokens();
        ScoreTable table = score(generator, maps, labels, progress);
        progress.clear();
        io.out().println(json ? Json.write(table.toMap()) : table.toString());
      }
    }
  }

  private List<String> labels(TokenSource.Given input) {
    List<String> given =
        classes.isEmpty() ? input.labels() : OptionTypes.entries("--class", classes);
    if (given.isEmpty()) {
      throw CommandException.usage("--class is missing: one for each picture, or one for all");
    }
    return ClassLists.forPictures(given, input.count());
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
            .tokens("tokens", maps)
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
