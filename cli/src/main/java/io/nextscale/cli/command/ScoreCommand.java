package io.nextscale.cli.command;

import io.nextscale.cli.option.ClassList;
import io.nextscale.cli.option.ImageBatch;
import io.nextscale.cli.option.ModelOptions;
import io.nextscale.cli.option.OptionNames;
import io.nextscale.cli.option.TokenOptions;
import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.OutputPath;
import io.nextscale.cli.output.Progress;
import io.nextscale.cli.output.ScoreListing;
import io.nextscale.cli.output.TensorFile;
import io.nextscale.torch.DType;
import io.nextscale.train.data.ImageSet;
import io.nextscale.train.score.ClassFolders;
import io.nextscale.train.score.FolderScore;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Score;
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
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale score}: measures how well the transformer predicts images. */
@Command(
    description = {
      "Measures how well the transformer predicts images.",
      "Prints the mean cross-entropy (nats) and the accuracy of the tokens of each scale,"
          + " teacher-forced in one masked pass for each image."
    },
    footer = {
      "",
      "Example:  nextscale score --image a.png --class bird",
      "Folder:   nextscale score --data heldout --json"
    })
public final class ScoreCommand implements Runnable {
  private static final int DEFAULT_BATCH = 4;

  private final Console console;

  @Mixin private TokenOptions source = new TokenOptions();

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description =
          "Score all images of a folder that has a sub-folder for each class, with its name or"
              + " number. If FOLDER has a classes.txt, its lines name the sub-folders, from class 0"
              + " on. Also prints L_last, L_all, Err_last and Err_all: cross-entropy and share of"
              + " wrong tokens, of the last scale and of all.")
  private @Nullable Path data;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "With --data: largest number of images computed at a time (default: 4).")
  private @Nullable Integer batch;

  @Option(
      names = "--class",
      paramLabel = "CLASS,...",
      description =
          "Classes, names or numbers: one for each image, or one for all (default: labels (B) of"
              + " the file of tokens).")
  private List<String> classes = new ArrayList<>();

  @Option(
      names = {"--out", "--trace"},
      paramLabel = "FILE.safetensors",
      description = "Write logits, float32 (B, L, V), and tokens, int64 (B, L).")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Mixin private ModelOptions model = ModelOptions.withoutGeneration();

  /** A command that prints to a console. */
  public ScoreCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (data == null) {
      scoreImages();
    } else {
      scoreFolder(data);
    }
  }

  private void scoreImages() {
    if (batch != null) {
      throw CommandException.usage("--batch %s needs --data".formatted(batch));
    }
    source.check("--data");
    ClassList.check(classes);
    if (classes.isEmpty() && source.given().names().contains("--image")) {
      throw missingClass();
    }
    new OutputPath("--out", out).requireFile(".safetensors");
    try (OpenModel opened = model.open();
        Progress progress = new Progress(console)) {
      ModelSpec spec = opened.spec();
      ClassList.parse(classes, spec).classes().forEach(spec::classId);
      TokenOptions.Given given = source.read(spec.tokenizerSpec());
      given.input().warnings().forEach(console::warn);
      spec.requireScales(given.scales());
      List<String> labels = labels(given, spec);
      labels.forEach(spec::classId);
      TensorFile.requireRoom(
          "logits of the scales " + given.scales(),
          given.scales().tokens(),
          spec.tokenizer().vocabularySize());
      progress.status("loading " + spec.name());
      try (ImageGenerator generator = model.load(opened)) {
        TokenMaps maps = given.tokenization(generator::tokenize, progress).tokens();
        ScoreListing listing = score(generator, maps, labels, progress);
        progress.clear();
        console.print(json ? listing.json() : listing.table());
      }
    }
  }

  private List<String> labels(TokenOptions.Given input, ModelSpec spec) {
    ClassList given =
        classes.isEmpty() ? new ClassList(input.labels()) : ClassList.parse(classes, spec);
    if (given.classes().isEmpty()) {
      throw missingClass();
    }
    return given.forImages(input.count());
  }

  private static CommandException missingClass() {
    return CommandException.usage("--class is missing: one for each image, or one for all");
  }

  private ScoreListing score(
      ImageGenerator generator, TokenMaps maps, List<String> labels, Progress progress) {
    int vocabulary = generator.spec().tokenizer().vocabularySize();
    long each = (long) maps.scales().tokens() * vocabulary * Float.BYTES;
    Score sum = null;
    List<Double> perImage = new ArrayList<>();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment logits = arena.allocate(out == null ? 0 : maps.batch() * each, Float.BYTES);
      for (int b = 0; b < maps.batch(); b++) {
        Score score = generator.score(maps.slice(b, b + 1), List.of(labels.get(b)), out != null);
        sum = sum == null ? score : sum.plus(score);
        perImage.add(score.meanCrossEntropy());
        if (out != null) {
          float[] row = score.logits();
          MemorySegment.copy(row, 0, logits, ValueLayout.JAVA_FLOAT, b * each, row.length);
        }
        progress.step(b + 1, maps.batch(), "scored image %s/%s".formatted(b + 1, maps.batch()));
      }
      if (out != null) {
        new TensorFile()
            .addTokens("tokens", maps)
            .add("logits", DType.FLOAT32, logits, maps.batch(), maps.scales().tokens(), vocabulary)
            .write(
                out, Map.of("model", generator.spec().name(), "scales", maps.scales().toString()));
      }
    }
    return new ScoreListing(Objects.requireNonNull(sum, "no image"), perImage);
  }

  private void scoreFolder(Path folder) {
    List<String> beside = new ArrayList<>(source.given().names());
    beside.addAll(
        OptionNames.given(List.of("--class", "--out"), !classes.isEmpty(), out != null).names());
    if (!beside.isEmpty()) {
      throw CommandException.usage("--data excludes " + new OptionNames(beside).and());
    }
    source.selection();
    int size = batch == null ? DEFAULT_BATCH : batch;
    new ImageBatch(size).check();
    try (OpenModel opened = model.open();
        Progress progress = new Progress(console)) {
      ModelSpec spec = opened.spec();
      Scales scales = source.selection().of(spec);
      ImageSet images = new ClassFolders(folder, spec).read();
      progress.status("loading " + spec.name());
      try (ImageGenerator generator = model.load(opened)) {
        FolderScore scoring =
            new FolderScore(generator, scales, new FolderProgress(console, progress));
        ScoreListing listing = new ScoreListing(scoring.score(images, size), List.of());
        progress.clear();
        int skipped = scoring.skipped();
        console.print(json ? listing.folderJson(skipped) : listing.folderTable(skipped));
      }
    }
  }

  /** Shows at most one line for each percent of the images. */
  private static final class FolderProgress implements FolderScore.Listener {
    private final Console console;
    private final Progress progress;
    private int shownPercent;

    FolderProgress(Console console, Progress progress) {
      this.console = console;
      this.progress = progress;
    }

    @Override
    public void progressed(int done, int total) {
      int percent = (int) (100L * done / total);
      if (percent > shownPercent) {
        progress.step(done, total, "scored image %s/%s".formatted(done, total));
        shownPercent = percent;
      }
    }

    @Override
    public void skipped(String problem) {
      progress.clear();
      console.warn("skipped: " + problem);
    }
  }
}
