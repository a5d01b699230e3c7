package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.evaluate.EvaluationOptions;
import io.nextscale.evaluate.EvaluationProtocol;
import io.nextscale.evaluate.ImageEvaluator;
import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.inception.FormulaWeights;
import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.train.ModelTraining;
import io.nextscale.train.data.ImageCache;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.data.ImageDataException;
import io.nextscale.train.data.RgbImage;
import io.nextscale.train.metrics.MetricsHistory;
import io.nextscale.train.recipe.FidPlan;
import io.nextscale.train.recipe.PlanData;
import io.nextscale.train.recipe.RecipeFile;
import io.nextscale.train.recipe.RunPlan;
import io.nextscale.train.run.TrainingListener;
import io.nextscale.train.transformer.HeldOutFid;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.image.PngFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Fréchet distance from held-out images as a figure of a training, with formula weights. */
class HeldOutFidTest {
  private static final String RECIPE =
      """
      {"model": {"family": "var", "name": "small", "patch_nums": [1, 2, 4],
         "vae": {"vocab_size": 16, "z_channels": 4, "ch": 8, "ch_mult": [1, 1, 1],
                 "num_res_blocks": 1, "norm_groups": 4},
         "transformer": {"num_classes": 2, "depth": 1, "embed_dim": 16, "num_heads": 2}},
       "data": {"folder": "", "augmentation": {}},
       "tokenizer": {"batch": 4, "plain_steps": 1}, "transformer": {"batch": 4}}
      """;
  private static final long STEPS = 21; // evaluated after 20 and at the end
  private static final int SAMPLES = 3;

  @TempDir private static Path files;

  private static Path inception;

  @TempDir private Path folder;

  private final List<String> reported = new ArrayList<>();
  private long live;

  @BeforeAll
  static void write() {
    inception = FormulaWeights.write(files.resolve("inception.safetensors"));
  }

  @BeforeEach
  void count() {
    live = Torch.liveTensors();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isEqualTo(live);
  }

  private static PixelArray image(int index) {
    float[] values = new float[3 * 16 * 16];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * (1 + index) * 0.01 + i / 256);
    }
    return PixelArray.of(16, 16, values);
  }

  private Path images() throws IOException {
    Path images = folder.resolve("images");
    for (int i = 0; i < 6; i++) {
      Path file = images.resolve(i % 2 == 0 ? "even" : "odd").resolve(i + ".png");
      Files.createDirectories(file.getParent());
      PngFile.write(file, image(i).toImage(), Map.of());
    }
    return images;
  }

  private RunPlan plan(Path images, FidPlan fid) {
    return new RunPlan(
            RecipeFile.parse("small", RECIPE.getBytes(StandardCharsets.UTF_8)),
            7,
            DType.FLOAT32,
            images,
            Optional.of(images),
            Optional.empty(),
            Optional.of(2L),
            Optional.of(STEPS))
        .withFid(fid);
  }

  /** Goes on with a run and stops it after a step of the transformer. */
  private boolean run(Path run, ImageData data, long last) {
    boolean[] stop = {false};
    TrainingListener listener =
        new TrainingListener() {
          private String part = "";

          @Override
          public void begun(String name, long total, int imagesPerStep) {
            part = name;
          }

          @Override
          public void progressed(long done, Map<String, Double> figures) {
            stop[0] = part.equals("transformer") && done >= last;
          }

          @Override
          public void evaluating(String figure, int images, int total) {
            reported.add("%s %s/%s".formatted(figure, images, total));
          }

          @Override
          public void evaluated(long done, Map<String, Double> figures) {
            reported.add(part + " " + done);
          }
        };
    return new ModelTraining(run, data, listener, () -> stop[0]).run();
  }

  @Test
  void everyEvaluationHasTheDistanceAndAResumedRunTheSame() throws IOException {
    CpuThreads.setCount(1); // for equal bits
    RunPlan plan = plan(images(), new FidPlan(SAMPLES, inception, true));
    ImageData data = PlanData.open(plan);
    ModelTraining.requireFid(plan);
    ModelTraining.requireFidImages(plan, data.heldOut().count());
    Path whole = Files.createDirectory(folder.resolve("whole"));
    plan.save(whole);
    assertThat(run(whole, data, Long.MAX_VALUE)).isTrue();
    assertThat(reported)
        .containsExactly(
            "tokenizer 2",
            "held_out_fid 3/3",
            "transformer 20",
            "held_out_fid 3/3",
            "transformer 21");

    Path broken = Files.createDirectory(folder.resolve("broken"));
    plan.save(broken);
    assertThat(run(broken, data, 20)).isFalse();
    assertThat(run(broken, data, Long.MAX_VALUE)).isTrue();
    Path metrics = Path.of("transformer/metrics.csv");
    assertThat(broken.resolve(metrics)).hasSameBinaryContentAs(whole.resolve(metrics));
    var rows = MetricsHistory.read(whole.resolve(metrics)).rows();
    for (int step = 1; step <= STEPS; step++) {
      var distance = rows.get(step - 1).value("held_out_fid");
      assertThat(distance.isPresent()).as("step %d", step).isEqualTo(step >= 20);
      distance.ifPresent(value -> assertThat(value).isPositive());
    }
  }

  @Test
  void theDistanceIsThatOfTheEvaluator() throws IOException {
    EvaluationOptions options =
        EvaluationOptions.DEFAULTS
            .withAnyWeights()
            .withProtocol(EvaluationProtocol.PYTORCH_FID); // no other figure takes time
    List<RgbImage> heldOut = new ArrayList<>();
    Path reference = Files.createDirectory(folder.resolve("reference"));
    Path samples = Files.createDirectory(folder.resolve("samples"));
    for (int i = 0; i < 5; i++) {
      PngFile.write(reference.resolve(i + ".png"), image(i).toImage(), Map.of());
      heldOut.add(RgbImage.fromImage(image(i).toImage()));
    }
    ImageCache cache = ImageCache.of(reference, List.of("any"), heldOut, new int[5]);
    double distance;
    try (ImageGenerator generator = ImageGenerator.load(DemoModel.source(DemoModel.VAR));
        HeldOutFid fid =
            new HeldOutFid(ImageEvaluator.load(inception, options), cache, 4, done -> {})) {
      distance = fid.of(generator);
      List<GeneratedImage> images =
          generator.generate(GenerationRequest.of(0, 1, 2, 3).seed(0).build()).images();
      for (int i = 0; i < 4; i++) {
        PngFile.write(samples.resolve(i + ".png"), images.get(i).toBufferedImage(), Map.of());
      }
    }
    try (ImageEvaluator evaluator = ImageEvaluator.load(inception, options)) {
      double wanted = evaluator.evaluate(samples, reference).fid();
      assertThat(distance).isCloseTo(wanted, within(1e-3 + 1e-5 * wanted));
    }
  }

  @Test
  void aDistanceThatCannotBeComputedIsRefusedBeforeTheTraining() throws IOException {
    Path images = images();
    RunPlan plan = plan(images, new FidPlan(SAMPLES, inception, false));
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> ModelTraining.requireFid(plan))
        .withMessageContaining("not the official weights");
    assertThatExceptionOfType(ImageDataException.class)
        .isThrownBy(() -> ModelTraining.requireFidImages(plan, 1))
        .withMessage("1 held-out image: a Fréchet distance needs at least 2");
  }
}
