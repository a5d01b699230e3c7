package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.train.data.ImageSet;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Score;
import io.nextscale.var.json.Json;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale score}: how well the transformer predicts images. */
@Command(
    description = {
      "Tells how well the transformer predicts images.",
      "Mean cross-entropy (nats) and accuracy of their tokens by scale, teacher-forced in one",
      "masked pass for each image."
    },
    footer = {
      "",
      "Example:  nextscale score --image a.png --class bird",
      "A data set:  nextscale score --data heldout --json"
    })
final class ScoreCommand implements Runnable {
  private static final int BATCH = 4;
  private static final int MOST_AT_A_TIME = 1024;

  private final Io io;

  @Mixin private TokenSource source = new TokenSource();

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description =
          "All images of a folder instead, in a sub-folder for each class: its name or number."
              + " With a classes.txt in FOLDER its lines name the sub-folders, from class 0 on."
              + " Also tells L_last, L_all, Err_last and Err_all: cross-entropy and share of wrong"
              + " tokens, of the last scale and of all.")
  private @Nullable Path data;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "With --data: images computed at a time (default: 4).")
  private @Nullable Integer batch;

  @Option(
      names = "--class",
      paramLabel = "CLASS,...",
      description =
          "Names or numbers: one for each image, or one for all (default: labels (B) of the file"
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
    Path folder = data;
    if (folder != null) {
      runFolder(folder);
      return;
    }
    if (batch != null) {
      throw CommandException.usage("--batch " + batch + ": it needs --data");
    }
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

  private void runFolder(Path folder) {
    source.requireNone("--data");
    if (!classes.isEmpty() || out != null) {
      throw CommandException.usage(
          "--data and " + (out == null ? "--class" : "--out") + " exclude each other");
    }
    int atATime = batch == null ? BATCH : batch;
    if (atATime < 1 || atATime > MOST_AT_A_TIME) {
      throw CommandException.usage("--batch " + atATime + ": 1 to " + MOST_AT_A_TIME);
    }
    try (OpenModel opened = model.open();
        Progress progress = new Progress(io, quiet)) {
      ModelSpec spec = opened.spec();
      Scales scales = source.selection().of(spec);
      ImageSet images = FolderClasses.read(folder, spec);
      progress.status("loading " + spec.name());
      try (ImageGenerator generator = model.load(opened)) {
        FolderScore scoring = new FolderScore(generator, scales, io, progress);
        ScoreTable table = scoring.of(images, atATime);
        io.out().println(json ? Json.write(map(table, scoring)) : text(table, scoring));
      }
    }
  }

  private static Map<String, Object> map(ScoreTable table, FolderScore scoring) {
    Map<String, Object> map = table.toMap();
    map.put("skipped", scoring.skipped());
    return map;
  }

  private static String text(ScoreTable table, FolderScore scoring) {
    StringBuilder text = new StringBuilder(table.toString());
    text.append(scoring.skipped() == 0 ? "" : ", " + scoring.skipped() + " skipped");
    text.append(System.lineSeparator());
    String separator = "";
    for (Map.Entry<String, Double> figure : table.scalingLaws().entrySet()) {
      text.append(separator)
          .append(String.format(Locale.ROOT, "%s %.6f", figure.getKey(), figure.getValue()));
      separator = "  ";
    }
    return text.toString();
  }

  private List<String> labels(TokenSource.Given input) {
    List<String> given =
        classes.isEmpty() ? input.labels() : OptionTypes.entries("--class", classes);
    if (given.isEmpty()) {
      throw CommandException.usage("--class is missing: one for each image, or one for all");
    }
    return ClassLists.forImages(given, input.count());
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
