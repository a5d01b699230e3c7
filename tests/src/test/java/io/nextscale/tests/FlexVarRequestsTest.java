package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.Torch;
import io.nextscale.var.Cancellation;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ImageTokenizer;
import io.nextscale.var.edit.EditRegion;
import io.nextscale.var.edit.Expansion;
import io.nextscale.var.edit.ImageEdit;
import io.nextscale.var.edit.Inpainting;
import io.nextscale.var.edit.Refinement;
import io.nextscale.var.image.MaskImage;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.TokenizerSource;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests to a model with free scales: which are refused, and that they leave no tensor. */
class FlexVarRequestsTest {
  private static final Path FOLDER = Fixture.resource("golden/flexvar-shared-aln");

  private ImageGenerator generator;
  private long weights;

  @BeforeEach
  void load() {
    generator = ImageGenerator.load(ModelSource.folder(FOLDER));
    weights = Torch.liveTensors();
  }

  @AfterEach
  void close() {
    generator.close();
  }

  private static GenerationRequest.Builder one() {
    return GenerationRequest.of(3).seed(1);
  }

  private static void assertRefused(
      ImageGenerator generator, Map<GenerationRequest.Builder, String> requests) {
    AtomicInteger scales = new AtomicInteger();
    long alive = Torch.liveTensors();
    requests.forEach(
        (request, message) -> {
          GenerationRequest built = request.onScale(e -> scales.incrementAndGet()).build();
          assertThatThrownBy(() -> generator.generate(built))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining(message);
          assertThat(Torch.liveTensors()).isEqualTo(alive);
        });
    assertThat(scales).as("scales computed").hasValue(0);
  }

  // ---- refused --------------------------------------------------------------------------------

  @Test
  void sizesAndScalesAreCheckedBeforeAnyWork() {
    Map<GenerationRequest.Builder, String> requests = new LinkedHashMap<>();
    requests.put(
        one().size(66, 37),
        "image size 66x37: height and width must be multiples of 4 pixels, the nearest is 68x36");
    requests.put(one().steps(17), "17 steps to 16x16: expected 2 to 16");
    requests.put(one().size(8, 16).steps(5), "5 steps to 2x4: expected 2 to 4");
    requests.put(
        one().size(64, 32).scales(Scales.squares(1, 2, 8)),
        "scales 1,2,8 end in an image of 32x32, the size asked for is 64x32");
    requests.put(
        one().steps(3).scales(Scales.squares(1, 2, 4, 8)),
        "scales 1,2,4,8 are 4 steps, asked for are 3");
    assertRefused(generator, requests);
    assertThatThrownBy(() -> Scales.parse("1,3x4,4x3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scales must grow: 4x3 follows 3x4 at place 3");
    // size, steps and scales that agree are allowed
    GenerationResult agreed =
        generator.generate(one().size(16, 32).steps(3).scales(Scales.parse("1,2x4,4x8")).build());
    assertThat(agreed.tokens().scales()).isEqualTo(Scales.parse("1,2x4,4x8"));
  }

  @Test
  void requestsBeyondTheMemoryAreRefusedBeforeAnyWork() {
    int[] classes = new int[10_000];
    Map<GenerationRequest.Builder, String> requests = new LinkedHashMap<>();
    requests.put(
        GenerationRequest.of(classes).scales(Scales.squares(1, 1024)), "images of 4096x4096 need ");
    assertRefused(generator, requests);
  }

  @Test
  void samplingIsCheckedBeforeAnyWork() {
    Map<GenerationRequest.Builder, String> requests = new LinkedHashMap<>();
    requests.put(
        one().sampling(Sampling.all().withTopK(5).withSmooth(true)), "takes no mixture of codes");
    requests.put(
        one().sampling(Sampling.all().withTopK(5).withExcludedCodes(List.of(3, 80))),
        "excluded code 80: expected 0 to 79");
    requests.put(
        one().sampling(Sampling.all().withTopK(5).withExcludedCodes(List.of(-1))),
        "excluded code -1");
    requests.put(one().sampling(Sampling.all().withTopK(81)), "top-k 81");
    assertRefused(generator, requests);
  }

  @Test
  void imagesAreCheckedBeforeAnyWork() {
    PixelArray square = Painted.image(32, 32, 1);
    PixelArray wide = Painted.image(32, 64, 2);
    PixelArray odd = Painted.image(30, 32, 3);
    EditRegion box = EditRegion.box(0, 0, .5, .5);
    BufferedImage mask = new BufferedImage(32, 64, BufferedImage.TYPE_INT_RGB);
    EditRegion white = EditRegion.whiteOf(MaskImage.of("mask.png", mask));
    Map<GenerationRequest.Builder, String> requests = new LinkedHashMap<>();
    requests.put(one().edit(Inpainting.inPaint(odd, box)), "must be multiples of 4 pixels");
    requests.put(one().edit(Refinement.of(odd)), "must be multiples of 4 pixels");
    requests.put(one().edit(Expansion.of(odd)), "must be multiples of 4 pixels");
    requests.put(
        one().edit(Inpainting.inPaint(wide, white)),
        "mask mask.png is 64x32, the image is 32x64: they must be equal (height x width)");
    requests.put(
        one().edit(Inpainting.inPaint(wide, box)).size(64, 64),
        "an image of 32x64 is edited to images of 64x64");
    requests.put(
        GenerationRequest.of(1, 2).edit(new Inpainting(List.of(square, wide), box, true)),
        "image 1 is 32x64, image 0 is 32x32: all must have one size (height x width)");
    requests.put(
        GenerationRequest.of(1, 2).edit(new Refinement(List.of(square, wide), null)),
        "image 1 is 32x64");
    requests.put(
        GenerationRequest.of(1, 2, 3).edit(new Expansion(List.of(square, square), 0, 0)),
        "2 images for 3 classes");
    requests.put(one().edit(new Refinement(List.of(), 1)), "no image was given");
    requests.put(
        one().edit(Refinement.of(wide)),
        "an image of 32x64 is refined to 64x64: the aspect ratios must be equal");
    requests.put(
        one().edit(Refinement.of(square)).size(32, 32),
        "an image of 32x32 is not smaller than any of the scales");
    requests.put(
        one().edit(new Refinement(List.of(square), 10)), "kept scales 10: expected 1 to 9");
    requests.put(one().edit(new Refinement(List.of(square), 0)), "kept scales 0: expected 1 to 9");
    requests.put(
        one().edit(Expansion.of(wide)).size(64, 48),
        "an image of 32x64 is expanded to 64x48: it must be larger in one side");
    requests.put(one().edit(Expansion.of(wide)).size(32, 64), "an image of 32x64 is expanded");
    assertRefused(generator, requests);
    assertThatThrownBy(() -> new Expansion(List.of(square), 1.1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("place 1.1,0.0");
    assertThatThrownBy(() -> generator.tokenize(List.of(odd)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nearest is 32x32");
    assertThatThrownBy(() -> generator.tokenize(List.of(square, wide)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("image 1 is 32x64");
    assertThat(Torch.liveTensors()).isEqualTo(weights);
  }

  @Test
  void aResidualModelHasItsOwnScalesOnly() {
    PixelArray small = Painted.image(32, 32, 1);
    PixelArray own = Painted.image(64, 64, 1);
    EditRegion box = EditRegion.box(0, 0, .5, .5);
    try (ImageGenerator demo = ImageGenerator.load(DemoModel.source())) {
      String only = "is a residual model, it has the scales " + demo.spec().scales();
      Map<GenerationRequest.Builder, String> requests = new LinkedHashMap<>();
      requests.put(one().size(128, 64), only);
      requests.put(one().steps(3), only);
      requests.put(one().scales(Scales.squares(1, 2)), only);
      requests.put(one().edit(Refinement.of(small)), "refining an image");
      requests.put(one().edit(Expansion.of(small)), "expanding an image");
      requests.put(one().edit(Inpainting.inPaint(small, box)), only);
      requests.put(one().edit(Inpainting.inPaint(own, box)).steps(4), only);
      assertRefused(demo, requests);
      assertThatThrownBy(() -> demo.tokenize(List.of(small)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(only);
      // a request may name the model's own size, steps and scales
      Scales scales = demo.spec().scales();
      GenerationRequest named = one().size(64, 64).steps(scales.count()).scales(scales).build();
      assertThat(demo.generate(named).tokens()).isEqualTo(demo.generate(one().build()).tokens());
    }
  }

  @Test
  void aModelOfTwoFamiliesIsRefused() {
    Path var = Fixture.resource("golden/share-2");
    Path flexVar = FOLDER;
    assertMismatched(var, flexVar, "a VAR tokenizer with the transformer of a FlexVAR model");
    assertMismatched(flexVar, var, "a FlexVAR tokenizer with the transformer of a VAR model");
    assertThat(Torch.liveTensors()).isEqualTo(weights);
  }

  private static void assertMismatched(Path tokenizer, Path transformer, String message) {
    ModelSource source =
        ModelSource.files(tokenizer.resolve("vae.pth"), transformer.resolve("transformer.pth"));
    assertThatThrownBy(() -> ImageGenerator.load(source))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }

  // ---- warnings -------------------------------------------------------------------------------

  @Test
  void imagesAboveThreeTimesTheTrainedSizeGetAWarning() {
    assertThat(generator.spec().warnings(Scales.squares(1, 16))).isEmpty();
    assertThat(generator.spec().warnings(Scales.squares(1, 48))).isEmpty();
    assertThat(generator.spec().warnings(Scales.parse("1,4x49")))
        .singleElement()
        .asString()
        .startsWith("images of 16x196 are more than 3 times the trained 64x64");
    assertThat(generator.spec().warnings(Scales.parse("1,49x2"))).hasSize(1);
    Scales scales = Scales.parse("1,1x49");
    assertThat(generator.generate(one().scales(scales).build()).warnings())
        .isEqualTo(generator.spec().warnings(scales));
    assertThat(generator.generate(one().scales(Scales.squares(1, 2)).build()).warnings()).isEmpty();
  }

  // ---- memory ---------------------------------------------------------------------------------

  private static Map<String, ImageEdit> edits() {
    PixelArray image = Painted.image(16, 32, 1);
    return Map.of(
        "edit", Inpainting.outPaint(image, EditRegion.box(.2, .2, .9, .6)),
        "refine", new Refinement(List.of(image), 1),
        "expand", new Expansion(List.of(image), 0, 1));
  }

  private static GenerationRequest.Builder request(String name, ImageEdit edit) {
    Scales scales = Scales.parse(name.equals("edit") ? "1,2x3,4x8" : "1,2x4,3x6,8x16");
    return one().edit(edit).scales(scales);
  }

  @Test
  void callsLeaveNoTensor() {
    PixelArray image = Painted.image(16, 32, 1);
    Scales scales = Scales.parse("1,2x3,4x8");
    List<Supplier<Object>> calls =
        List.of(
            () -> generator.generate(one().size(16, 24).onScale(e -> e.preview()).build()),
            () -> generator.tokenize(List.of(image)),
            () -> generator.tokenize(List.of(image, image), scales),
            () -> generator.score(new TokenMaps(scales, new long[1][39]), List.of("1"), true),
            () -> generator.decode(new TokenMaps(scales, new long[2][39]), 2));
    for (Supplier<Object> call : calls) {
      assertThat(call.get()).isNotNull();
      assertThat(Torch.liveTensors()).isEqualTo(weights);
    }
    edits()
        .forEach(
            (name, edit) -> {
              assertThat(generator.generate(request(name, edit).build()).images()).hasSize(1);
              assertThat(Torch.liveTensors()).as(name).isEqualTo(weights);
            });
  }

  @Test
  void failedCallsLeaveNoTensor() {
    IllegalArgumentException mine = new IllegalArgumentException("mine");
    edits()
        .forEach(
            (name, edit) -> {
              GenerationRequest thrown =
                  request(name, edit)
                      .onScale(
                          event -> {
                            event.preview();
                            if (event.index() == 1) {
                              throw mine;
                            }
                          })
                      .build();
              assertThatThrownBy(() -> generator.generate(thrown)).isSameAs(mine);
              assertThat(Torch.liveTensors()).as(name).isEqualTo(weights);
              Cancellation cancellation = new Cancellation();
              GenerationRequest cancelled =
                  request(name, edit)
                      .cancellation(cancellation)
                      .onScale(event -> cancellation.cancel())
                      .build();
              assertThatThrownBy(() -> generator.generate(cancelled))
                  .isInstanceOf(CancellationException.class);
              assertThat(Torch.liveTensors()).as(name).isEqualTo(weights);
            });
    TokenMaps beyond = new TokenMaps(Scales.squares(1), new long[][] {{80}});
    assertThatThrownBy(() -> generator.decode(beyond, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token 80");
    assertThatThrownBy(() -> generator.score(beyond, List.of("1"), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token 80");
    TokenMaps many = new TokenMaps(Scales.squares(1, 129), new long[1][16_642]);
    assertThatThrownBy(() -> generator.score(many, List.of("1"), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16642 tokens in one masked pass: expected at most 16384");
    assertThat(Torch.liveTensors()).isEqualTo(weights);
  }

  @Test
  void aResidualTokenizerAloneHasItsOwnScalesOnly() {
    PixelArray own = Painted.image(64, 64, 1);
    try (ImageGenerator demo = ImageGenerator.load(DemoModel.source());
        ImageTokenizer tokenizer = ImageTokenizer.load(TokenizerSource.of(DemoModel.source()))) {
      assertThat(tokenizer.spec()).isEqualTo(demo.spec().tokenizerSpec());
      TokenMaps tokens = tokenizer.tokenize(List.of(own)).tokens();
      assertThat(tokens).isEqualTo(demo.tokenize(List.of(own)).tokens());
      assertThat(tokenizer.decode(tokens, 3).getFirst().values())
          .containsExactly(demo.decode(tokens, 3).getFirst().values());
      assertThatThrownBy(() -> tokenizer.tokenize(List.of(own), Scales.squares(1, 8)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is a residual model");
      assertThatThrownBy(() -> tokenizer.tokenize(List.of(Painted.image(32, 64, 1))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is a residual model");
    }
    assertThat(Torch.liveTensors()).isEqualTo(weights);
  }

  @Test
  void aTokenizerAloneLeavesNoTensor() {
    PixelArray image = Painted.image(16, 32, 1);
    TokenizerSource source = TokenizerSource.folder(FOLDER);
    ImageTokenizer tokenizer = ImageTokenizer.load(source);
    try (tokenizer) {
      long loaded = Torch.liveTensors();
      TokenMaps tokens = tokenizer.tokenize(List.of(image)).tokens();
      assertThat(tokens).isEqualTo(generator.tokenize(List.of(image)).tokens());
      assertThat(tokenizer.decode(tokens, tokens.scales().count()).getFirst().values())
          .containsExactly(generator.decode(tokens, tokens.scales().count()).getFirst().values());
      assertThatThrownBy(() -> tokenizer.decode(tokens, 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> tokenizer.tokenize(List.of(Painted.image(17, 32, 1))))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(Torch.liveTensors()).isEqualTo(loaded);
    }
    tokenizer.close(); // again does nothing
    assertThat(Torch.liveTensors()).isEqualTo(weights);
    assertThatThrownBy(() -> tokenizer.tokenize(List.of(image)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(
            () -> ImageTokenizer.load(TokenizerSource.file(FOLDER.resolve("transformer.pth"))))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("this is not the tokenizer");
    assertThat(Torch.liveTensors()).isEqualTo(weights);
  }
}
